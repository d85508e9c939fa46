/**
 * When the regression watch stakes how much: γ spreads its stake over the minutes at which a regression may begin.
 * Three fifths lie on the first minute of the bake, since a bad release mostly is so from its first request on, a fifth
 * on the later rises, the rest evenly on the planned minutes below weight 100; minutes beyond those share half of what is left over one more such length, and so on. All stakes
 * together are at most 1.
 */
import { assert } from '../plan/assert.ts';
import type { Plan } from '../plan/plan.ts';

export interface StakePlan {
  /** Parts of the stake; together at most 1. */
  readonly onFirst: number;
  readonly onRises: number;
  readonly evenly: number;
  /** Phases after the first whose weight rises and still leaves the baseline something to compare with. */
  readonly rises: readonly number[];
  /** Planned minutes below weight 100. */
  readonly minutes: number;
}

export interface Stakes {
  /** The last phase on whose rise was staked; −1: nothing was staked yet. */
  readonly phase: number;
  readonly evenStake: number;
  readonly evenMinutesLeft: number;
}

export const stakePlanOf = (plan: Plan, minutesBelow100: number): StakePlan => ({
  onFirst: 0.6,
  onRises: 0.2,
  evenly: 0.2,
  rises: plan.phases.flatMap(({ weight }, i) =>
    i > 0 && weight > (plan.phases[i - 1]?.weight ?? 0) && weight < 100 ? [i] : [],
  ),
  minutes: Math.max(0, Math.round(minutesBelow100)),
});

export const initialStakes = ({ evenly, minutes }: StakePlan): Stakes => ({
  phase: -1,
  evenStake: minutes > 0 ? evenly / minutes : 0,
  evenMinutesLeft: minutes,
});

/**
 * The stake of one minute that the watch uses: on its weight, and on the phase if this is its first bake row. `staked`
 * is Σγ so far.
 */
export const layStake = (
  stakePlan: StakePlan,
  stakes: Stakes,
  staked: number,
  minute: { readonly phase: number; readonly weight: number; readonly baking: boolean },
): { readonly stake: number; readonly stakes: Stakes } => {
  const onPhase = minute.baking ? stakeOfPhase(stakePlan, stakes, minute.phase) : 0;
  const begun = minute.baking && minute.phase > stakes.phase ? { ...stakes, phase: minute.phase } : stakes;
  const isEven = begun.phase >= 0 && minute.weight > 0 && minute.weight < 100 && stakePlan.minutes > 0;
  const round = !isEven || begun.evenMinutesLeft > 0 ? begun : anotherRound(stakePlan, begun, staked + onPhase);
  const stake = onPhase + (isEven ? round.evenStake : 0);
  assert(staked + stake <= 1 + 1e-9, 'the watch never stakes more than it has');
  const { phase, evenStake, evenMinutesLeft } = round;
  return { stake, stakes: isEven ? { phase, evenStake, evenMinutesLeft: evenMinutesLeft - 1 } : round };
};

const stakeOfPhase = (stakePlan: StakePlan, stakes: Stakes, phase: number): number => {
  if (stakes.phase < 0) return stakePlan.onFirst;
  return phase > stakes.phase && stakePlan.rises.includes(phase) ? stakePlan.onRises / stakePlan.rises.length : 0;
};

const anotherRound = (stakePlan: StakePlan, stakes: Stakes, staked: number): Stakes => {
  const toCome = stakePlan.rises.filter((rise) => rise > stakes.phase).length;
  const reserved = toCome === 0 ? 0 : (stakePlan.onRises * toCome) / stakePlan.rises.length;
  const left = Math.max(0, 1 - staked - reserved);
  return { ...stakes, evenStake: left / 2 / stakePlan.minutes, evenMinutesLeft: stakePlan.minutes };
};
