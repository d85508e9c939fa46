import { assess, assessRecent } from '../judge/judge.ts';
import { assert } from '../plan/assert.ts';
import { nextRise } from '../plan/calendar.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import type { Phase, Plan } from '../plan/plan.ts';
import { behindMinutes, standsAgainst, tooSmall } from './circumstances.ts';
import { unsettledRule } from './drift.ts';
import type { Decision } from './entry.ts';
import { explain } from './explain.ts';
import { incidentsForCriteria } from './incidents.ts';
import { neverFinishes, type Reason } from './reason.ts';
import { finished, retreat } from './rolling-back.ts';
import type { RolloutState } from './rollout.ts';
import { lastWord, missingSignOffs, rolesOf, signedAlone, signedAt, signOffTimes } from './sign-offs.ts';
import { lacksCapacity, nextPhase, phaseOf, type Situation } from './situation.ts';

/** Rows this old or newer are fresh enough to advance on; normally they are 3 or 4 minutes old. */
const FRESH_MINUTES = 5;

/** The way up: bake, sign-offs, calendar, and everything asked once more. */
export const progress = (situation: Situation): Decision => {
  const { plan, state } = situation;
  if (state.status === 'scheduled') return toFirstPhase(situation);
  if (state.status === 'baking') return wait(baking(state));
  const next = nextPhase(plan, state);
  const before = signOffs(situation);
  if (before !== undefined) return before;
  if (next === undefined) return onceMore(situation, state.weight) ?? atTheEnd(situation);
  return calendar(situation, next) ?? onceMore(situation, next.weight) ?? advance(situation, next);
};

/** Nobody decided for a candidate that is the baseline's twin: it keeps no traffic. Going down is free, whatever the calendar says. */
const atTheEnd = (situation: Situation): Decision =>
  situation.plan.mode === 'aa'
    ? { ...retreat(situation, { code: 'AA_OVER', from: situation.state.weight }), decision: 'finish' }
    : { decision: 'finish', reason: finished(situation) };

const wait = (reason: Reason): Decision => ({ decision: 'wait', reason });

const baking = (state: RolloutState): Reason => ({
  code: 'BAKING',
  bakedMinutes: state.bake.minutes,
  ofMinutes: state.bake.targetMinutes,
  waitingForWeight: state.bake.startedAt === null,
  ...(state.bake.minutes < state.bake.targetMinutes ? {} : { waitingForBusiness: true }),
});

const waitFor = ({ rollout, status }: Situation['evidence']['after'][number]): Decision =>
  wait({ code: 'AWAITING_ROLLOUT', rollout, its: status ?? 'not known' });

/** What a rollout comes after will never finish: no confirmation of a late start, nor the end of another hold, could begin it. */
export const inVain = ({ state, evidence }: Situation): Decision | undefined => {
  const other = evidence.after.find(({ status }) => neverFinishes(status));
  return state.status === 'scheduled' && other !== undefined ? waitFor(other) : undefined;
};

/** A scheduled rollout begins when its start has come, what it waits for is finished, and preflight finds nothing. */
const toFirstPhase = (situation: Situation): Decision => {
  const { plan, state, evidence } = situation;
  const first = phaseOf(plan, state);
  if (evidence.now < plan.start) return wait({ code: 'AWAITING_START', start: plan.start, phase: first.name });
  const late = isLate(plan, plan.start, plan.startWithinMinutes, evidence.now) && !state.lateStartConfirmed;
  if (late)
    return {
      decision: 'hold',
      reason: { code: 'START_LATE', start: plan.start, lateByMinutes: plan.startWithinMinutes },
    };
  const other = evidence.after.find(({ status }) => status !== 'finished');
  if (other !== undefined) return waitFor(other);
  const blocked = checklist(state, first) ?? closedCalendar(plan, evidence.now);
  if (blocked !== undefined) return wait(blocked);
  const unsettled = unsettledRule(situation);
  const problems = [
    ...(evidence.preflight?.problems ?? ['preflight did not answer']),
    ...(unsettled === undefined ? [] : [explain(unsettled)]),
    ...(lacksCapacity(situation, first.weight) ? [explain(tooSmall(plan, state, evidence, first.weight))] : []),
  ];
  if (problems.length > 0) return wait({ code: 'PREFLIGHT_FAILED', problems });
  return advance(situation, first);
};

