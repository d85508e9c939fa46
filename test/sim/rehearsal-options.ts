/** What the simulator's tests rehearse with: faults in words, and options that a test names only where it cares. */
import { readFileSync } from 'node:fs';
import type { Behaviour } from '../../lib/sim/behaviour.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { isInputProblem } from '../../lib/sim/input-problem.ts';
import type { RehearsalOptions } from '../../lib/sim/rehearsal.ts';

export const exampleSource = (name: string): string =>
  readFileSync(new URL(`../../examples/${name}.yaml`, import.meta.url), 'utf8');

export const faults = (...texts: readonly string[]): readonly Behaviour[] =>
  texts.map((text) => {
    const fault = readFault(text);
    if (isInputProblem(fault)) throw new Error(fault.problem);
    return fault;
  });

/** Of one plan and seed. */
export const optionsOf =
  (source: string, seed: number) =>
  (given: Partial<RehearsalOptions> = {}): RehearsalOptions => ({
    source,
    seed,
    faults: [],
    signOffs: 'given',
    ...given,
  });
