import type { World } from '../../lib/controller/ports.ts';
import { addEntry, emptyLedger, type Ledger } from '../../lib/report/ledger.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { isInputProblem } from '../../lib/sim/input-problem.ts';
import { begin, outcomeOf, proceed } from '../../lib/sim/rehearsal.ts';
import { planOf } from '../rollout/fixture.ts';
import { billedFor, queriesOf } from './billed-queries.ts';

/** What a rehearsal did, counted at its ports, and the ledger of its journal. */
export interface Counted {
  readonly ledger: Ledger;
  /** Metrics that GetMetricData is billed for. */
  readonly metrics: number;
  readonly ticks: number;
  readonly bytes: number;
  readonly writeUnits: number;
  readonly messages: number;
  readonly outcome: string | null;
}

/** Names of an item's attributes, the rollout's name and the revision. */
const ATTRIBUTE_BYTES = 60;

interface Wanted {
  /** Since the plan's start; undefined: to the end. */
  readonly hours?: number;
  /** In words of `--fault`. */
  readonly fault?: string;
}

export const counted = async (source: string, { hours, fault }: Wanted): Promise<Counted> => {
  const read = fault === undefined ? undefined : readFault(fault);
  if (read !== undefined && isInputProblem(read)) throw new Error('the fault can be read');
  const plan = planOf(source);
  const ledger = emptyLedger(plan);
  const counts = { metrics: 0, bytes: 0, writeUnits: 0, messages: 0 };
  const unseen: number[] = [];
  const rehearsal = await begin({
    source,
    seed: 1,
    faults: read === undefined ? [] : [read],
    signOffs: 'given',
    untilInstant: hours === undefined ? undefined : plan.start + hours * 3_600_000,
    sink: (body) => {
      const bytes = Buffer.byteLength(body);
      unseen.push(bytes);
      counts.bytes += bytes;
      counts.writeUnits += Math.ceil((bytes + ATTRIBUTE_BYTES) / 1024);
    },
    onEntry: (entry) => {
      counts.messages += entry.notices.length;
      addEntry(ledger, entry, unseen.shift());
    },
  });
  if ('refused' in rehearsal) throw new Error(rehearsal.refused.join('; '));
  const { metrics } = rehearsal.world;
  const billed = new Map<string, number>();
  const billedOnce = (business: boolean, candidateOnly: boolean, slowerThan: readonly number[]): number => {
    const key = `${business} ${candidateOnly} ${slowerThan}`;
    const found = billed.get(key) ?? billedFor(queriesOf(plan, business, candidateOnly, slowerThan));
    billed.set(key, found);
    return found;
  };
  const seen: World = {
    ...rehearsal.world,
    metrics: {
      ...metrics,
      read: (of, from, to, business, candidateOnly = false, slowerThan = []) => {
        counts.metrics += billedOnce(business, candidateOnly, slowerThan);
        return metrics.read(of, from, to, business, candidateOnly, slowerThan);
      },
    },
  };
  while (outcomeOf(rehearsal) === null && (await proceed(rehearsal, seen)));
  return { ...counts, ledger, ticks: rehearsal.run.ticks, outcome: outcomeOf(rehearsal) };
};
