/**
 * The regression watch: evidence that the candidate fails more than the baseline, kept as the wealth of bets that
 * start at 1.
 *
 * While the candidate is healthy each minute multiplies a bet by a factor of mean at most 1, so by Ville's inequality
 * the wealth ever reaches 1/α with probability at most α; an average of such bets is one (Vovk & Wang 2021). Three
 * bets on failures are in play: their share of both sides' failures, a burst of them, and a limit on their rate. The
 * other half of the wealth is not staked. Pure arithmetic; when to stake is in stakes.ts, when to trip in watch.ts.
 */
const FRACTIONS = [0.01, 0.03, 0.1, 0.3, 0.6, 0.9];
/** How many times the baseline's failure odds a burst may be. */
const BURSTS = [10, 30, 100];
/** 10 % worse than the baseline is not a regression. */
const TOLERANCE = 1.1;
const BET_WEIGHTS = { failureShare: 0.3, failureLimit: 0.1, failureBurst: 0.1 };

export type Bet = keyof typeof BET_WEIGHTS;

/**
 * What is still in play of each bet's stakes, one number per fraction or burst size, and what was staked on each bet
 * so far.
 */
export interface Bets {
  readonly staked: number;
  readonly failureShare: readonly number[];
  readonly failureLimit: readonly number[];
  readonly failureBurst: readonly number[];
}

export const NO_BETS: Bets = {
  staked: 0,
  failureShare: FRACTIONS.map(() => 0),
  failureLimit: FRACTIONS.map(() => 0),
  failureBurst: BURSTS.map(() => 0),
};

/** One minute of both sides; at weight 100 the baseline has none. */
export interface Minute {
  readonly requests: number;
  readonly failures: number;
  readonly baselineRequests: number;
  readonly baselineFailures: number;
}

export interface Terms {
  /** The failure rate that is allowed whatever the baseline does. */
  readonly limit: number;
  /** The baseline's failure rate over its last 5 minutes, this one included; 0: none known. */
  readonly recentBaselineRate: number;
  /** How many failures come together; 1 to 20. */
  readonly clumpiness: number;
}

/** Adds the stake γ of this minute to each bet, then multiplies by what the minute says. */
export const betOn = (bets: Bets, minute: Minute, stake: number, terms: Terms): Bets => ({
  staked: bets.staked + stake,
  failureShare: betFractions(bets.failureShare, stake, shareFactor(minute)),
  failureLimit: betFractions(bets.failureLimit, stake, limitFactor(minute, terms)),
  failureBurst: betBursts(bets.failureBurst, stake, minute, terms.clumpiness),
});

const betFractions = (wealths: readonly number[], stake: number, factor: number): readonly number[] => {
  const next: number[] = [];
  for (const fraction of FRACTIONS) {
    const wealth = (wealths[next.length] ?? 0) + stake / FRACTIONS.length;
    next.push(grow(wealth, 1 + fraction * (factor - 1)));
  }
  return next;
};

const betBursts = (
  wealths: readonly number[],
  stake: number,
  minute: Minute,
  clumpiness: number,
): readonly number[] => {
  const next: number[] = [];
  for (const burst of BURSTS) {
    const wealth = (wealths[next.length] ?? 0) + stake / BURSTS.length;
    next.push(grow(wealth, burstFactor(minute, burst, clumpiness)));
  }
  return next;
};

/** Stakes without anything to bet on: a minute whose counts are not known. */
export const stakeOnly = (bets: Bets, stake: number): Bets =>
  betOn(bets, { requests: 0, failures: 0, baselineRequests: 0, baselineFailures: 0 }, stake, {
    limit: 1,
    recentBaselineRate: 0,
    clumpiness: 1,
  });

/** Beyond this the decision is long clear, and a number must stay one; below it a bet is lost for good. */
const MOST_WEALTH = 1e200;
const LEAST_WEALTH = 1e-100;

const grow = (wealth: number, factor: number): number => {
  const grown = wealth * factor;
  return grown < LEAST_WEALTH ? 0 : Math.min(grown, MOST_WEALTH);
};

/**
 * Given the minute's failures of both sides, weighted routing gives each failing request the same chance to be the
 * candidate's, so the share has mean n/(n+N) however failures clump and whatever the baseline did.
 */
const shareFactor = ({ requests, failures, baselineRequests, baselineFailures }: Minute): number => {
  if (failures + baselineFailures === 0 || requests === 0 || baselineRequests === 0) return 1;
  const allowed = (TOLERANCE * requests) / (TOLERANCE * requests + baselineRequests);
  return failures / (failures + baselineFailures) / allowed;
};

/** A shared outage raises what is allowed: the baseline's rate in this minute and over its last five. */
const limitFactor = (minute: Minute, { limit, recentBaselineRate }: Terms): number => {
  const { requests, failures, baselineRequests, baselineFailures } = minute;
  if (requests === 0) return 1;
  const rate = baselineRequests > 0 ? baselineFailures / baselineRequests : 0;
  return failures / requests / Math.max(limit, TOLERANCE * rate, TOLERANCE * recentBaselineRate);
};

/**
 * The likelihood ratio of "the candidate's odds of a failure are g times the tolerated" given the minute's failures,
 * slowed down by clumpiness.
 */
const burstFactor = (
  { requests, failures, baselineRequests, baselineFailures }: Minute,
  burst: number,
  clumpiness: number,
): number => {
  const all = failures + baselineFailures;
  if (all === 0 || requests === 0 || baselineRequests === 0) return 1;
  const tolerated = TOLERANCE * requests;
  const perFailure = Math.log(tolerated + baselineRequests) - Math.log(tolerated * burst + baselineRequests);
  // Nothing times an infinite factor would not be a number.
  return Math.min(MOST_WEALTH, Math.exp((failures * Math.log(burst) + all * perFailure) / clumpiness));
};

/** The wealth of each bet if all stakes had been laid on it: 1 at the start. */
const wealthOf = (bets: Bets, bet: Bet): number => {
  let wealth = 1 - bets.staked;
  for (const part of bets[bet]) wealth += part;
  return wealth;
};

const ALL_BETS: readonly Bet[] = ['failureShare', 'failureLimit', 'failureBurst'];

/** The evidence: total wealth, with the stakes of bets that do not exist yet kept back. */
export const totalWealth = (bets: Bets): number => {
  let total = 1;
  for (const bet of ALL_BETS) total += BET_WEIGHTS[bet] * (wealthOf(bets, bet) - 1);
  return total;
};

/** The bet that has won most. */
export const bestBet = (bets: Bets): Bet =>
  ALL_BETS.toSorted((a, b) => BET_WEIGHTS[b] * wealthOf(bets, b) - BET_WEIGHTS[a] * wealthOf(bets, a))[0] ??
  'failureShare';

/**
 * Takes out all winnings: each bet has again what was staked on it. Throwing wealth away never makes a false alarm
 * likelier.
 */
export const withoutWinnings = (bets: Bets): Bets => ({
  staked: bets.staked,
  failureShare: FRACTIONS.map(() => bets.staked / FRACTIONS.length),
  failureLimit: FRACTIONS.map(() => bets.staked / FRACTIONS.length),
  failureBurst: BURSTS.map(() => bets.staked / BURSTS.length),
});
