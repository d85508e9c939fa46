/** The policy's answer to a command: a decision with the state it makes, or why not. Pure; decide.ts is its counterpart for ticks. */
import { acquitGuards, disarmWatch, forgetDivision } from '../judge/judge.ts';
import { unreachable } from '../plan/assert.ts';
import { PLAIN_TEXT } from '../plan/plain-text.ts';
import { apply, bakeAgain, enterPhase, released } from './apply.ts';
import { forbidden } from './authority.ts';
import { standsAgainst } from './circumstances.ts';
import type { Command } from './command.ts';
import { lockedRule, unsettledRule } from './drift.ts';
import type { Decision } from './entry.ts';
import { explain } from './explain.ts';
import { activeHolds, beginHold, findHold, HOLD_CAUSE } from './holds.ts';
import { advance, checklist, closedCalendar } from './progress.ts';
import type { Reason } from './reason.ts';
import { retreat } from './rolling-back.ts';
import type { RolloutState, SignOff } from './rollout.ts';
import { rolesOf } from './sign-offs.ts';
import { isEnded, isLive, liveWeight, minutesBetween, nextPhase, phaseOf, type Situation } from './situation.ts';

export type Answer = { readonly decision: Decision; readonly state: RolloutState } | { readonly refused: string };

/** When somebody else took all traffic away for this long at a weight above 10 %, caches and autoscaling are cold again. */
const COLD_AFTER_MINUTES = 30;
const COLD_ABOVE_WEIGHT = 10;

export const answer = (situation: Situation, command: Command, actor: string): Answer => {
  const { plan, state } = situation;
  const refused = forbidden(plan, state, actor, command) ?? unreasoned(command);
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
      return noted(command.kind, actor, command.why, {
        ...state,
        incidents: [...new Set([...state.incidents, command.name])],
      });
    case 'closeIncident':
      if (!state.incidents.includes(command.name))
        return {
          refused: `no incident ${command.name} was opened here; open: ${state.incidents.join(', ') || 'none'}`,
        };
      return noted(command.kind, actor, command.why, {
        ...state,
        incidents: state.incidents.filter((name) => name !== command.name),
      });
    default:
      return unreachable(command);
  }
};

/** Words live in the journal: whoever overrides a decision says why, and briefly. */
const MOST_WORDS = 500;
const MOST_NAME = 100;

const unreasoned = (command: Command): string | undefined => {
  const why = 'why' in command ? command.why.trim() : undefined;
  const isFree = command.kind === 'signOff' && command.answer === 'GO';
  if (why === '' && !isFree) return `${command.kind} needs a reason`;
  if ((why ?? '').length > MOST_WORDS) return `a reason may have ${MOST_WORDS} characters, this one has ${why?.length}`;
  const name = 'name' in command ? command.name : 'x';
  const words = [why ?? '', name, 'item' in command ? command.item : ''];
  if (!words.every((each) => PLAIN_TEXT.test(each)))
    return `what is said goes to people and into the journal: ${command.kind} must have one line without control characters`;
  return name.trim() === '' || name.length > MOST_NAME
    ? `an incident needs a name of 1 to ${MOST_NAME} characters`
    : undefined;
};

const commanded = (command: string, actor: string, why: string): Reason => ({ code: 'COMMANDED', command, actor, why });

const decided = (situation: Situation, decision: Decision): Answer => ({ decision, state: apply(situation, decision) });

