/**
 * The arithmetic of the regression watch: evidence that the candidate is worse than the baseline, kept as the wealth of bets that start at 1.
 *
 * While the candidate is healthy each minute multiplies a bet by a factor of mean at most 1, so by Ville's inequality the wealth ever
 * reaches 1/α with probability at most α; an average of such bets is one (Vovk & Wang 2021). What is bet on is in watched.ts, when to stake in
 * stakes.ts, when to trip in watch.ts.
 */
const FRACTIONS = [0.01, 0.03, 0.1, 0.3, 0.6, 0.9];
/** The same, fewer, for a bet that only backs others. */
const PAST_FRACTIONS = [0.03, 0.1, 0.3, 0.9];
/** How many times the tolerated odds a lasting regression may be. */
const RISES = [1.55, 4];
/** The same of a burst of bad events. */
const BURSTS = [10, 30, 100];
/** To what part of the baseline's odds good events may fall. */
const FALLS = [0.9, 0.75, 0.5, 0.25, 0.05];
/** 10 % worse than the baseline is not a regression. */
export const TOLERANCE = 1.1;

/** A burst is bet on as if at least so many bad events came together. */
const BURST_CLUMPINESS_AT_LEAST = 5;

/**
 * `share`: the candidate's part of both sides' bad events. `past`: their rate against the baseline's last hour. `odds`: their part again, as
 * a likelihood that trusts the measured clumpiness. `limit`: their rate. `burst`: very many of them in few minutes. `fall`: its part of good
 * events is too small.
 */
export type BetKind = 'share' | 'past' | 'odds' | 'limit' | 'burst' | 'fall';

const PARTS: Readonly<Record<BetKind, readonly number[]>> = {
  share: FRACTIONS,
  past: PAST_FRACTIONS,
  odds: RISES,
  limit: FRACTIONS,
  burst: BURSTS,
  fall: FALLS,
};

/**
 * What is still in play of a bet's stakes, one number for each of its parts: fraction, burst size, or depth of the fall. In whole grains: what
 * lies below one is thrown away, which is always allowed, and whole numbers are short in a journal and quick to write.
 */
export type Wealths = readonly number[];

/** So many are a wealth of 1. */
const GRAINS = 1e10;

/** One minute, or a block of them, of both sides; at weight 100 the baseline has none. `events`: bad ones, and good ones for a fall. */
export interface Minute {
  readonly requests: number;
  readonly events: number;
  readonly baselineRequests: number;
  readonly baselineEvents: number;
}

export interface Terms {
  /** The rate of bad events that is allowed whatever the baseline does. */
  readonly limit: number;
  /** The baseline's rate over its last 5 minutes, this one included; 0: none known. */
  readonly recentBaselineRate: number;
  /** The baseline's rate over about an hour before this minute; 0: none known. */
  readonly pastBaselineRate: number;
  /** How many events come together; 1 to 20. */
  readonly clumpiness: number;
}

/** After so much was staked on it, and nothing won or lost. */
export const evenWealths = (kind: BetKind, staked: number): Wealths =>
  PARTS[kind].map(() => inGrains((staked / PARTS[kind].length) * GRAINS));

/**
 * Adds the stake γ of this minute, then multiplies by what the minute says.
 * @param minute undefined: its counts are not known, and it says nothing
 */
export const betOn = (
  kind: BetKind,
  wealths: Wealths,
  minute: Minute | undefined,
  stake: number,
  terms: Terms,
): Wealths => {
  const parts = PARTS[kind];
  const each = (stake / parts.length) * GRAINS;
  const isOnFraction = kind === 'share' || kind === 'past' || kind === 'limit';
  const ratio = minute === undefined || !isOnFraction ? 1 : ratioOf(kind, minute, terms);
  const next: number[] = [];
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] ?? 0;
    const wealth = wealths[index] ?? 0;
    const factor = minute === undefined || isOnFraction ? 1 + part * (ratio - 1) : oddsOf(kind, part, minute, terms);
    const grown = (wealth + each) * factor;
    next.push(inGrains(grown));
  }
  return next;
};

