/** What many rehearsals came to, in words and tables: for a terminal, for other programs, and as a page. */
import { formatDuration } from '../plan/duration.ts';
import { formatNumber } from '../plan/metric.ts';
import { markdownTable, section } from '../report/markdown.ts';
import type { RunOutcome } from '../sim/rehearsal.ts';
import type { Bin, Histogram, Unit } from './histogram.ts';
import type { Io } from './io.ts';
import { type Paint, painter } from './paint.ts';
import type { Detection, Group, RunsSummary, Spread } from './runs-summary.ts';
import { type Section, sectionText } from './section.ts';
import type { Share } from './share-interval.ts';
import { type Cells, formatTable } from './table.ts';

export const OUTCOME_WORDS: Readonly<Record<RunOutcome, string>> = {
  finished: 'finished',
  held: 'held for an operator',
  rolledBack: 'rolled back',
  running: 'never ended',
};

export const percent = (share: number): string => `${formatNumber(100 * share)} %`;

const interval = ({ lower, upper }: Share): string => `${percent(lower)} to ${percent(upper)}`;

const SEEDS_SHOWN = 5;

const someSeeds = (seeds: readonly number[]): string =>
  seeds.length <= SEEDS_SHOWN ? seeds.join(', ') : `${seeds.slice(0, SEEDS_SHOWN).join(', ')}, …`;

/** The answer first. */
export const runsHeadline = ({ rollout, runs, seeds, outcomes }: RunsSummary): string => {
  const parts = (['finished', 'held', 'rolledBack', 'running'] as const)
    .filter((outcome) => outcome !== 'running' || outcomes[outcome].runs > 0)
    .map((outcome) => `${percent(outcomes[outcome].share)} ${OUTCOME_WORDS[outcome]}`);
  return `${rollout}, ${countOf(runs)} with ${runs === 1 ? `seed ${seeds.first}` : `seeds ${seeds.first} to ${seeds.last}`}: ${parts.join(', ')}.`;
};

const countOf = (runs: number): string => (runs === 1 ? '1 run' : `${formatNumber(runs)} runs`);

export const falseRollbackSentence = ({ falseRollbacks, detection }: RunsSummary): string => {
  const { runs, share, lower, upper, seeds } = falseRollbacks;
  const why = detection === null ? 'the release is good in every run' : 'before the release was at fault';
  const which = runs === 0 ? '' : `, ${runs === 1 ? 'seed' : 'seeds'} ${someSeeds(seeds)}`;
  return `False rollbacks (${why}): ${percent(share)}, 95 % between ${percent(lower)} and ${percent(upper)}${which}.`;
};

const detectionSentence = ({ met, rolledBack, held, neverSeen }: Detection): string =>
  met === 0
    ? 'The fault met no run: all had ended before it began.'
    : `Of the ${countOf(met)} that the fault met ${percent(rolledBack.share)} were rolled back (95 % ${interval(rolledBack)}), ${percent(held.share)} are held, and in ${percent(neverSeen.share)} it was never seen.`;

const OUTCOME_HEADS: Cells = ['outcome', 'reason', 'runs', 'share', '95 % interval', 'seeds'];

const outcomeRow = (group: Group): Cells => [
  OUTCOME_WORDS[group.outcome],
  group.reason,
  formatNumber(group.runs),
  percent(group.share),
  interval(group),
  group.outcome === 'finished' ? '' : someSeeds(group.seeds),
];

const SPREAD_HEADS: Cells = ['', 'median', 'p90', 'p99', 'most'];

const spreadRows = ({ minutes, requests, failures }: NonNullable<Detection['spread']>): readonly Cells[] => [
  spreadRow('minutes from the fault to the rollback', minutes),
  spreadRow('requests of the candidate since the fault', requests),
  spreadRow('failed requests among them', failures),
];

