/** The policy's answer to a command: a decision with the state it makes, or why not. Pure; decide.ts is its counterpart for ticks. */
import { acquitGuards, disarmWatch } from '../judge/judge.ts';
import { unreachable } from '../plan/assert.ts';
import { apply, bakeAgain, enterPhase, released } from './apply.ts';
import { denied } from './authority.ts';
import { tooSmall } from './circumstances.ts';
import type { Command } from './command.ts';
import { drift } from './drift.ts';
import type { Decision } from './entry.ts';
import { explain } from './explain.ts';
import { activeHolds, beginHold, findHold, HOLD_CAUSE } from './holds.ts';
import { openIncidents } from './incidents.ts';
import { advance, closedCalendar } from './progress.ts';
import type { Reason } from './reason.ts';
import { retreat } from './rolling-back.ts';
import type { RolloutState, SignOff } from './rollout.ts';
import { rolesOf } from './sign-offs.ts';
import {
  isEnded,
  isLive,
  lacksCapacity,
  liveWeight,
  minutesBetween,
  nextPhase,
  phaseOf,
  type Situation,
} from './situation.ts';

export type Answer = { readonly decision: Decision; readonly state: RolloutState } | { readonly refused: string };

/** When somebody else took all traffic away for this long at a weight above 10 %, caches and autoscaling are cold again. */
const COLD_AFTER_MINUTES = 30;
const COLD_ABOVE_WEIGHT = 10;

export const answer = (situation: Situation, command: Command, actor: string): Answer => {
  const { plan, state } = situation;
  const refused = denied(plan, actor, command);
  if (refused !== undefined) return { refused };
  if (isEnded(state))
    return { refused: `rollout ${state.rollout} has ended (${state.status}); a new attempt needs a new name` };
  if (
    state.status === 'rollingBack' &&
    command.kind !== 'close' &&
    command.kind !== 'openIncident' &&
    command.kind !== 'closeIncident'
  ) {
    return { refused: 'the rollout is rolling back, and never goes up again; only close ends it sooner' };
  }
  switch (command.kind) {
    case 'hold':
      return hold(situation, command.why, actor);
    case 'resume':
      return resume(situation, command.why, actor);
    case 'advance':
      return advanceAnyway(situation, command.why, actor);
    case 'rollBack':
      if (state.status === 'scheduled')
        return { refused: 'nothing has been shifted yet; close ends a scheduled rollout' };
      return decided(situation, retreat(situation, commanded(command.kind, actor, command.why)));
    case 'close':
      return decided(situation, { decision: 'close', reason: { code: 'CLOSED', actor, why: command.why } });
    case 'signOff':
      return signOff(situation, command, actor);
    case 'checkOff':
      return checkOff(situation, command.item, actor);
    case 'openIncident':
      return noted(situation, command.kind, actor, command.why, {
        ...state,
        incidents: [...new Set([...state.incidents, command.name])],
      });
    case 'closeIncident':
      if (!state.incidents.includes(command.name))
        return {
          refused: `no incident ${command.name} was opened here; open: ${state.incidents.join(', ') || 'none'}`,
        };
      return noted(situation, command.kind, actor, command.why, {
        ...state,
        incidents: state.incidents.filter((name) => name !== command.name),
      });
    default:
      return unreachable(command);
  }
};

const commanded = (command: string, actor: string, why: string): Reason => ({ code: 'COMMANDED', command, actor, why });

const decided = (situation: Situation, decision: Decision): Answer => ({ decision, state: apply(situation, decision) });

/** Something was noted; what the traffic does is decided by the next tick. */
const noted = (_: Situation, command: string, actor: string, why: string, state: RolloutState): Answer => ({
  decision: { decision: 'wait', reason: commanded(command, actor, why) },
  state,
});

const hold = (situation: Situation, why: string, actor: string): Answer => {
  if (findHold(situation.state, 'OPERATOR')) return { refused: 'the rollout is already held by an operator' };
  return decided(situation, { decision: 'hold', reason: { code: 'OPERATOR', actor, why } });
};