/** Sign-offs are asked when the gate passed; they hold when refused, and when nobody answers in time. */
const signOffs = ({ plan, state, evidence }: Situation): Decision | undefined => {
  const refused = rolesOf(plan, state)
    .map((role) => lastWord(state, role))
    .find((word) => word?.answer === 'NO-GO');
  if (refused !== undefined) {
    return {
      decision: 'hold',
      reason: { code: 'NO_GO', role: refused.role, actor: refused.actor, why: refused.why ?? '' },
    };
  }
  const missing = missingSignOffs(plan, state);
  const alone = signedAlone(plan, state);
  if (missing.length === 0 && alone === undefined) return undefined;
  assert(state.gate !== null, 'sign-offs are asked when the gate passed');
  const { askedAt } = state.gate;
  const { expiresAt, reminders } = signOffTimes(plan, state, askedAt);
  if (evidence.now >= expiresAt) {
    return { decision: 'hold', reason: { code: 'SIGN_OFF_EXPIRED', missing, alone, askedAt, expiredAt: expiresAt } };
  }
  const reminder = reminders.filter((at) => evidence.now >= at).length;
  const reminded = reminder >= 2 ? 2 : reminder === 1 ? 1 : 0;
  return wait({ code: 'AWAITING_SIGN_OFF', missing, alone, expiresAt, reminder: reminded });
};

/** The next phase's own start, the pause before a rise, its checklist, and the weeks' windows and freezes. */
const calendar = ({ plan, state, evidence }: Situation, next: Phase): Decision | undefined => {
  const pauseOver = signedAt(plan, state) + phaseOf(plan, state).advanceAfterMinutes * MINUTE_MS;
  const start = Math.max(next.start ?? 0, pauseOver);
  if (evidence.now < start) return wait({ code: 'AWAITING_START', start, phase: next.name });
  const { start: due } = next;
  if (due !== undefined && !state.lateStartConfirmed && isLate(plan, due, plan.lateByMinutes, evidence.now)) {
    return { decision: 'hold', reason: { code: 'START_LATE', start: due, lateByMinutes: plan.lateByMinutes } };
  }
  const rises = next.weight > state.weight;
  const blocked = checklist(state, next) ?? (rises ? closedCalendar(plan, evidence.now) : undefined);
  return blocked && wait(blocked);
};

/** Required items of a phase that nobody ticked. */
export const checklist = (state: RolloutState, phase: Phase): Reason | undefined => {
  const items = phase.checklist
    .filter(({ item, required }) => required && !state.ticked.includes(`${phase.name}/${item}`))
    .map(({ item }) => item);
  return items.length === 0 ? undefined : { code: 'AWAITING_CHECKLIST', items };
};

/** Only a rise asks the calendar: lowering is always allowed. */
export const closedCalendar = (plan: Plan, now: number): Reason | undefined => {
  const rise = nextRise(plan, now);
  if (rise.open) return undefined;
  return rise.blockedBy === 'freeze'
    ? { code: 'FROZEN', until: rise.until, why: rise.reason }
    : { code: 'WINDOW_CLOSED', opensAt: rise.opensAt };
};

/** A start is late when it comes so long after the first instant at which the calendar let it. */
const isLate = (plan: Plan, start: number, withinMinutes: number, now: number): boolean =>
  now > nextRise(plan, start).at + withinMinutes * MINUTE_MS;

/** Asked once more: what passed at the gate may have gone bad since, overnight for example. */
const onceMore = (situation: Situation, weight: number): Decision | undefined => {
  const { plan, state, evidence } = situation;
  const behindBy = behindMinutes(state, evidence.now);
  if (behindBy > FRESH_MINUTES)
    return wait({ code: 'BLIND', behindMinutes: behindBy, fault: evidence.metricsFault ?? undefined });
  const unsettled = unsettledRule(situation);
  if (unsettled !== undefined) return wait(unsettled);
  const known = incidentsForCriteria(plan, state, evidence);
  const against = standsAgainst(situation, weight > state.weight ? weight : 0);
  if (against !== undefined) return known === 'unknown' ? wait(against) : { decision: 'hold', reason: against };
  const stale =
    staleBy('bake', assess(plan, state.judge, state.phase, known)) ??
    staleBy('recent', assessRecent(plan, state.judge, state.phase, known));
  return stale && { decision: 'hold', reason: stale };
};

const staleBy = (over: 'bake' | 'recent', assessments: ReturnType<typeof assess>) => {
  const failed = assessments.find(({ verdict }) => verdict === 'fail');
  return failed && ({ code: 'GATE_STALE', assessment: failed, over } as const);
};

/** The only decision that raises the recorded weight; 100 to 100 is one without a rise. */
export const advance = ({ state, evidence }: Situation, next: Phase, reason?: Reason): Decision => {
  const rises = next.weight > state.weight;
  return {
    decision: 'advance',
    reason: reason ?? { code: 'STARTED', weight: next.weight, from: state.weight },
    ...(rises
      ? {
          setWeight: {
            weight: next.weight,
            rules: evidence.rules.map(({ rule }) => rule),
            raise: true,
            rollback: false,
          },
        }
      : {}),
  };
};
