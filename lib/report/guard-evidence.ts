/** What the judge's state tells of its guards: the one place where a report reads it. */
import { FAIL_GRID } from '../judge/bound.ts';
import { PROVING_BLOCKS, seeRatio } from '../judge/ratio.ts';
import type { Guard, Plan } from '../plan/plan.ts';
import type { RolloutState } from '../rollout/rollout.ts';

/** A bound on an amount since the last rise is wrong at any time with at most this probability. */
const LEVEL = 0.01;
const BAD_AT_LEAST = 3;

/** Evidence S of a guard on a share, 1 when nothing speaks against the candidate. A literal guard has none. */
export const evidenceOf = ({ judge }: RolloutState, guard: number): number => {
  const evidence = judge.guards.each[guard]?.evidence ?? [];
  let sum = 0;
  for (let i = 0; i < evidence.length; i++) sum += (evidence[i] ?? 1) * (FAIL_GRID.stakes[i] ?? 0);
  return sum;
};

export interface SeenSinceRise {
  readonly value: number | null;
  readonly bad: number | null;
  readonly total: number;
  readonly segment?: string | undefined;
}

/** What the guard itself compares with its limit: the bound that is the last to cross it. Undefined: no new block is complete. */
export const boundSinceRise = (guard: Guard, { judge }: RolloutState): SeenSinceRise | undefined => {
  const { revenue, block } = judge.guards.sinceRise;
  const blocks = revenue[0] ?? 0;
  if (blocks < PROVING_BLOCKS || block[0] !== 0) return undefined;
  const { lower, upper } = seeRatio(revenue, LEVEL);
  return { value: guard.claim.side === 'below' ? upper : lower, bad: null, total: blocks };
};

/** The largest (or smallest) measured ratio; against a baseline without a failure, the one against a single failure. */
export const worstSegmentSinceRise = (
  plan: Plan,
  { claim }: Guard,
  { judge }: RolloutState,
): SeenSinceRise | undefined => {
  let worst: SeenSinceRise | undefined;
  for (const [i, segment] of (plan.metrics.segments?.values ?? []).entries()) {
    const [total = 0, bad = 0, baselineTotal = 0, baselineBad = 0] = judge.guards.sinceRise.segments[i] ?? [];
    if (total <= 0 || baselineTotal <= 0 || bad < BAD_AT_LEAST) continue;
    const value = bad / total / (Math.max(1, baselineBad) / baselineTotal);
    const isWorse =
      worst === undefined || (claim.side === 'above' ? value > (worst.value ?? 0) : value < (worst.value ?? 0));
    if (isWorse) worst = { value, bad, total, segment };
  }
  return worst;
};
