/** What happens next, and what people must do for it. */
import { formatDuration, HOUR_MINUTES } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { comingInstants } from '../plan/timeline.ts';
import { explain, instant } from '../rollout/explain.ts';
import { activeHolds, HOLD_CAUSE } from '../rollout/holds.ts';
import type { HoldCode } from '../rollout/reason.ts';
import type { Hold, RolloutState } from '../rollout/rollout.ts';
import type { Ledger, Newest } from './ledger.ts';
import { outcomeOf } from './outcome.ts';
import { formatWeight, groupName, ruleName } from './wording.ts';

/** Sentences, the most urgent first. */
export const nextUp = (ledger: Ledger, newest: Newest): readonly string[] => {
  const { plan } = ledger;
  const { state } = newest;
  switch (outcomeOf(state)) {
    case 'scheduled':
    case 'running':
      return coming(plan, newest);
    case 'held':
      return activeHolds(state).map((hold) => `${hold.code}: ${answerTo(plan, hold)}`);
    case 'rollingBack':
      return [
        'Every tick goes on lowering the weight; people are called every 5 minutes until weight 0 is read back from every rule.',
        'Nothing raises it again; close ends the rollout sooner, without touching a weight.',
      ];
    case 'rolledBack':
      return [
        plan.mode === 'aa'
          ? REPAIR_MEASUREMENT
          : 'Fix the release and start it under a new name: this rollout never raises the weight again.',
        ...afterStickiness(ledger, state),
      ];
    case 'finished':
      return finished(plan, newest);
    case 'closed':
      return [
        'Nothing: the rules keep their weights as they are and are free for another rollout. Look at the live weights.',
      ];
  }
};

const REPAIR_MEASUREMENT =
  'Find out why two groups with the same release differ, and repeat the A/A rollout under a new name: until then no verdict on a release can be trusted.';

const coming = (plan: Plan, { at, state, decision }: Newest): readonly string[] => {
  const [next] = comingInstants(plan, {
    phase: state.phase,
    bakeStartedAt: state.bake.startedAt,
    bakedMinutes: state.bake.minutes,
    targetMinutes: state.bake.targetMinutes,
    gatePassedAt: state.gate?.passedAt ?? null,
    askedAt: state.gate?.askedAt ?? null,
    now: at,
  });
  return [
    explain(decision.reason),
    next === undefined ? 'Nothing is planned after this.' : `Next: ${next.label}, ${instant(next.at)}.`,
  ];
};

const finished = (plan: Plan, { decision, state }: Newest): readonly string[] => {
  const reason = decision.reason.code === 'FINISHED' ? decision.reason : state.endedBy;
  const candidate = groupName(plan.traffic.candidate);
  if (state.weight === 0)
    return ['Nothing: the rules are free for the first rollout of a release, where the measurement can be trusted.'];
  if (state.weight < 100) {
    return [`Nothing by itself: ${candidate} keeps ${formatWeight(state.weight)}; to go on, start another rollout.`];
  }
  if (reason?.code === 'FINISHED' && reason.resting === 'agrees')
    return [`Nothing: ${candidate} is the resting group already.`];
  return [
    `Set the resting group of the service's template to ${candidate} and deploy: until then the next stack update sends everybody back to ${groupName(plan.traffic.baseline)}.`,
    'Sluice says so again every day, and keeps its claim on the rules, until their tag agrees.',
  ];
};

/** A cookie of rule stickiness lives for at most seven days. */
const COOKIE_DAYS = 7;

const afterStickiness = ({ plan, wayBack }: Ledger, { rollback }: RolloutState): readonly string[] => {
  const rules = plan.traffic.rules.filter((_, index) => wayBack?.sticky[index] === true).map(ruleName);
  if (rules.length === 0 || rollback === null) return [];
  const from = rollback.verifiedAt ?? rollback.decidedAt;
  const safe = instant(from + COOKIE_DAYS * 24 * HOUR_MINUTES * 60_000);
  return [
    `Stickiness was on for rule ${rules.join(', ')}, is off since the rollback and is not restored: clients that still carry a cookie of the candidate would go back to it. Safe from ${safe} on at the latest (a cookie lives for at most ${COOKIE_DAYS} days), sooner where the rule's duration was shorter.`,
  ];
};

const deadline = (plan: Plan, since: Instant): string => instant(since + plan.holdForMinutes * 60_000);

/** What ends a hold, with the time at which it ends badly. */
export const answerTo = (plan: Plan, hold: Hold): string => {
  const todo = TO_DO[hold.code];
  if (HOLD_CAUSE[hold.code] !== 'provenBad') return todo;
  return `${todo} Unanswered, it is rolled back at ${deadline(plan, hold.since)} (after ${formatDuration(plan.holdForMinutes)}).`;
};

const BY_ITSELF = 'it ends by itself after 10 rows without the cause';

const TO_DO: Readonly<Record<HoldCode, string>> = {
  BLIND: `${BY_ITSELF}; where CloudWatch stays silent, find out why.`,
  NO_DATA: `${BY_ITSELF}; find out why no requests reach the candidate.`,
  SHARED_OUTAGE: `${BY_ITSELF}; repair what both versions depend on.`,
  SPLIT_OFF: `${BY_ITSELF}; find out what divides the requests otherwise than the weight.`,
  INCIDENT_OPEN: `${BY_ITSELF}; close the incident when it is over.`,
  CANDIDATE_TOO_SMALL: `${BY_ITSELF}; give the candidate more healthy targets.`,
  WAY_BACK_NARROW: `${BY_ITSELF}; give the baseline more healthy targets.`,
  INSUFFICIENT_DATA:
    'an operator resumes (the bake may be extended by as much again), advances without the proof, with a reason, or rolls back.',
  SIGN_OFF_EXPIRED:
    'an operator resumes (the sign-offs are asked again), advances without them, with a reason, or rolls back.',
  START_LATE: 'an operator resumes, which confirms the late start, or closes the rollout.',
  GUARD_UNACQUITTED: 'an operator rolls back, or resumes (the guards start anew and the phase bakes again).',
  WATCH_ON_STICKY: 'an operator rolls back, or resumes (the watch is silent until the next rise).',
  OPERATOR: 'an operator resumes or rolls back.',
  WEIGHT_LOWERED_OUTSIDE:
    'find out who lowered it; an operator resumes (the recorded weight is set again and bakes anew), rolls back or closes.',
  RULE_FOREIGN: 'make the rule forward to the two target groups again, then resume; or close the rollout.',
  RULE_LOCKED:
    'let the rule log in with authenticate-oidc, or without a log-in, then an operator resumes; until then only people can lower its weight.',
  WATCHDOG:
    'find out why no tick ran; an operator resumes (the recorded weight is set again and bakes anew) or rolls back.',
  CRITERION_FAILED: 'an operator rolls back, or resumes (the phase bakes again).',
  GATE_STALE: 'an operator rolls back, or resumes (the phase bakes again).',
  NO_GO: 'the role gives GO, or an operator resumes (the sign-off is asked again) or rolls back.',
};