/** Something was noted; what the traffic does is decided by the next tick. */
const noted = (command: string, actor: string, why: string, state: RolloutState): Answer => ({
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
  const locked = lockedRule(evidence);
  if (locked !== undefined) return { refused: `rule ${locked} still has authenticate-cognito` };
  const isLowered =
    isLive(state) && evidence.rules.some((reading) => (liveWeight(reading) ?? state.weight) < state.weight);
  const against = isLowered
    ? (closedCalendar(plan, evidence.now) ?? standsAgainst(situation, state.weight))
    : undefined;
  if (against !== undefined) return { refused: explain(against) };
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
    case 'WEIGHT_LOWERED_OUTSIDE':
    case 'WATCHDOG':
      return { ...state, judge: forgetDivision(state.judge) };
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
  const entered = cold
    ? enterPhase(plan, { ...state, weight: 0 }, 0, evidence.now)
    : bakeAgain(plan, { ...state, roseAt: evidence.now });
  const next = { ...entered, rules: asSeen(situation, entered) };
  const rules = evidence.rules
    .filter((reading) => (liveWeight(reading) ?? next.weight) < next.weight)
    .map(({ rule }) => rule);
  return {
    decision: { decision: 'resume', reason, setWeight: { weight: next.weight, rules, raise: true, rollback: false } },
    state: next,
  };
};

/** The rules were seen lower: their last confirmed weight is what they show now, so that a death before the write is repaired. */
const asSeen = ({ evidence }: Situation, { rules, weight }: RolloutState): RolloutState['rules'] =>
  rules.map((rule, index) => {
    const reading = evidence.rules[index];
    const live = reading === undefined ? null : liveWeight(reading);
    return live === null || live === weight ? rule : { ...rule, confirmed: live, isConfirmed: false };
  });

/** Skips the bake, the gate's verdict and the sign-offs; never drift, an open incident, capacity, required items, windows or freezes. */
const advanceAnyway = (situation: Situation, why: string, actor: string): Answer => {
  const { plan, state, evidence } = situation;
  if (state.status === 'scheduled')
    return { refused: `the rollout starts by itself: ${explain({ code: 'SCHEDULED', start: plan.start })}` };
  const next = nextPhase(plan, state);
  if (next === undefined) return { refused: 'this is the last phase; it ends by its gate or by close' };
  const unsettled = unsettledRule(situation);
  if (unsettled !== undefined) return { refused: explain(unsettled) };
  const unticked = checklist(state, next);
  if (unticked !== undefined) return { refused: explain(unticked) };
  const blocking = activeHolds(state).find(({ code }) => !SKIPPED_BY_ADVANCE.has(code));
  if (blocking !== undefined) return { refused: `${blocking.code}: ${explain(blocking.reason)}` };
  const rises = next.weight > state.weight;
  const closed = rises ? closedCalendar(plan, evidence.now) : undefined;
  if (closed !== undefined) return { refused: explain(closed) };
  const against = standsAgainst(situation, rises ? next.weight : 0);
  if (against !== undefined) return { refused: explain(against) };
  const free = { ...situation, state: { ...state, holds: [] } };
  return decided(free, advance(free, next, commanded('advance', actor, why)));
};

/** Holds that an operator's advance answers by itself: they ask for exactly this decision. */
export const SKIPPED_BY_ADVANCE: ReadonlySet<string> = new Set([
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
  const { role, answer: said, why } = command;
  const phase = phaseOf(plan, state);
  if (!isLive(state) || state.bake.startedAt === null) {
    return { refused: 'sign-offs count from the beginning of a bake' };
  }
  if (command.phase !== phase.name)
    return { refused: `the present phase is ${phase.name}, this is for ${command.phase}` };
  if (!rolesOf(plan, state).includes(role)) {
    return {
      refused: `phase ${phase.name} asks no sign-off from ${role}; it asks: ${rolesOf(plan, state).join(', ') || 'nobody'}`,
    };
  }
  const word: SignOff = { role, answer: said, actor, at: evidence.now, why };
  const next = { ...state, signOffs: [...state.signOffs.filter((each) => each.role !== role), word] };
  const held = { ...next, holds: holdsAfter(next, evidence.now) };
  if (said === 'GO') return noted(`sign-off ${role} GO`, actor, why, held);
  return { decision: { decision: 'hold', reason: { code: 'NO_GO', role, actor, why } }, state: held };
};

/** NO_GO holds while any role's last word is NO-GO, since the first of them; its reason is the newest. */
const holdsAfter = (state: RolloutState, now: number): RolloutState['holds'] => {
  const others = released(state, 'NO_GO').holds;
  const refusal = state.signOffs.findLast(({ answer: said }) => said === 'NO-GO');
  if (refusal === undefined) return others;
  const { role, actor, why } = refusal;
  const since = findHold(state, 'NO_GO')?.since ?? now;
  return [...others, beginHold({ code: 'NO_GO', role, actor, why: why ?? '' }, since, true)];
};

const checkOff = (situation: Situation, item: string, actor: string): Answer => {
  const { plan, state } = situation;
  const laterFirst = [...plan.phases.slice(state.phase + 1), ...plan.phases];
  const having = laterFirst.filter(({ checklist: items }) => items.some((each) => each.item === item));
  const phase = having.find(({ name }) => !state.ticked.includes(`${name}/${item}`));
  if (phase === undefined) {
    if (having.length > 0) return { refused: `"${item}" is ticked already` };
    const items = plan.phases.flatMap((each) => each.checklist.map(({ item: name }) => name));
    return { refused: `no checklist has the item "${item}"; items: ${items.join('; ') || 'none'}` };
  }
  return noted('check-off', actor, item, { ...state, ticked: [...state.ticked, `${phase.name}/${item}`] });
};