const spreadRow = (what: string, { median, p90, p99, most }: Spread): Cells => [
  what,
  ...[median, p90, p99, most].map((value) => formatNumber(Number(value.toFixed(1)))),
];

/** `5m to 6m`; a bar of one width of 1 is one number of requests. */
const binLabel = ({ from, to }: Bin, unit: Unit): string => {
  const say = unit === 'minutes' ? formatDuration : formatNumber;
  if (to === null) return `${say(from)} or more`;
  return unit === 'requests' && to - from === 1
    ? say(from)
    : `${say(from)} to ${say(unit === 'requests' ? to - 1 : to)}`;
};

const INTERVALS = 'The intervals are those of Clopper and Pearson (1934).';
const ONE_AGAIN = 'One run again, with its report and journal: the same command with its --seed and without --runs.';

/** On a terminal with bars, elsewhere with tabs between the cells. */
export const runsText = (summary: RunsSummary, { outIsTerminal, colour, columns }: Io): string => {
  const paint = painter(colour);
  const sections: readonly Section[] = [
    {
      heading: 'Outcomes',
      rows: [OUTCOME_HEADS, ...summary.groups.map(outcomeRow)],
      right: [2, 3],
      remarks: outIsTerminal ? [INTERVALS, ONE_AGAIN] : [],
    },
    ...(summary.detection === null ? [] : [detectionSection(summary.detection)]),
  ];
  return `${[
    [runsHeadline(summary), falseRollbackSentence(summary)].join('\n'),
    ...sections.map((each) => sectionText(each, outIsTerminal, paint)),
    ...summary.histograms.map((histogram) => histogramText(histogram, outIsTerminal ? columns : null, paint)),
  ].join('\n\n')}\n`;
};

const detectionSection = (detection: Detection): Section => ({
  heading: detectionSentence(detection),
  rows: detection.spread === null ? [] : [SPREAD_HEADS, ...spreadRows(detection.spread)],
  right: [1, 2, 3, 4],
});

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const BAR_AT_LEAST = 10;
const BAR_AT_MOST = 60;

/** @param columns of the terminal; null: numbers alone */
const histogramText = ({ title, unit, bins }: Histogram, columns: number | null, paint: Paint): string => {
  const rows = bins.map((bin): Cells => [binLabel(bin, unit), formatNumber(bin.runs)]);
  if (columns === null) return [title, ...formatTable(rows, false)].join('\n');
  const lines = formatTable(rows, true, [0, 1]);
  const room = columns - Math.max(...lines.map((line) => line.length)) - 2;
  const width = Math.min(BAR_AT_MOST, Math.max(BAR_AT_LEAST, room));
  const most = Math.max(...bins.map(({ runs }) => runs));
  return [
    paint('bold', title),
    ...lines.map((line, index) => `${line}  ${bar(((bins[index]?.runs ?? 0) / most) * width)}`.trimEnd()),
  ].join('\n');
};

/** So many characters long, to an eighth; what is not nothing is seen. */
const bar = (length: number): string => {
  const eighths = length === 0 ? 0 : Math.max(1, Math.round(8 * length));
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
};

/** The page `runs.md`. */
export const runsMarkdown = (summary: RunsSummary): string => {
  const { rollout, groups, detection } = summary;
  return `${[
    `# ${rollout}: ${countOf(summary.runs)} of its rehearsal`,
    runsHeadline(summary),
    falseRollbackSentence(summary),
    '![outcomes and histograms](runs.svg)',
    section('Outcomes', markdownTable(OUTCOME_HEADS, groups.map(outcomeRow)), `${INTERVALS} ${ONE_AGAIN}`),
    ...(detection === null
      ? []
      : [
          section(
            'The fault',
            detectionSentence(detection),
            detection.spread === null ? '' : markdownTable(SPREAD_HEADS, spreadRows(detection.spread)),
          ),
        ]),
    'Every run is a line of [runs.csv](runs.csv).',
  ].join('\n\n')}\n`;
};