/** Of observed to allowed, for bets on fractions; its mean is at most 1 while the candidate is healthy. */
const ratioOf = (kind: BetKind, minute: Minute, terms: Terms): number => {
  if (kind === 'share') return shareRatio(minute);
  return kind === 'past' ? pastRatio(minute, terms) : limitRatio(minute, terms);
};

const oddsOf = (kind: BetKind, part: number, minute: Minute, { clumpiness }: Terms): number => {
  if (kind === 'fall') return oddsFactor(minute, 1 / TOLERANCE, part, clumpiness);
  const clumps = kind === 'burst' ? Math.max(BURST_CLUMPINESS_AT_LEAST, clumpiness) : clumpiness;
  return oddsFactor(minute, TOLERANCE, part, clumps);
};

/** Beyond this the decision is long clear, and a number must stay one. */
const MOST_GRAINS = 1e200;
const MOST_FACTOR = 1e200;

const inGrains = (wealth: number): number => Math.min(MOST_GRAINS, Math.floor(wealth));

/**
 * Given the minute's events of both sides, weighted routing gives each the same chance to be the candidate's, so the share has mean n/(n+N)
 * however events clump and whatever the baseline did.
 */
const shareRatio = ({ requests, events, baselineRequests, baselineEvents }: Minute): number => {
  if (events + baselineEvents === 0 || requests === 0 || baselineRequests === 0) return 1;
  const allowed = (TOLERANCE * requests) / (TOLERANCE * requests + baselineRequests);
  return events / (events + baselineEvents) / allowed;
};

/**
 * What the share bet cannot bear, and this one can: a baseline that is noisy by itself, whose quiet minutes make the candidate's part large.
 * What this one cannot bear, and the share bet can: a rate that changes on both sides. Where either is valid, so is the smaller of the two.
 */
const pastRatio = ({ requests, events, baselineRequests }: Minute, { pastBaselineRate }: Terms): number =>
  requests === 0 || baselineRequests === 0 || pastBaselineRate === 0
    ? 1
    : events / requests / (TOLERANCE * pastBaselineRate);

/** A shared outage raises what is allowed: the baseline's rate in this minute and over its last five. */
const limitRatio = (minute: Minute, { limit, recentBaselineRate }: Terms): number => {
  const { requests, events, baselineRequests, baselineEvents } = minute;
  if (requests === 0) return 1;
  const rate = baselineRequests > 0 ? baselineEvents / baselineRequests : 0;
  return events / requests / Math.max(limit, TOLERANCE * rate, TOLERANCE * recentBaselineRate);
};

/**
 * The likelihood ratio of "the candidate's odds of an event are `times` the tolerated" given the minute's events, slowed down by clumpiness.
 * @param tolerated times the baseline's odds
 */
const oddsFactor = (
  { requests, events, baselineRequests, baselineEvents }: Minute,
  tolerated: number,
  times: number,
  clumpiness: number,
): number => {
  // Without requests of the candidate its odds are 0, and the factor is 1 by itself.
  if (baselineRequests === 0) return 1;
  const all = events + baselineEvents;
  const odds = tolerated * requests;
  const perEvent = Math.log(odds + baselineRequests) - Math.log(odds * times + baselineRequests);
  // Nothing times an infinite factor would not be a number.
  return Math.min(MOST_FACTOR, Math.exp((events * Math.log(times) + all * perEvent) / clumpiness));
};

/** The bet's wealth: 1 at the start, and what was not staked yet is kept. */
export const wealthOf = (wealths: Wealths, staked: number): number => {
  let inPlay = 0;
  for (let index = 0; index < wealths.length; index++) inPlay += wealths[index] ?? 0;
  return 1 - staked + inPlay / GRAINS;
};
