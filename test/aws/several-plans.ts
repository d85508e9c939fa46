/** The seed plan several times, each time with rules, groups, names and an alarm of its own. */
import type { Plan } from '../../lib/plan/plan.ts';
import { planOf, seedSource } from '../rollout/fixture.ts';
import { atRest, type Given } from '../stand-in/elasticloadbalancing.ts';

/** @param index up to 999 */
export const numberedSource = (index: number): string => {
  const digits = `${index}`.padStart(3, '0');
  return seedSource
    .replace(/^rollout: .*$/m, `rollout: analyzer-${index}`)
    .replace(/(listener-rule\/\S+)\w{3}\]/, `$1${digits}]`)
    .replace(/(targetgroup\/analyzer-original\/\w+)\w{3}/, `$1${digits}`)
    .replace(/(targetgroup\/analyzer-ultra-fast\/\w+)\w{3}/, `$1${digits}`)
    .replace('{ baseline: original, candidate: ultra-fast }', `{ baseline: old-${index}, candidate: new-${index} }`)
    .replace('[learn-critical-incident]', `[critical-${index}]`);
};

export const numberedPlans = (count: number): readonly Plan[] =>
  Array.from({ length: count }, (_, index) => planOf(numberedSource(index)));

/** Rules and groups of several plans before their starts, behind one address. */
export const together = (plans: readonly Plan[], targets: number): Pick<Given, 'rules' | 'groups'> => {
  const rests = plans.map(({ traffic }) => atRest(traffic, targets));
  return {
    rules: Object.assign({}, ...rests.map(({ rules }) => rules)),
    groups: Object.assign({}, ...rests.map(({ groups }) => groups)),
  };
};
