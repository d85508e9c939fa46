/** The decision that a report is about: what was decided, when, by which rule or person, on which numbers. */
import type { WatchTrip } from '../judge/verdict.ts';
import { unreachable } from '../plan/assert.ts';
import { explain } from '../rollout/explain.ts';
import { activeHolds, HOLD_CAUSE } from '../rollout/holds.ts';
import type { Reason } from '../rollout/reason.ts';
import type { Ledger, Newest } from './ledger.ts';
import { outcomeOf } from './outcome.ts';
import type { Visit } from './visits.ts';
import { formatWeight, intervalText, measuredText, shortActor, verdictWord } from './wording.ts';

export interface Told {
  readonly at: number;
  readonly sentence: string;
  readonly by: string;
  readonly numbers: string;
}

/** The decision that matters: what ended the rollout, what holds it, or the newest that was not just waiting. */
export const decisive = (ledger: Ledger, newest: Newest): Told => {
  const { state } = newest;
  const outcome = outcomeOf(state);
  switch (outcome) {
    case 'rollingBack':
    case 'rolledBack':
      return {
        at: state.rollback?.decidedAt ?? newest.at,
        sentence: 'to go back to the baseline',
        ...wentBack(ledger, state.rollback?.reason ?? newest.decision.reason),
      };
    case 'held':
      return isHeld(newest);
    case 'finished':
      return {
        at: state.endedAt ?? newest.at,
        sentence:
          state.weight === 0
            ? 'to finish: the baseline serves everything again'
            : `to finish: the candidate keeps ${formatWeight(state.weight)} of the traffic`,
        ...passed(ledger),
      };
    case 'closed':
      return {
        at: state.endedAt ?? newest.at,
        sentence: 'to end the rollout without touching a weight',
        ...by(state.endedBy ?? newest.decision.reason),
      };
    case 'scheduled':
    case 'running':
      return goingOn(ledger, newest);
    default:
      return unreachable(outcome);
  }
};

/** Of several holds the one that only people end is told. */
const isHeld = ({ at, state, decision }: Newest): Told => {
  const holds = activeHolds(state);
  const hold = holds.find(({ code }) => HOLD_CAUSE[code] !== 'circumstance') ?? holds.at(-1);
  const codes = holds.map(({ code }) => code).join(', ');
  const sentence = `to hold (${codes}): nothing rises meanwhile, guards stay armed`;
  return { at: hold?.since ?? at, sentence, ...by(hold?.reason ?? decision.reason) };
};

const goingOn = (ledger: Ledger, newest: Newest): Told => {
  const last = ledger.changes.findLast(
    ({ decision }) =>
      decision.decision !== 'wait' || decision.reason.code === 'GATE_PASSED' || decision.reason.code === 'CHECKPOINT',
  );
  if (last === undefined)
    return { at: newest.at, sentence: 'nothing yet', by: 'nobody yet', numbers: explain(newest.decision.reason) };
  const who = last.cause.by === 'command' ? { by: shortActor(last.cause.actor) } : {};
  return {
    at: last.at,
    sentence: `${last.decision.decision} (${last.decision.reason.code}), the newest decision that was not just waiting`,
    ...by(last.decision.reason),
    ...who,
  };
};

/** A hold that nobody answered says what it was about. */
const wentBack = ({ holds }: Ledger, reason: Reason): Pick<Told, 'by' | 'numbers'> => {
  const told = by(reason);
  const held = reason.code === 'HELD_TOO_LONG' ? holds.findLast(({ code }) => code === reason.hold) : undefined;
  return held === undefined
    ? told
    : { ...told, numbers: `${told.numbers} It was held because: ${explain(held.reason)}` };
};

const by = (reason: Reason): Pick<Told, 'by' | 'numbers'> => ({ by: ruleOf(reason), numbers: explain(reason) });

/** What a bet of the watch is on. */
export const BETS: Readonly<Record<WatchTrip['bet'], string>> = {
  share: 'their share',
  past: 'their rate against the past',
  odds: 'a lasting rise of their share',
  limit: 'their rate',
  burst: 'a burst of them',
  fall: 'their fall',
};

/** Which rule or person a reason names. */
const ruleOf = (reason: Reason): string => {
  switch (reason.code) {
    case 'GUARD_TRIPPED':
    case 'GUARD_UNACQUITTED':
      return `guard "${reason.trip.text}"`;
    case 'WATCH_TRIPPED':
    case 'WATCH_ON_STICKY':
      return `regression watch (${reason.trip.metric}, bet on ${BETS[reason.trip.bet]})`;
    case 'CRITERION_FAILED':
    case 'GATE_STALE':
      return `criterion "${reason.assessment.text}"`;
    case 'COMMANDED':
    case 'OPERATOR':
    case 'CLOSED':
      return shortActor(reason.actor);
    case 'NO_GO':
      return `${reason.role} (${shortActor(reason.actor)})`;
    case 'HELD_TOO_LONG':
      return `holdFor: nobody answered ${reason.hold} in time`;
    case 'RECORDED_LATE':
      return ruleOf(reason.of);
    case 'CHECKPOINT':
    case 'STARTED':
      return 'the calendar of the plan';
    case 'EXTENDED':
    case 'INSUFFICIENT_DATA':
    case 'GATE_PASSED':
      return 'the gate of the phase';
    case 'SIGN_OFF_EXPIRED':
      return 'signOffWithin: the sign-offs did not come in time';
    default:
      return `the rule ${reason.code}`;
  }
};

/** The gate of the last phase, with each criterion's number, and who had given GO on the way. */
const passed = ({ visits, people }: Ledger): Pick<Told, 'by' | 'numbers'> => {
  const last = visits.at(-1);
  const words = people.words.filter(({ answer, takenBackAt }) => answer === 'GO' && takenBackAt === null);
  const given = new Set(
    words.filter(({ actor }) => actor !== 'auto').map(({ role, actor }) => `${role} (${shortActor(actor)})`),
  );
  const auto = new Set(words.filter(({ actor }) => actor === 'auto').map(({ role }) => role));
  const parts = [
    visits.length === 1 ? 'the gate of 1 phase' : `the gates of ${visits.length} phases`,
    ...(given.size === 0 ? [] : [`GO from ${[...given].join(', ')}`]),
    ...(auto.size === 0 ? [] : [`GO by itself from ${[...auto].join(', ')}`]),
  ];
  return { by: parts.join('; '), numbers: last === undefined ? 'none' : gateNumbers(last) };
};

const gateNumbers = ({ latest }: Visit): string => {
  const parts = (latest?.assessments ?? []).map((each) => {
    const interval = intervalText(each);
    const measured = [measuredText(each), interval && `(${interval})`].filter((part) => part !== '').join(' ');
    return measured === '' ? `${each.text} ${verdictWord(each.verdict)}` : `${each.text}: ${measured}`;
  });
  return parts.length === 0 ? 'none' : `last gate: ${parts.join('; ')}`;
};