/** Ends every hold that a person may end; circumstances go on until they are over. */
const resume = (situation: Situation, why: string, actor: string): Answer => {
  const { plan, state, evidence } = situation;
  const ending = state.holds.filter(({ code }) => HOLD_CAUSE[code] !== 'circumstance');
  if (ending.length === 0) {
    const open = activeHolds(state).map(({ reason }) => explain(reason));
    return {
      refused: open.length > 0 ? `nothing here ends by a resume: ${open.join(' ')}` : 'the rollout is not held',
    };
  }
  const foreign = evidence.rules.find(({ kind }) => kind === 'foreign' || kind === 'gone');
  if (foreign !== undefined) return { refused: `rule ${foreign.rule} still does not forward to the two target groups` };
  const isLowered =
    isLive(state) && evidence.rules.some((reading) => (liveWeight(reading) ?? state.weight) < state.weight);
  if (isLowered && lacksCapacity(situation, state.weight))
    return { refused: explain(tooSmall(plan, state, evidence, state.weight)) };
  const freed = ending.reduce((next, { code }) => release(situation, next, code), state);
  const reason = commanded('resume', actor, why);
  if (!isLowered) return { decision: { decision: 'resume', reason }, state: freed };
  return setAgain(situation, freed, reason);
};

/** What else the end of a hold means. */
const release = (
  { plan, evidence }: Situation,
  held: RolloutState,
  code: RolloutState['holds'][number]['code'],
): RolloutState => {
  const state = released(held, code);
  const { now } = evidence;
  switch (code) {
    case 'INSUFFICIENT_DATA':
      return {
        ...state,
        bake: { ...state.bake, upToMinutes: state.bake.upToMinutes + phaseOf(plan, state).bakeMinutes },
      };
    case 'SIGN_OFF_EXPIRED':
      return { ...state, gate: state.gate && { ...state.gate, askedAt: now, reminders: 0 } };
    case 'START_LATE':
      return { ...state, lateStartConfirmed: true };
    case 'GUARD_UNACQUITTED':
      return bakeAgain(plan, { ...state, judge: acquitGuards(state.judge) });
    case 'WATCH_ON_STICKY':
      return { ...state, judge: disarmWatch(state.judge) };
    case 'CRITERION_FAILED':
    case 'GATE_STALE':
      return bakeAgain(plan, state);
    case 'NO_GO':
      return { ...state, signOffs: state.signOffs.filter(({ answer: word }) => word === 'GO') };
    default:
      return state;
  }
};

/** An operator's recorded resume may set the recorded weight again; after a long time at 0 the way starts over. */
const setAgain = (situation: Situation, state: RolloutState, reason: Reason): Answer => {
  const { plan, evidence } = situation;
  const cold =
    state.zeroSince !== null &&
    minutesBetween(state.zeroSince, evidence.now) >= COLD_AFTER_MINUTES &&
    state.weight > COLD_ABOVE_WEIGHT;
  const next = cold ? enterPhase(plan, { ...state, weight: 0 }, 0, evidence.now) : reBaked(situation, state);
  const rules = evidence.rules
    .filter((reading) => (liveWeight(reading) ?? next.weight) < next.weight)
    .map(({ rule }) => rule);
  return {
    decision: { decision: 'resume', reason, setWeight: { weight: next.weight, rules, raise: true, rollback: false } },
    state: next,
  };
};

/** The rules were seen lower: their last confirmed weight is what they show now, so that a death before the write is repaired. */
const reBaked = ({ plan, evidence }: Situation, state: RolloutState): RolloutState => {
  const again = bakeAgain(plan, { ...state, roseAt: evidence.now });
  const rules = again.rules.map((rule, index) => {
    const reading = evidence.rules[index];
    const live = reading === undefined ? null : liveWeight(reading);
    return live === null || live === state.weight ? rule : { ...rule, confirmed: live, isConfirmed: false };
  });
  return { ...again, rules };
};

