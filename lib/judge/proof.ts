/** What must be proven of a share, and how many requests that takes. Pure. */
import type { Claim, Side } from '../plan/claim.ts';
import type { Plan } from '../plan/plan.ts';
import { betaOf, FAIL_GRID, isProvenBelow, moreNeeded, requestsNeeded } from './bound.ts';
import { ASSUMED_CLUMPINESS } from './clumpiness.ts';
import { likelyNeeded, type Present } from './likely.ts';
import { sourceOf } from './share.ts';
import type { DayBefore } from './verdict.ts';

/** What the day before tells about the baseline. */
export type KnownDay = Pick<DayBefore, 'failureShare' | 'unavailableShare' | 'slowShares' | 'clumpiness'>;

/** D, until it is measured the assumed one. */
export const clumpinessIn = ({ clumpiness }: KnownDay): number => clumpiness?.clumpSize ?? ASSUMED_CLUMPINESS;

/** How bad events of a claim come at present; null: not known. */
const presentOf = (plan: Plan, claim: Claim, day: KnownDay): Present | null => {
  if (claim.kind !== 'share' && claim.kind !== 'segmentSpread') return null;
  const { share, slowKey, net } = sourceOf(plan, claim.kind === 'share' ? claim.share : 'failures');
  const known =
    slowKey === undefined
      ? share === 'failures'
        ? day.failureShare
        : day.unavailableShare
      : (day.slowShares?.[slowKey] ?? null);
  return known === null ? null : { share: known, net };
};

/** What must be proven, how surely, and in how many parts of the traffic. */
export interface Proof {
  readonly side: Side;
  readonly limit: number;
  readonly beta: number;
  readonly clumpiness: number;
  readonly parts: number;
  readonly present: Present | null;
}

/** Null: nothing is counted, or what it needs depends on failures that cannot be known beforehand. */
export const proofOf = (plan: Plan, claim: Claim, day: KnownDay): Proof | null => {
  const beta = betaOf(0);
  const clumpiness = clumpinessIn(day);
  const present = presentOf(plan, claim, day);
  if (claim.kind === 'share') return { side: claim.side, limit: claim.limit, beta, clumpiness, parts: 1, present };
  // Each segment needs its own proof, with β shared among them and between both sides.
  if (claim.kind === 'segmentSpread' && claim.side === 'below') {
    const parts = Math.max(1, plan.metrics.segments?.values.length ?? 0);
    const net = present && { ...present, net: true };
    return { side: 'below', limit: claim.limit, beta: beta / (2 * parts), clumpiness, parts, present: net };
  }
  return null;
};

/** A claim of "more than" is no matter of the baseline's own rate. */
export const neededAtRateOf = ({ side, parts, present, ...proving }: Proof): number | 'never' | null => {
  if (side !== 'below' || present === null) return null;
  const each = likelyNeeded(proving, present);
  return each === 'never' ? each : each * parts;
};

/** The fewest requests that can prove it: all of them good, or for a claim of "more than" all of them bad. */
export const fewestRequests = ({ side, limit, beta, clumpiness, parts }: Proof): number | 'never' => {
  const each =
    side === 'below'
      ? requestsNeeded(limit, clumpiness, 0, beta)
      : moreNeeded(0, 0, limit, clumpiness, beta, 1, FAIL_GRID);
  return each === 'never' ? each : each * parts;
};

/** Found by halving: a wider limit takes fewer requests. To 1 %, which is all that anybody writes. */
export const leastLimitOf = (proof: Proof, expected: number): number | null => {
  const isProven = (limit: number): boolean => {
    const needed = neededAtRateOf({ ...proof, limit }) ?? fewestRequests({ ...proof, limit });
    return needed !== 'never' && needed <= expected;
  };
  let high = MOST_LIMIT;
  if (proof.side !== 'below' || !isProven(high)) return null;
  let low = proof.limit;
  while (high > 1.01 * low) {
    const middle = Math.sqrt(low * high);
    if (isProven(middle)) high = middle;
    else low = middle;
  }
  return high;
};

/** Nobody calls a release good of which more is bad. */
const MOST_LIMIT = 0.1;

/** Found by halving: with more bad requests there is less evidence. */
export const bearableShareOf = ({ side, limit, beta, clumpiness, parts }: Proof, expected: number): number | null => {
  const total = expected / parts;
  const bears = (share: number): boolean => isProvenBelow(share * total, total, limit, clumpiness, beta);
  if (side !== 'below' || !bears(0)) return null;
  let low = 0;
  let high = limit;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (bears(middle)) low = middle;
    else high = middle;
  }
  return low;
};
