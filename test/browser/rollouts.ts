/** Pages of rehearsed rollouts. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parsePlan } from '../../lib/plan/parse.ts';
import { addEntry, emptyLedger, type Ledger } from '../../lib/report/ledger.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { isInputProblem } from '../../lib/sim/input-problem.ts';
import { rehearse } from '../../lib/sim/run.ts';

const EXAMPLE = readFileSync(
  fileURLToPath(new URL('../../examples/ultra-fast-analyzer.yaml', import.meta.url)),
  'utf8',
);

export interface Wanted {
  /** In words of `--fault`. */
  readonly fault?: string;
  readonly requestsPerMinute?: number;
  /** Since the plan's start. */
  readonly hours?: number;
  readonly source?: string;
}

export const rehearsed = async ({ fault, requestsPerMinute, hours, source = EXAMPLE }: Wanted): Promise<Ledger> => {
  const parsed = parsePlan(source);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ must }) => must).join('; '));
  const read = fault === undefined ? undefined : readFault(fault);
  if (read !== undefined && isInputProblem(read)) throw new Error('the fault can be read');
  const ledger = emptyLedger(parsed.plan);
  const result = await rehearse({
    source,
    seed: 1,
    faults: read === undefined ? [] : [read],
    signOffs: 'given',
    requestsPerMinute,
    untilInstant: hours === undefined ? undefined : parsed.plan.start + hours * 3_600_000,
    sink: (body) => addEntry(ledger, JSON.parse(body)),
  });
  if ('refused' in result) throw new Error(result.refused.join('; '));
  return ledger;
};
