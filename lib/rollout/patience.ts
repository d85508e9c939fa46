import type { Decision } from './entry.ts';
import { activeHolds, isActive } from './holds.ts';
import { minutesBetween, type Situation } from './situation.ts';

/** Holds begin and end; progress needs the set empty. What is only unknown never rolls back, however long it lasts. */
export const patience = (situation: Situation): Decision | undefined => {
  const { state } = situation;
  return began(situation) ?? recovered(situation) ?? held(activeHolds(state)[0]);
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

const held = (hold: Situation['state']['holds'][number] | undefined): Decision | undefined =>
  hold && { decision: 'wait', reason: hold.reason };
