import type { Decision } from './entry.ts';
import { activeHolds, HOLD_CAUSE, isActive } from './holds.ts';
import { retreat } from './rolling-back.ts';
import { isLive, minutesBetween, type Situation } from './situation.ts';

/** Holds begin, end, and last too long. Progress needs the set empty. */
export const patience = (situation: Situation): Decision | undefined => {
  const { state } = situation;
  return began(situation) ?? recovered(situation) ?? tooLong(situation) ?? held(activeHolds(state)[0]);
};

const began = ({ state }: Situation): Decision | undefined => {
  const untold = state.holds.find((hold) => !hold.told);
  return untold && { decision: 'hold', reason: untold.reason };
};

const recovered = ({ state, evidence }: Situation): Decision | undefined => {
  const over = state.holds.find((hold) => !isActive(hold));
  return (
    over && {
      decision: 'resume',
      reason: { code: 'RECOVERED', hold: over.code, heldMinutes: minutesBetween(over.since, evidence.now) },
    }
  );
};

/** What is proven bad and nobody answers goes back. What is only unknown never does. */
const tooLong = (situation: Situation): Decision | undefined => {
  const { plan, state, evidence } = situation;
  const over = state.holds.find(
    (hold) => HOLD_CAUSE[hold.code] === 'provenBad' && minutesBetween(hold.since, evidence.now) >= plan.holdForMinutes,
  );
  if (over === undefined || !isLive(state)) return undefined;
  return retreat(situation, {
    code: 'HELD_TOO_LONG',
    hold: over.code,
    heldMinutes: minutesBetween(over.since, evidence.now),
  });
};

const held = (hold: Situation['state']['holds'][number] | undefined): Decision | undefined =>
  hold && { decision: 'wait', reason: hold.reason };
