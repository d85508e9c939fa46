/** Segments, worst first: one table for the report and for `sluice status`. */
import type { SegmentLine, SegmentTable, SegmentVerdict } from '../judge/segment-table.ts';
import { formatNumber } from '../plan/metric.ts';
import type { Reason } from '../rollout/reason.ts';
import { type Block, table as blockTable } from './blocks.ts';

/** More are counted: a plan may have 50. */
const SHOWN_AT_MOST = 10;

const HEADERS = ['segment', 'candidate failed', 'baseline failed', 'ratio', 'interval, any time', 'verdict'];

/** The segment on which something was decided. */
export const segmentNamed = (reason: Reason): string | undefined => {
  switch (reason.code) {
    case 'WATCH_TRIPPED':
    case 'WATCH_ON_STICKY':
      return reason.trip.metric.startsWith(WATCHED) ? reason.trip.metric.slice(WATCHED.length) : undefined;
    case 'GUARD_TRIPPED':
    case 'GUARD_UNACQUITTED':
      return reason.trip.segment;
    case 'CRITERION_FAILED':
    case 'GATE_STALE':
      return reason.assessment.segment;
    case 'RECORDED_LATE':
      return segmentNamed(reason.of);
    default:
      return undefined;
  }
};

const WATCHED = 'segment:';

/**
 * None: the phase has no segments to compare.
 * @param named on which something was decided: they come first
 */
export const segmentSection = (table: SegmentTable | undefined, named: ReadonlySet<string>): readonly Block[] => {
  if (table === undefined) return [];
  const { shown, others } = worstOf(table, named);
  if (shown.length === 0) return [others];
  return [
    segmentHeading(table),
    blockTable(
      `Failures by ${table.dimension}`,
      HEADERS,
      shown.map((line) => segmentCells(table, line, named.has(line.segment))),
    ),
    others,
  ];
};

export const segmentHeading = ({ dimension }: SegmentTable): string =>
  `Segments by ${dimension}, worst first, on the rows since the bake began`;

/** The worst, and a sentence on those that are not shown. */
export const worstOf = (
  table: SegmentTable,
  named: ReadonlySet<string>,
): { readonly shown: readonly SegmentLine[]; readonly others: string } => {
  const lines = table.lines.toSorted((a, b) => Number(named.has(b.segment)) - Number(named.has(a.segment)));
  if (lines.every(({ verdict }) => verdict === 'noData'))
    return { shown: [], others: `Of ${lines.length} segments none had requests on both sides since the bake began.` };
  const shown = lines.slice(0, SHOWN_AT_MOST);
  const rest = lines.slice(SHOWN_AT_MOST);
  return { shown, others: rest.length === 0 ? '' : `${rest.length} more: ${countsOf(table, rest)}.` };
};

/** Named even where there are none: whether the rest hides something bad is what people ask. */
const countsOf = (table: SegmentTable, rest: readonly SegmentLine[]): string => {
  const count = (wanted: SegmentVerdict): number => rest.filter(({ verdict }) => verdict === wanted).length;
  const worse = count('beyond') + count('worse');
  const parts = [
    [count('within'), `not worse by more than ${times(table.limit)}`],
    [count('open'), 'too little to say'],
    [count('tooFew'), 'too few requests'],
    [count('noData'), 'no data'],
  ] as const;
  return [
    worse === 0 ? 'none proven worse' : `${worse} proven worse`,
    ...parts.flatMap(([number, words]) => (number === 0 ? [] : [`${number} ${words}`])),
  ].join(', ');
};

export const segmentCells = (table: SegmentTable, line: SegmentLine, isNamed: boolean): readonly string[] => {
  const { segment, requests, failures, baselineRequests, baselineFailures, ratio } = line;
  return [
    segment,
    rateText(failures, requests),
    rateText(baselineFailures, baselineRequests),
    ratio === null ? '' : `×${formatNumber(ratio)}`,
    intervalText(line),
    isNamed ? `NAMED in the decision; over the whole bake: ${verdictText(table, line)}` : verdictText(table, line),
  ];
};

/** `1.17 % (420 of 36,000)` */
const rateText = (failures: number, requests: number): string =>
  requests > 0
    ? `${formatNumber((100 * failures) / requests)} % (${formatNumber(failures)} of ${formatNumber(requests)})`
    : 'no requests';

const intervalText = ({ lower, upper }: SegmentLine): string => {
  if (lower === null) return '';
  if (lower === 0) return upper === null ? '' : `at most ×${formatNumber(upper)}`;
  return upper === null ? `at least ×${formatNumber(lower)}` : `×${formatNumber(lower)} to ×${formatNumber(upper)}`;
};

const verdictText = ({ limit, minimum }: SegmentTable, { verdict, requests }: SegmentLine): string => {
  const few = `too few requests (${formatNumber(requests)} of ${formatNumber(minimum)})`;
  const unheard = requests < minimum ? `; no say, ${few}` : '';
  switch (verdict) {
    case 'beyond':
      return `WORSE by more than ${times(limit)}${unheard}`;
    case 'worse':
      return `worse; more than ${times(limit)} not proven${unheard}`;
    case 'within':
      return `not worse by more than ${times(limit)}`;
    case 'open':
      return 'too little to say';
    case 'tooFew':
      return few;
    case 'noData':
      return 'no data';
  }
};

const times = (limit: number): string => `${formatNumber(limit)} times`;
