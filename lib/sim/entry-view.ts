import type { Entry } from '../rollout/entry.ts';
import type { RolloutState } from '../rollout/rollout.ts';

/** An entry without its state, which is most of it: what a rehearsal looks at after every tick. */
export interface EntryView extends Omit<Entry, 'state' | 'plan'> {
  readonly status: RolloutState['status'];
  readonly phase: number;
  readonly weight: number;
}

/** Quotes inside of strings are escaped, so this is found only where the state begins. */
const STATE = ',"state":{';
const FACTS = /"status":"(\w+)","phase":(-?\d+),"weight":([\d.]+)/;

/** Reads what stands before the state of an entry that `record` has written. */
export const viewEntry = (body: string): EntryView => {
  const end = body.lastIndexOf(STATE);
  const facts = FACTS.exec(body.slice(end, end + 600));
  if (end < 0 || facts === null) return viewWhole(body);
  const front = JSON.parse(`${body.slice(0, end)}}`) as Omit<Entry, 'state' | 'plan'>;
  return { ...front, status: facts[1] as RolloutState['status'], phase: Number(facts[2]), weight: Number(facts[3]) };
};

const viewWhole = (body: string): EntryView => {
  const { state, ...front } = JSON.parse(body) as Entry;
  return { ...front, status: state.status, phase: state.phase, weight: state.weight };
};

export const stateOf = (body: string): RolloutState => (JSON.parse(body) as Entry).state;
