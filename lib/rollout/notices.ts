/** What people are told of a decision, and who. */
import { assert } from '../plan/assert.ts';
import type { Plan } from '../plan/plan.ts';
import { culpritNotices, whoDidIt } from './culprit.ts';
import type { Decision, Notice } from './entry.ts';
import { isSameDecision } from './entry.ts';
import { explain } from './explain.ts';
import { HOLD_CAUSE, isHoldReason } from './holds.ts';
import { newsLines, weeklyReview } from './news-lines.ts';
import type { Reason } from './reason.ts';
import { holdsToRemind, isPageDue } from './reminders.ts';
import { rollbackLines } from './rollback-words.ts';
import type { RolloutState } from './rollout.ts';
import { phaseOf, type Situation } from './situation.ts';

/**
 * @param before the decision of the entry before; the same decision again is not news
 */
export const noticesOf = (situation: Situation, decision: Decision, before: Decision | null): readonly Notice[] => [
  ...(before !== null && isSameDecision(before, decision) && !mustRepeat(decision) ? [] : news(situation, decision)),
  ...missedCheckpoint(situation, decision),
  ...weekly(situation, decision),
  ...reminders(situation, decision),
  ...culpritNotices(situation.plan, situation.evidence.lookUps ?? []),
];

/** Said again with every daily look, until the service's template knows where the traffic rests. */
const mustRepeat = ({ decision, reason }: Decision): boolean =>
  decision === 'wait' && reason.code === 'FINISHED' && reason.resting === 'deploy';

const headline = ({ rollout, mode }: Plan, text: string): string =>
  `${rollout}${mode === 'aa' ? ' (A/A)' : ''}: ${text}`;

const news = (situation: Situation, decided: Decision): readonly Notice[] => {
  const { plan, state, evidence } = situation;
  const { decision, reason } = decided;
  const notes = decision === 'advance' ? (evidence.preflight?.notes ?? []) : [];
  const text = [explain(reason), ...notes, ...newsLines(situation, decided), whoDidIt(decided, evidence)]
    .filter((line) => line !== undefined)
    .join('\n');
  const phase = state.phase >= 0 ? phaseOf(plan, state).name : 'scheduled';
  const to = (audience: Notice['audience'], subject: string): Notice => ({
    audience,
    subject: headline(plan, subject),
    text,
  });
  switch (decision) {
    case 'wait':
      return QUIET.has(reason.code) || isHoldReason(reason)
        ? []
        : [to(reason.code === 'AWAITING_SIGN_OFF' ? 'leads' : 'everyone', `${titleOf(state, reason)} (${phase})`)];
    case 'hold': {
      const forPeople = isHoldReason(reason) && HOLD_CAUSE[reason.code] !== 'circumstance';
      const calls = forPeople || reason.code === 'WAY_BACK_NARROW' || reason.code === 'INCIDENT_OPEN';
      return [to(calls ? 'onCall' : 'everyone', `held: ${reason.code} (${phase})`)];
    }
    case 'rollBack':
      if (reason.code === 'DRAINED' || reason.code === 'STICKY_TAIL') return rolledBack(plan, state, reason);
      return state.status === 'rollingBack' ? [] : [to('onCall', `rolling back: ${reason.code} (${phase})`)];
    case 'correct':
      return [to('onCall', `weight corrected: ${reason.code} (${phase})`)];
    default:
      return [to('everyone', `${decision}: ${reason.code} (${phase})`)];
  }
};

/** What a reader of subjects alone wants to know first. */
const titleOf = ({ status }: RolloutState, reason: Reason): string => {
  if (status === 'rollingBack') return `rolling back: ${reason.code}`;
  if (reason.code === 'CHECKPOINT' && reason.lastDay !== undefined)
    return `daily health check ${reason.checkpoint}: CHECKPOINT`;
  if (reason.code === 'AWAITING_SIGN_OFF' && reason.reminder > 0)
    return `reminder ${reason.reminder} of 2: AWAITING_SIGN_OFF`;
  return reason.code;
};

/**
 * No audience includes another, and a channel may listen to all three: so each is told, and none in the words of another. On call have heard
 * at the beginning why it goes back.
 */
const rolledBack = (plan: Plan, { rollback }: RolloutState, reason: Reason): readonly Notice[] => {
  assert(rollback !== null, 'a rollback knows its reason');
  const leads: Notice = {
    audience: 'leads',
    subject: headline(plan, 'rolled back, no sign-off is needed'),
    text: 'Nobody is asked for a GO any more. The report says why it went back; a new attempt has a new name.',
  };
  return [
    {
      audience: 'everyone',
      subject: headline(plan, 'rolled back'),
      text: [explain(rollback.reason), ...rollbackLines(plan, rollback)].join('\n'),
    },
    ...(Object.keys(plan.leads).length > 0 ? [leads] : []),
    { audience: 'onCall', subject: headline(plan, `the rollback is complete: ${reason.code}`), text: explain(reason) },
  ];
};

/** Waits that nobody needs to hear of. */
const QUIET: ReadonlySet<string> = new Set(['BAKING', 'AWAITING_START', 'AA_OVER']);

/** A checkpoint that fell together with a stronger decision is announced all the same. */
const missedCheckpoint = (situation: Situation, { reason }: Decision): readonly Notice[] => {
  const { plan, checkpoint, evidence } = situation;
  if (checkpoint === null || evidence.more || ANNOUNCES_GATE.has(reason.code)) return [];
  const { label, assessments, lastDay } = checkpoint;
  const told = { code: 'CHECKPOINT', checkpoint: label, assessments, lastDay } as const;
  const text = [explain(told), ...newsLines(situation, { decision: 'wait', reason: told })].join('\n');
  return [{ audience: 'everyone', subject: headline(plan, `checkpoint ${label}`), text }];
};

/** For the leads; where the plan has none, for everyone. */
const weekly = (situation: Situation, { decision }: Decision): readonly Notice[] => {
  const { plan, state, evidence } = situation;
  const lines = evidence.more || decision === 'rollBack' ? undefined : weeklyReview(situation);
  if (lines === undefined) return [];
  const subject = headline(plan, `weekly business review, week ${state.review?.weeks} (${phaseOf(plan, state).name})`);
  return [{ audience: Object.keys(plan.leads).length > 0 ? 'leads' : 'everyone', subject, text: lines.join('\n') }];
};

const ANNOUNCES_GATE: ReadonlySet<string> = new Set([
  'CHECKPOINT',
  'GATE_PASSED',
  'EXTENDED',
  'INSUFFICIENT_DATA',
  'CRITERION_FAILED',
]);

const reminders = ({ plan, state, evidence }: Situation, { reason }: Decision): readonly Notice[] => {
  const held = holdsToRemind(state, evidence.now).map(
    ({ code, reason }): Notice => ({
      audience: 'onCall',
      subject: headline(plan, `still held: ${code}`),
      text: explain(reason),
    }),
  );
  if (!isPageDue(state, evidence.now) || state.rollback === null) return held;
  // Why it goes back, and what is in its way.
  const said = [
    explain(state.rollback.reason),
    ...(reason.code === state.rollback.reason.code ? [] : [explain(reason)]),
  ];
  return [
    ...held,
    { audience: 'onCall', subject: headline(plan, 'the rollback is not complete'), text: said.join('\n') },
  ];
};
