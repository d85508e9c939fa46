/** Runs the production controller through the simulator, with the invariants watched at every step. */
import { readFileSync } from 'node:fs';
import { explain } from '../../lib/rollout/explain.ts';
import { checker } from '../../lib/sim/checkers.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { type RehearseOptions, type RunResult, rehearse } from '../../lib/sim/run.ts';

export const seedSource = readFileSync('examples/ultra-fast-analyzer.yaml', 'utf8');

/** The seed plan with a stabilisation of one day: everything but the last eleven days of waiting. */
export const shortSource = seedSource
  .replace('bake: 12d ', 'bake: 1d ')
  .replace('    passInARow: 7\n', '')
  .replace('checkpoints: daily', 'checkpoints: [12h]');

export interface Ran extends RunResult {
  readonly violations: readonly string[];
}

type Options = Partial<Omit<RehearseOptions, 'faults'>> & { readonly faults?: readonly string[] };

export const run = async (options: Options = {}): Promise<Ran> => {
  const { sink, afterStep, violations } = checker();
  const faults = (options.faults ?? []).map((text) => {
    const fault = readFault(text);
    if ('problem' in fault) throw new Error(fault.problem);
    return fault;
  });
  const result = await rehearse({
    source: shortSource,
    seed: 1,
    signOffs: 'given',
    ...options,
    faults,
    sink: (body) => {
      sink(body);
      options.sink?.(body);
    },
    afterStep: (rehearsal) => {
      afterStep(rehearsal);
      options.afterStep?.(rehearsal);
    },
  });
  if ('refused' in result) throw new Error(result.refused.join('\n'));
  return { ...result, violations };
};

/** `10-31 12:41 canary rollBack WATCH_TRIPPED` */
export const story = ({ decisions }: RunResult): readonly string[] =>
  decisions.map(
    ({ at, phase, decision, reason }) => `${at.slice(5, 16).replace('T', ' ')} ${phase} ${decision} ${reason.code}`,
  );

export const codes = ({ decisions }: RunResult): readonly string[] =>
  decisions.map(({ decision, reason }) => `${decision} ${reason.code}`);

/** Minutes from the plan's start (2025-10-31 12:00 UTC) to the first decision with this code; undefined: there is none. */
export const minutesTo = ({ decisions }: RunResult, code: string): number | undefined => {
  const found = decisions.find(({ reason }) => reason.code === code);
  return found && (Date.parse(found.at) - Date.parse('2025-10-31T12:00Z')) / 60_000;
};

export const sentenceOf = ({ decisions }: RunResult, code: string): string => {
  const found = decisions.find(({ reason }) => reason.code === code);
  return found === undefined ? `no ${code}` : explain(found.reason);
};

export const seeds = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
