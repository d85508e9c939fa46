import { Fault } from '../controller/fault.ts';
import type { Trail } from '../controller/ports.ts';
import type { Environment } from './environment.ts';
import type { Variables } from './signed-request.ts';

/**
 * For a tick, which seldom needs it: what asks CloudTrail lies in a file of its own, which is loaded with the first question. Undefined: the
 * stack does not allow it. A courtesy to people: even a bug in it must not fail ticks, so everything that goes wrong is a fault, which they hear of.
 *
 * @param variables the function's own environment
 */
export const trailOnDemand = (
  { SLUICE_TRAIL }: Pick<Environment, 'SLUICE_TRAIL'>,
  variables: Variables,
  load: () => Promise<Pick<typeof import('./cloud-trail.ts'), 'cloudTrailOf'>> = () => import('./cloud-trail.ts'),
): Trail | undefined => {
  if (SLUICE_TRAIL !== 'ask') return undefined;
  return {
    changes: async (plan, drift) => {
      try {
        return await (await load()).cloudTrailOf(variables).changes(plan, drift);
      } catch (cause) {
        return new Fault('UNREADABLE', `look up who changed ${drift.rule}`, cause);
      }
    },
  };
};
