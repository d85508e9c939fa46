/** Of an A/A rollout: can the measurement be trusted? The answer in a sentence, and the numbers behind it. */
import { formatNumber } from '../plan/metric.ts';
import { explain, instant } from '../rollout/explain.ts';
import type { Reason } from '../rollout/reason.ts';
import { isMeasurementFault } from '../rollout/same-release.ts';
import { list, type Section, section, table } from './blocks.ts';
import type { Change, Ledger, Newest } from './ledger.ts';
import {
  ANY_TIME_LEVEL,
  FAMILY_LEVEL,
  type Finding,
  type Found,
  findingsOf,
  MUST_BE_FOUND,
  metricWords,
} from './trust.ts';

/** Undefined for a rollout that ships a release. */
export const trustSection = (ledger: Ledger, newest: Newest): Section | undefined => {
  const { comparison } = ledger;
  if (comparison === null) return undefined;
  const found = findingsOf(comparison, newest.state, isOver(newest));
  return section(
    'Can the measurement be trusted?',
    answerOf(ledger, newest, found),
    list(faultsOf(ledger).slice(0, FAULTS_AT_MOST).map(faultText)),
    table('Both groups compared, metric by metric', HEADERS, found.map(rowOf)),
    list(notesOn(found)),
  );
};

/** The same answer for the first page; undefined for a rollout that ships a release. */
export const trustSentence = (ledger: Ledger, newest: Newest): string | undefined =>
  ledger.comparison === null
    ? undefined
    : answerOf(ledger, newest, findingsOf(ledger.comparison, newest.state, isOver(newest)));

/** The gate of the last phase passed; sums then only grow by the minutes of the way home. */
const isOver = ({ state }: Newest): boolean =>
  state.status === 'finished' || (state.status === 'rollingBack' && state.rollback?.reason.code === 'AA_OVER');

/** A flapping world repeats itself. */
const FAULTS_AT_MOST = 5;

const faultsOf = ({ changes }: Ledger): readonly Change[] => {
  const told = changes.filter(({ decision }) => isMeasurementFault(decision.reason));
  return told.filter(({ decision }, index) => told[index - 1]?.decision.reason.code !== decision.reason.code);
};

const faultText = ({ at, decision }: Change): string =>
  `${instant(at)}, ${decision.decision} ${decision.reason.code}: ${explain(decision.reason)}`;

/** What was held against one of two equal groups. */
const faultName = (reason: Reason): string => {
  switch (reason.code) {
    case 'WATCH_TRIPPED':
    case 'WATCH_ON_STICKY':
      return `the regression watch tripped on ${metricWords(reason.trip.metric)}`;
    case 'GUARD_TRIPPED':
    case 'GUARD_UNACQUITTED':
      return `guard "${reason.trip.text}" tripped`;
    case 'CRITERION_FAILED':
    case 'GATE_STALE':
      return `criterion "${reason.assessment.text}" was proven to fail`;
    case 'RECORDED_LATE':
      return faultName(reason.of);
    default:
      return reason.code;
  }
};

const answerOf = (ledger: Ledger, newest: Newest, found: readonly Found[]): string => {
  const differing = found.filter(({ finding }) => finding === 'differs');
  const [fault] = faultsOf(ledger);
  if (differing.length > 0) {
    const more = differing.length - NAMED_AT_MOST;
    const named = [
      ...differing.slice(0, NAMED_AT_MOST).map(differenceText),
      ...(more > 0 ? [`${more} more of the table`] : []),
    ].join('; ');
    return `No, the measurement cannot be trusted: both groups run the same release, and yet they differ in ${named}.${fault === undefined ? '' : ` Besides, ${faultName(fault.decision.reason)}.`}`;
  }
  if (fault !== undefined)
    return `No, the measurement cannot be trusted: both groups run the same release, and yet ${faultName(fault.decision.reason)} (${instant(fault.at)}).`;
  const failures = found[0];
  const soFar = isOver(newest) ? '' : ' so far';
  if (failures === undefined || failures.finding === 'tooLittle') return tooLittle(failures, soFar);
  const open = found.filter(({ finding }) => finding === 'tooLittle').map(({ name }) => name);
  const rest = open.length === 0 ? '' : ` There is too little to say of ${open.join(', ')}.`;
  return `Yes, the measurement can be trusted${soFar}: no metric differs between the groups by more than is tolerated, and failed requests ${times(failures.leastFound)} as frequent on one side would have been found in nine of ten cases.${rest}`;
};

