/** The regression watch over a rollout: which rows it uses, what it stakes on them, and when it has seen enough. */
import { lowerBound, upperBound } from './bound.ts';
import {
  type Bets,
  bestBet,
  betOn,
  type Minute,
  NO_BETS,
  stakeOnly,
  type Terms,
  totalWealth,
  withoutWinnings,
} from './regression.ts';
import type { Row } from './row.ts';
import { hasBaseline } from './share.ts';
import { initialStakes, layStake, type StakePlan, type Stakes } from './stakes.ts';
import type { DayBefore, Stage, WatchTrip } from './verdict.ts';

/**
 * Rows since the evidence began, and what it consists of: from the first row of the run in which the wealth rose, which may begin below 1,
 * since quiet hours cost some of it.
 */
interface Since {
  readonly minute: string;
  readonly minutes: number;
  readonly requests: number;
  readonly bad: number;
  readonly baselineRequests: number;
  readonly baselineBad: number;
  readonly badMinutes: number;
  readonly worstMinute: number;
}

export interface WatchState {
  /** False after an operator resumed although it had tripped, until the next rise. */
  readonly armed: boolean;
  readonly bets: Bets;
  readonly stakes: Stakes;
  /** Requests and failures of the baseline in its last five minutes, oldest first. */
  readonly baseline: readonly number[];
  /** Null: the wealth is at most 1, nothing speaks against the candidate. */
  readonly since: Since | null;
}

export const initialWatch = (stakePlan: StakePlan): WatchState => ({
  armed: true,
  bets: NO_BETS,
  stakes: initialStakes(stakePlan),
  baseline: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  since: null,
});

/** What the watch takes from the plan. */
export interface WatchTable {
  /** α: the rollback line is 1/α. */
  readonly falseRollbacks: number;
  readonly stakePlan: StakePlan;
  /** The least limit of the plan's guards on failures; undefined: there is none. */
  readonly guardLimit: number | undefined;
}

export interface WatchTerms {
  readonly table: WatchTable;
  readonly clumpiness: number;
  readonly before: DayBefore;
  readonly enough: EnoughBad;
}

/** The burst bet expects clumps of at least five. */
const BURST_CLUMPINESS_AT_LEAST = 5;

/** One client or one hiccup is not a regression, however unlikely. */
export interface EnoughBad {
  readonly bad: number;
  readonly minutes: number;
  /** As many in one minute need no second one. */
  readonly inOneMinute: number;
}

export const ENOUGH_BAD: EnoughBad = { bad: 3, minutes: 2, inOneMinute: 20 };

export interface WatchWeighed {
  readonly watch: WatchState;
  readonly trip?: WatchTrip | undefined;
}

/**
 * Folds one row. Rows of the warm-up only tell about the baseline. A trip is told with every row on which it stands.
 */
export const watchRow = (watch: WatchState, terms: WatchTerms, phase: number, row: Row, stage: Stage): WatchWeighed => {
  const baseline =
    hasBaseline(row.weight) && row.baseline !== null
      ? moveBaseline(watch.baseline, row.baseline.requests, row.baseline.failures)
      : watch.baseline;
  if (stage === 'warmUp') return { watch: { ...watch, baseline }, trip: undefined };
  const { stake, stakes } = layStake(terms.table.stakePlan, watch.stakes, watch.bets.staked, {
    phase,
    weight: row.weight,
    baking: stage === 'bake',
  });
  const minute = minuteOf(row);
  const bets =
    minute === undefined
      ? stakeOnly(watch.bets, stake)
      : betOn(watch.bets, minute, stake, termsAt(terms, row.weight, baseline));
  const wealth = totalWealth(bets);
  const since = addSince(watch.since, row.minute, minute);
  const next: WatchState = {
    armed: watch.armed,
    bets,
    stakes,
    baseline,
    since: wealth > 1 + 1e-9 || wealth > totalWealth(watch.bets) ? since : null,
  };
  const isOver = watch.armed && wealth >= 1 / terms.table.falseRollbacks && isEnough(since, terms.enough);
  return { watch: next, trip: isOver ? tripOf(bets, since, row.minute, terms) : undefined };
};

