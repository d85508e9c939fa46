import type { Replies, RolloutLine } from '../../lib/aws/request.ts';
import { type Fault, isFault } from '../../lib/controller/fault.ts';
import type { Head, World } from '../../lib/controller/ports.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { type Answered, type Asked, refuseFor } from './asked.ts';

/** So many heads are read at the same time. */
const AT_ONCE = 16;

/** All rollouts there ever were, by name; where they stand according to their newest entries. */
export const answerList = async ({ world }: Asked): Promise<Answered<Replies['list']>> => {
  const names = await world.journal.list('all');
  if (isFault(names)) return refuseFor(names);
  const rollouts: RolloutLine[] = [];
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const lines = await Promise.all(names.slice(from, from + AT_ONCE).map((name) => lineOf(world, name)));
    const fault = lines.find(isFault);
    if (fault !== undefined) return refuseFor(fault);
    rollouts.push(...lines.flatMap((line) => (line === undefined || isFault(line) ? [] : [line])));
  }
  return { rollouts };
};

/** Undefined: the name is claimed, and its first entry is not written yet. */
const lineOf = async (world: World, name: string): Promise<RolloutLine | undefined | Fault> => {
  const head = await world.journal.head(name);
  if (head === undefined || isFault(head)) return head;
  const { state, at } = entryOf(head);
  const phase = state.endedAt === null && state.phase >= 0 ? await phaseName(world, name, state.phase) : '';
  if (isFault(phase)) return phase;
  const { rollout, release, status, weight, holds } = state;
  return { rollout, release, status, phase, weight, at, holds: holds.map(({ code }) => code) };
};

const phaseName = async (world: World, rollout: string, phase: number): Promise<string | Fault> => {
  const plan = await world.journal.plan(rollout);
  return isFault(plan) ? plan : (plan.phases[phase]?.name ?? '');
};

/** An entry of our own journal. */
const entryOf = ({ body }: Head): Entry => JSON.parse(body) as Entry;
