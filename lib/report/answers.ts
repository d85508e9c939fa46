/** The first page of the report: the questions that everybody asks, answered. */
import { unreachable } from '../plan/assert.ts';
import type { Plan } from '../plan/plan.ts';
import { explain, instant } from '../rollout/explain.ts';
import { activeHolds } from '../rollout/holds.ts';
import type { Reason } from '../rollout/reason.ts';
import type { Ledger, Newest } from './ledger.ts';
import { escapeMarkdown, markdownTable } from './markdown.ts';
import { nextUp } from './next-up.ts';
import { OUTCOME_WORDS, outcomeOf } from './outcome.ts';
import { rollbackSentence } from './rollback-times.ts';
import type { Visit } from './visits.ts';
import { audienceNote, describePhase, formatShare, formatWeight, groupName, intervalText, measuredText } from './wording.ts';

/** Title, a table of questions and answers, and what the numbers mean: fewer than 40 lines. */
export const answers = (ledger: Ledger, newest: Newest): string => {
  const { plan, totals } = ledger;
  const { state } = newest;
  const told = decisive(ledger, newest);
  const rows = [
    ['Shipped', shipped(plan)],
    ['Outcome', `${OUTCOME_WORDS[outcomeOf(state)]}, candidate at ${formatWeight(state.weight)}${whereNow(ledger, newest)}`],
    ['Decided', told.sentence],
    ['When', instant(told.at)],
    ['By', told.by],
    ['On which numbers', told.numbers],
    ['Candidate', `${formatShare(totals.failures, totals.requests)} of its requests failed`],
    ['Baseline below 100 %', `${formatShare(totals.baselineFailures, totals.baselineRequests)} of its requests failed`],
    ['Rollback', rollbackSentence(ledger) ?? 'there was none'],
    ...nextUp(ledger, newest).map((sentence, index) => [index === 0 ? 'What happens next' : '', sentence]),
  ];
  return [
    `# Rollout ${escapeMarkdown(plan.rollout)}: ${OUTCOME_WORDS[outcomeOf(state)]}`,
    markdownTable(['question', 'answer'], rows),
    guarantees(plan, newest),
    escapeMarkdown(audienceNote(plan, firstWeight(plan))),
  ].join('\n\n');
};

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

interface Told {
  readonly at: number;
  readonly sentence: string;
  readonly by: string;
  readonly numbers: string;
}

/** The decision that matters: what ended the rollout, what holds it, or the newest that was not just waiting. */
const decisive = (ledger: Ledger, newest: Newest): Told => {
  const { state } = newest;
  const outcome = outcomeOf(state);
  switch (outcome) {
    case 'rollingBack':
    case 'rolledBack':
      return { at: state.rollback?.decidedAt ?? newest.at, sentence: 'to go back to the baseline', ...by(state.rollback?.reason ?? newest.decision.reason) };
    case 'held': {
      const hold = activeHolds(state).at(-1);
      const reason = hold?.reason ?? newest.decision.reason;
      const codes = activeHolds(state).map(({ code }) => code);
      return { at: hold?.since ?? newest.at, sentence: `to hold (${codes.join(', ')}): nothing rises meanwhile, guards stay armed`, ...by(reason) };
    }
    case 'finished':
      return { at: state.endedAt ?? newest.at, sentence: 'the candidate serves everything', ...passed(ledger) };
    case 'closed':
      return { at: state.endedAt ?? newest.at, sentence: 'to end the rollout without touching a weight', ...by(state.endedBy ?? newest.decision.reason) };
    case 'scheduled':
    case 'running':
      return goingOn(ledger, newest);
    default:
      return unreachable(outcome);
  }
};

const goingOn = (ledger: Ledger, newest: Newest): Told => {
  const last = ledger.changes.findLast(({ decision }) => decision.decision !== 'wait' || decision.reason.code === 'GATE_PASSED' || decision.reason.code === 'CHECKPOINT');
  if (last === undefined) return { at: newest.at, sentence: 'nothing yet', by: 'nobody yet', numbers: explain(newest.decision.reason) };
  const who = last.cause.by === 'command' ? { by: last.cause.actor } : {};
  return { at: last.at, sentence: `${last.decision.decision} (${last.decision.reason.code}), the newest decision that was not just waiting`, ...by(last.decision.reason), ...who };
};

const by = (reason: Reason): Pick<Told, 'by' | 'numbers'> => ({ by: ruleOf(reason), numbers: explain(reason) });

/** Which rule or person a reason names. */
const ruleOf = (reason: Reason): string => {
  switch (reason.code) {
    case 'GUARD_TRIPPED':
    case 'GUARD_UNACQUITTED':
      return `guard "${reason.trip.text}"`;
    case 'WATCH_TRIPPED':
    case 'WATCH_ON_STICKY':
      return `regression watch (bet ${reason.trip.bet})`;
    case 'CRITERION_FAILED':
    case 'GATE_STALE':
      return `criterion "${reason.assessment.text}"`;
    case 'COMMANDED':
    case 'OPERATOR':
    case 'CLOSED':
      return reason.actor;
    case 'NO_GO':
      return `${reason.role} (${reason.actor})`;
    case 'HELD_TOO_LONG':
      return `nobody answered ${reason.hold} within holdFor`;
    case 'RECORDED_LATE':
      return ruleOf(reason.of);
    default:
      return `the rule ${reason.code}`;
  }
};

/** The gate of the last phase, with each criterion's number, and who had given GO on the way. */
const passed = ({ visits, people }: Ledger): Pick<Told, 'by' | 'numbers'> => {
  const last = visits.at(-1);
  const signed = new Set(people.words.filter(({ answer, takenBackAt }) => answer === 'GO' && takenBackAt === null).map(({ role, actor }) => `${role} (${actor})`));
  const gates = `the gates of ${visits.length} phases`;
  return { by: signed.size === 0 ? gates : `${gates}, GO from ${[...signed].join(', ')}`, numbers: last === undefined ? 'none' : gateNumbers(last) };
};

const gateNumbers = ({ latest }: Visit): string => {
  const parts = (latest?.assessments ?? []).map((each) => {
    const interval = intervalText(each);
    return [each.text, measuredText(each), interval && `(${interval})`].filter((part) => part !== '').join(' ');
  });
  return parts.length === 0 ? 'none' : `last gate: ${parts.join('; ')}`;
};

/** D, and what each rule promises: there is no one promise over all of them. */
const guarantees = ({ regressionWatch }: Plan, { state }: Newest): string => {
  const clumps = `Failures are taken to come in clumps of D = ${state.judge.clumpiness} (3 until it is measured); bounds are 95 % and hold at every look.`;
  const watch =
    'off' in regressionWatch
      ? `The regression watch is off (${regressionWatch.off}).`
      : `The regression watch rolls back a healthy release in fewer than ${100 * regressionWatch.falseRollbacks} of 100 rollouts, whatever the number of looks; each guard has its own false alarms beside that.`;
  const sticky = state.rules.some((rule) => rule.sticky) ? ' A rule is sticky: then the unit is the client and the promise does not apply.' : '';
  return escapeMarkdown(`${clumps} ${watch}${sticky}`);
};

/** For headings: `canary at 1 %`, the second time so marked. */
export const visitTitle = (ledger: Ledger, visit: Visit): string => {
  const phase = ledger.plan.phases[visit.phase];
  const times = ledger.visits.slice(0, ledger.visits.indexOf(visit) + 1).filter((other) => other.phase === visit.phase).length;
  return `Phase ${phase === undefined ? visit.phase : describePhase(phase)}${times > 1 ? ` (visit ${times})` : ''}`;
};