/** Undefined: the counts of a side that should have some are not known, and the row says nothing. */
const minuteOf = ({ weight, candidate, baseline }: Row): Minute | undefined => {
  if (candidate === null) return undefined;
  const failures = Math.min(candidate.failures, candidate.requests);
  if (!hasBaseline(weight)) return { requests: candidate.requests, failures, baselineRequests: 0, baselineFailures: 0 };
  if (baseline === null) return undefined;
  return {
    requests: candidate.requests,
    failures,
    baselineRequests: baseline.requests,
    baselineFailures: Math.min(baseline.failures, baseline.requests),
  };
};

const moveBaseline = (last: readonly number[], requests: number, failures: number): readonly number[] => {
  const next = last.slice(2);
  next.push(requests, failures);
  return next;
};

const termsAt = (terms: WatchTerms, weight: number, baseline: readonly number[]): Terms => {
  const clumpiness = Math.max(BURST_CLUMPINESS_AT_LEAST, terms.clumpiness);
  const usual = terms.before.failureShare ?? 0;
  const limit = terms.table.guardLimit ?? Math.max(0.01, 3 * usual);
  if (!hasBaseline(weight)) return { limit: Math.max(limit, 2 * usual), recentBaselineRate: 0, clumpiness };
  let requests = 0;
  let failures = 0;
  for (let i = 0; i < baseline.length; i += 2) {
    requests += baseline[i] ?? 0;
    failures += baseline[i + 1] ?? 0;
  }
  return { limit, recentBaselineRate: requests > 0 ? failures / requests : 0, clumpiness };
};

const addSince = (since: Since | null, at: string, minute: Minute | undefined): Since => {
  const failures = minute?.failures ?? 0;
  return {
    minute: since?.minute ?? at,
    minutes: (since?.minutes ?? 0) + 1,
    requests: (since?.requests ?? 0) + (minute?.requests ?? 0),
    bad: (since?.bad ?? 0) + failures,
    baselineRequests: (since?.baselineRequests ?? 0) + (minute?.baselineRequests ?? 0),
    baselineBad: (since?.baselineBad ?? 0) + (minute?.baselineFailures ?? 0),
    badMinutes: (since?.badMinutes ?? 0) + (failures > 0 ? 1 : 0),
    worstMinute: Math.max(since?.worstMinute ?? 0, failures),
  };
};

const isEnough = (since: Since, enough: EnoughBad): boolean =>
  since.bad >= enough.bad && (since.badMinutes >= enough.minutes || since.worstMinute >= enough.inOneMinute);

const tripOf = (bets: Bets, since: Since, minute: string, terms: WatchTerms): WatchTrip => {
  const { requests, bad, baselineRequests, baselineBad, minutes } = since;
  const least = lowerBound(bad, requests, terms.clumpiness, 0.05);
  const times = least / upperBound(baselineBad, baselineRequests, terms.clumpiness, 0.05);
  return {
    kind: 'watch',
    bet: bestBet(bets),
    log10Wealth: Math.log10(totalWealth(bets)),
    minute,
    sinceMinute: since.minute,
    minutes,
    requests,
    bad,
    baselineRequests,
    baselineBad,
    atLeastTimes: baselineRequests > 0 && times >= 1 ? times : null,
    falseRollbacks: terms.table.falseRollbacks,
  };
};

/**
 * An operator resumed although the watch had tripped (its guarantee does not hold with sticky rules): it is silent
 * until the next rise.
 */
export const disarmed = (watch: WatchState): WatchState => ({ ...watch, armed: false });

/** A rise arms the watch again, with what was staked and without the winnings that were waved through. */
export const rearmed = (watch: WatchState): WatchState =>
  watch.armed ? watch : { ...watch, armed: true, bets: withoutWinnings(watch.bets), since: null };
