/** Healthy targets of both groups. */
import { MINUTE_MS } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import type { Evidence } from '../rollout/evidence.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { type Fault, isFault } from './fault.ts';
import type { GroupHealth, World } from './ports.ts';

export type ReadHealth = (world: World, plan: Plan) => Promise<Evidence['health']>;

/** As it is now; null is unknown. */
export const readHealth: ReadHealth = async ({ targets }, { traffic }) => {
  const [candidate, baseline] = await Promise.all([
    targets.health(traffic.candidate),
    targets.health(traffic.baseline),
  ]);
  return { candidate: orNull(candidate), baseline: orNull(baseline) };
};

/** Where nobody says how it was lately, each rollout asks in its own minute of so many: all of them every minute is more than AWS answers. */
const TURN_MINUTES = 5;

/**
 * Of the last minutes where some are known to have been healthy. Known to be none: as it is now. Not known: as it is now when it is the
 * rollout's turn, and else unknown, which lets a tick wait and nothing else.
 */
export const readLatelyHealth: ReadHealth = async ({ clock, targets }, plan) => {
  const now = clock.now();
  const of = async (arm: 'candidate' | 'baseline'): Promise<GroupHealth | null> => {
    const lately = await targets.lately?.(plan, arm, now);
    if (lately !== undefined && lately.healthy > 0) return lately;
    return lately !== undefined || isTurn(plan, now) ? orNull(await targets.health(plan.traffic[arm])) : null;
  };
  const [candidate, baseline] = await Promise.all([of('candidate'), of('baseline')]);
  return { candidate, baseline };
};

const isTurn = ({ rollout }: Plan, now: Instant): boolean => {
  const own = [...rollout].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return (Math.floor(now / MINUTE_MS) + own) % TURN_MINUTES === 0;
};

/**
 * While nothing is the matter health of the last minutes is enough to wait on: a lack that shows in it makes another decision than to wait,
 * and every other decision is made on health as it is now. A hold that rests on health, a candidate that seems dead, a start and a way back
 * are looked at as they are.
 */
export const mayRestOnLately = ({ targets }: World, { status, holds, unhealthySince }: RolloutState): boolean =>
  targets.lately !== undefined &&
  (status === 'baking' || status === 'passed') &&
  holds.length === 0 &&
  unhealthySince === null;

const orNull = <T>(value: T | Fault): T | null => (isFault(value) ? null : value);
