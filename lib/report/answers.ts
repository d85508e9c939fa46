/** The first page of the report: the questions that everybody asks, answered. */
import type { DayBefore } from '../judge/verdict.ts';
import { formatNumber } from '../plan/metric.ts';
import type { Plan } from '../plan/plan.ts';
import { instant } from '../rollout/explain.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { decisive } from './decisive.ts';
import type { Ledger, Newest } from './ledger.ts';
import { nextUp } from './next-up.ts';
import { OUTCOME_WORDS, outcomeOf } from './outcome.ts';
import { rollbackSentence } from './rollback-times.ts';
import { trustSentence } from './trust-section.ts';
import { audienceNote, formatFailures, formatWeight, groupName } from './wording.ts';

/** The first page, as plain text. */
export interface Answers {
  readonly title: string;
  /** Questions and their answers; an empty question goes on with the one before. */
  readonly rows: readonly (readonly [string, string])[];
  /** What the numbers mean. */
  readonly notes: readonly string[];
}

/** In Markdown fewer than 40 lines. */
export const answers = (ledger: Ledger, newest: Newest): Answers => {
  const { plan, totals } = ledger;
  const { state } = newest;
  const told = decisive(ledger, newest);
  const rows: (readonly [string, string])[] = [
    ['Shipped', shipped(plan)],
    [
      'Outcome',
      `${OUTCOME_WORDS[outcomeOf(state)]}, candidate at ${formatWeight(state.weight)}${whereNow(ledger, newest)}`,
    ],
    ['Decided', told.sentence],
    ['When', instant(told.at)],
    ['By', told.by],
    ['On which numbers', told.numbers],
    ['Candidate', formatFailures(totals.failures, totals.requests)],
    ['Baseline, below 100 %', formatFailures(totals.baselineFailures, totals.baselineRequests)],
    ...measurement(ledger, newest),
    ['Rollback', rollbackSentence(ledger) ?? 'there was none'],
    ...nextUp(ledger, newest)
      .slice(0, NEXT_AT_MOST)
      .map((sentence, index): readonly [string, string] => [index === 0 ? 'What happens next' : '', sentence]),
  ];
  return {
    title: `Rollout ${plan.rollout}: ${OUTCOME_WORDS[outcomeOf(state)]}`,
    rows,
    notes: [guarantees(ledger, newest), audienceNote(plan, firstWeight(plan))],
  };
};

const measurement = (ledger: Ledger, newest: Newest): readonly (readonly [string, string])[] => {
  const sentence = trustSentence(ledger, newest);
  return sentence === undefined ? [] : [['Measurement', sentence]];
};

/** Of several holds: the first page stays a page. */
const NEXT_AT_MOST = 8;

const firstWeight = (plan: Plan): number => plan.phases[0]?.weight ?? 0;

const shipped = ({ rollout, release, mode, traffic }: Plan): string => {
  const rules = traffic.rules.length === 1 ? '1 rule' : `${traffic.rules.length} rules`;
  const kind = mode === 'aa' ? ' (both groups run the same release)' : '';
  return `rollout ${rollout}, release ${release}${kind}, from target group ${groupName(traffic.baseline)} to ${groupName(traffic.candidate)} on ${rules}`;
};

const whereNow = ({ plan }: Ledger, { at, state }: Newest): string => {
  const phase = plan.phases[state.phase];
  return phase === undefined ? `, as of ${instant(at)}` : `, phase ${phase.name}, as of ${instant(at)}`;
};

const clumpSize = ({ judge: { clumpiness, before }, startedAt }: RolloutState): string => {
  const size = `D = ${formatNumber(clumpiness)}`;
  if (before.clumpiness?.isMeasured) return `${size} as measured on the baseline the day before${blocks(before)}`;
  return startedAt === null ? `${size} until it is measured` : `${size} since it could not be measured`;
};

const blocks = ({ clumpiness }: DayBefore): string =>
  clumpiness && clumpiness.blockMinutes > 1 ? `, bet on in blocks of ${clumpiness.blockMinutes} minutes` : '';

/** What the watch would have said of the zones of the day before. */
const selfTestSentence = ({ selfTest }: DayBefore): string => {
  if (selfTest === undefined) return '';
  const stopped = selfTest.stopped.map(({ zone }) => zone);
  return stopped.length === 0
    ? ` Tried on the ${selfTest.zones} zones of the day before it rolled back none.`
    : ` Tried on the ${selfTest.zones} zones of the day before it rolled back ${stopped.join(', ')}: where candidate and baseline lie in different zones, doubt it.`;
};

/** D, and what each rule promises: there is no one promise over all of them. */
const guarantees = ({ plan: { regressionWatch }, wayBack }: Ledger, { state }: Newest): string => {
  const clumps = `${clumpSize(state)} (failures come in clumps of so many); bounds are 95 % and hold at every look.`;
  const watch =
    'off' in regressionWatch
      ? `The regression watch is off (${regressionWatch.off}).`
      : `The regression watch rolls back a healthy release in fewer than ${formatNumber(100 * regressionWatch.falseRollbacks)} of 100 rollouts, whatever the number of looks; each guard has its own false alarms beside that.${selfTestSentence(state.judge.before)}`;
  const isSticky = state.rules.some(({ sticky }) => sticky) || wayBack?.sticky.includes(true) === true;
  const sticky = isSticky ? ' A rule was sticky: then the unit is the client and the promise does not apply.' : '';
  return `${clumps} ${watch}${sticky}`;
};
