import { SEED } from './seed-plan.ts';

const PHASES = SEED.slice(SEED.indexOf('phases:'), SEED.indexOf('guards:'));

/** The seed plan with other phases, each the inside of a YAML mapping such as `name: canary, weight: 1%, bake: 2h`. */
export const withPhases = (...phases: readonly string[]): string =>
  SEED.replace(PHASES, () => `phases:\n${phases.map((phase) => `  - { ${phase} }\n`).join('')}\n`);

/** The seed plan with something else in place of its list of phases. */
export const withoutPhases = (written: string): string => SEED.replace(PHASES, () => `phases: ${written}\n`);