/** Skips the bake, the gate's verdict and the sign-offs; never drift, an open incident, capacity or the calendar's freezes. */
const advanceAnyway = (situation: Situation, why: string, actor: string): Answer => {
  const { plan, state, evidence } = situation;
  if (state.status === 'scheduled')
    return { refused: `the rollout starts by itself: ${explain({ code: 'SCHEDULED', start: plan.start })}` };
  const next = nextPhase(plan, state);
  if (next === undefined) return { refused: 'this is the last phase; it ends by its gate or by close' };
  const incidents = openIncidents(plan, state, evidence);
  if (incidents.length > 0) return { refused: explain({ code: 'INCIDENT_OPEN', incidents }) };
  const drifted = drift(situation);
  if (drifted !== undefined) return { refused: explain(drifted.reason) };
  const unreadable = evidence.rules.find(({ kind }) => kind === 'unreadable');
  if (unreadable !== undefined) return { refused: `rule ${unreadable.rule} cannot be read` };
  const blocking = activeHolds(state).find(({ code }) => !SKIPPED_BY_ADVANCE.has(code));
  if (blocking !== undefined) return { refused: `${blocking.code}: ${explain(blocking.reason)}` };
  const rises = next.weight > state.weight;
  const closed = rises ? closedCalendar(plan, evidence.now) : undefined;
  if (closed !== undefined) return { refused: explain(closed) };
  if (rises && lacksCapacity(situation, next.weight))
    return { refused: explain(tooSmall(plan, state, evidence, next.weight)) };
  const free = { ...situation, state: { ...state, holds: [] } };
  return decided(free, advance(free, next, commanded('advance', actor, why)));
};

/** Holds that an operator's advance answers by itself: they ask for exactly this decision. */
const SKIPPED_BY_ADVANCE: ReadonlySet<string> = new Set([
  'INSUFFICIENT_DATA',
  'SIGN_OFF_EXPIRED',
  'START_LATE',
  'CRITERION_FAILED',
  'GATE_STALE',
  'NO_GO',
  'OPERATOR',
]);

const signOff = (situation: Situation, command: Extract<Command, { kind: 'signOff' }>, actor: string): Answer => {
  const { plan, state, evidence } = situation;
  if (!isLive(state)) return { refused: 'sign-offs count from the beginning of a bake' };
  if (!rolesOf(plan, state).includes(command.role)) {
    return {
      refused: `phase ${phaseOf(plan, state).name} asks no sign-off from ${command.role}; it asks: ${rolesOf(plan, state).join(', ') || 'nobody'}`,
    };
  }
  const isGo = command.answer === 'GO';
  const other = state.signOffs.find(
    (word) => word.answer === 'GO' && word.actor === actor && word.role !== command.role,
  );
  if (isGo && other !== undefined)
    return { refused: `${actor} has already given GO for ${other.role}; one identity cannot sign for two roles` };
  const word: SignOff = { role: command.role, answer: command.answer, actor, at: evidence.now, why: command.why };
  const signOffs = [...state.signOffs.filter(({ role }) => role !== command.role), word];
  if (isGo) {
    const freed = signOffs.every(({ answer: said }) => said === 'GO') ? released(state, 'NO_GO') : state;
    return noted(situation, `sign-off ${command.role} GO`, actor, command.why, { ...freed, signOffs });
  }
  const reason = { code: 'NO_GO', role: command.role, actor, why: command.why } as const;
  const holds = [...released(state, 'NO_GO').holds, beginHold(reason, evidence.now, true)];
  return { decision: { decision: 'hold', reason }, state: { ...state, signOffs, holds } };
};

const checkOff = (situation: Situation, item: string, actor: string): Answer => {
  const { plan, state } = situation;
  const phase = plan.phases
    .slice(Math.max(0, state.phase))
    .find(({ checklist }) => checklist.some((each) => each.item === item));
  if (phase === undefined) {
    const items = plan.phases.flatMap(({ checklist }) => checklist.map((each) => each.item));
    return { refused: `no checklist has the item "${item}"; items: ${items.join('; ') || 'none'}` };
  }
  const key = `${phase.name}/${item}`;
  const ticked = state.ticked.includes(key) ? state.ticked : [...state.ticked, key];
  return noted(situation, 'check-off', actor, item, { ...state, ticked });
};
