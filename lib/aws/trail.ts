import type { Trail } from '../controller/ports.ts';
import type { Environment } from './environment.ts';
import type { Variables } from './signed-request.ts';

/**
 * For a tick, which seldom needs it: what asks CloudTrail lies in a file of its own, which is loaded with the first question. Undefined: the
 * stack does not allow it.
 *
 * @param variables the function's own environment
 */
export const trailOnDemand = ({ SLUICE_TRAIL }: Environment, variables: Variables): Trail | undefined => {
  if (SLUICE_TRAIL !== 'ask') return undefined;
  return {
    changes: async (plan, drift) => (await import('./cloud-trail.ts')).cloudTrailOf(variables).changes(plan, drift),
  };
};