const tooLittle = (failures: Found | undefined, soFar: string): string => {
  const least = failures?.leastFound ?? null;
  const start = `There is too little${soFar} to say whether the measurement can be trusted`;
  if (least === null || failures?.standardError === null) return `${start}: no request failed on either side.`;
  if (least <= MUST_BE_FOUND) return `${start}: failed requests look different, and that is not proven.`;
  const longer = (Math.log(least) / Math.log(MUST_BE_FOUND)) ** 2;
  return `${start}: failed requests would have to be ${times(least)} as frequent on one side to be found. About ${formatNumber(Math.ceil(longer))} times as many failures, by a longer bake or a weight nearer to 50 %, would show ${MUST_BE_FOUND} times as many.`;
};

/** The table has them all. */
const NAMED_AT_MOST = 3;

const differenceText = ({ name, candidate, baseline, ratio, lower, upper }: Found): string =>
  `${name} (candidate ${candidate}, baseline ${baseline}: ${times(ratio)}, ${upper === Infinity ? `at least ${times(lower)}` : `between ${times(lower)} and ${times(upper)}`})`;

const times = (value: number | null): string => (value === null ? 'unknown' : `${formatNumber(value)} times`);

const HEADERS = [
  'metric',
  'candidate',
  'baseline',
  'drift',
  'interval, any time',
  'p, at the end (corrected)',
  'p, any time',
  'would have found',
  'verdict',
];

const rowOf = (found: Found): readonly string[] => {
  const { name, candidate, baseline, ratio, lower, upper, isAsymptotic, p, correctedP, logEvidence } = found;
  return [
    name,
    candidate,
    baseline,
    ratio === null ? '' : `×${formatNumber(ratio)}`,
    lower === null || upper === null
      ? ''
      : `×${formatNumber(lower)} to ×${formatNumber(upper)}${isAsymptotic ? ' (asymptotic)' : ''}`,
    correctedP === null ? chance(p) : `${chance(p)} (${chance(correctedP)})`,
    chance(logEvidence === null ? null : Math.exp(Math.min(0, -logEvidence))),
    leastText(found.leastFound),
    VERDICTS[found.finding],
  ];
};

/** Beyond that nobody plans. */
const LEAST_AT_MOST = 100;

const leastText = (least: number | null): string => {
  if (least === null) return '';
  return least > LEAST_AT_MOST ? `above ×${LEAST_AT_MOST}` : `×${formatNumber(least)}`;
};

const VERDICTS: Readonly<Record<Finding, string>> = {
  differs: 'DIFFERS',
  tolerated: 'differs by less than 10 %, which the watch tolerates',
  same: 'no difference',
  tooLittle: 'too little to say',
  toldOnly: 'told only',
};

const chance = (p: number | null): string => (p === null ? '' : p < 0.0001 ? 'below 0.0001' : formatNumber(p));

const notesOn = (found: readonly Found[]): readonly string[] => {
  const tests = found.filter(({ correctedP }) => correctedP !== null).length;
  return [
    'Rows: those that criteria are judged by, in phases below 100 %; warm-ups, shared outages and wrong splits are left out. Drift is the candidate over the baseline, minute by minute against its part of the requests; ×1 is none.',
    `p, at the end: two-sided, for one look at the planned end of the rollout; before it, and where the rollout was stopped, it is shown and not used. Counts: conditional binomial test, events divided by the size of their clumps (the day before's D, or what the minutes show where that is more). Amounts: Student's t on blocks of 5m. Corrected over ${formatNumber(tests)} metrics (Holm): below ${formatNumber(FAMILY_LEVEL)} a metric differs.`,
    `p, any time: 1/E, whenever one looks; with ${formatNumber(tests)} metrics one differs below ${formatNumber(ANY_TIME_LEVEL / Math.max(1, tests))} (${formatNumber(ANY_TIME_LEVEL)} shared by all). Intervals are 95 % each and hold at any time.`,
    `Would have found: the smallest drift that the corrected test finds in nine of ten cases with this traffic. Above ×${MUST_BE_FOUND} there is too little to say.`,
    ...(found.some(({ isToldOnly }) => isToldOnly)
      ? ['Gauges are told only: how much load a target bears depends on how many targets share the traffic.']
      : []),
  ];
};
