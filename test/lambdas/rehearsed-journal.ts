/** Journals of rehearsed rollouts, line by line. */
import type { Journal } from '../../lib/controller/ports.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { isInputProblem } from '../../lib/sim/input-problem.ts';
import { rehearse } from '../../lib/sim/run.ts';
import { seedPlan, seedSource } from '../rollout/fixture.ts';

export interface Rehearsed {
  /** In words of `--fault`. */
  readonly fault?: string;
  readonly hours: number;
}

export const rehearsedJournal = async ({ fault, hours }: Rehearsed): Promise<readonly string[]> => {
  const read = fault === undefined ? undefined : readFault(fault);
  if (read !== undefined && isInputProblem(read)) throw new Error('the fault can be read');
  const lines: string[] = [];
  const result = await rehearse({
    source: seedSource,
    seed: 1,
    faults: read === undefined ? [] : [read],
    signOffs: 'given',
    untilInstant: seedPlan.start + hours * 3_600_000,
    sink: (body) => lines.push(body),
  });
  if ('refused' in result) throw new Error(result.refused.join('; '));
  return lines;
};

/** The first `count()` of these lines, as far as a report needs a journal. */
export const journalOf = (lines: readonly string[], count: () => number): Pick<Journal, 'plan' | 'entries'> => ({
  plan: async () => seedPlan,
  entries: async (_, from, limit) => lines.slice(from, Math.min(count(), from + limit)),
});
