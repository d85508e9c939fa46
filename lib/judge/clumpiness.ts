/**
 * How failures come together, measured on one day of the baseline by availability zone and minute: in clumps, and over minutes. Pure.
 *
 * A clump, one broken target or one client that asks again, falls into one zone; an outage that all share falls on each zone by its requests.
 * So clumps are measured between the zones, given the failures of each minute: an outage changes how many there are, and not how they are
 * spread.
 */

/** One minute with requests. Both lists are by zone, in the same order. */
export interface ZoneMinute {
  /** Minutes since the day's beginning. */
  readonly at: number;
  readonly requests: readonly number[];
  readonly failures: readonly number[];
}

export interface Clumpiness {
  /** D: so many failures come together, 1 to 20; 1: each comes by itself. */
  readonly clumpSize: number;
  /** False: there was too little to measure it by, and the size is assumed. */
  readonly isMeasured: boolean;
  /** b: the watch bets on failures of so many minutes together, 1 to 11; 1: a minute's failures say nothing about the next one's. */
  readonly blockMinutes: number;
}

/** D until it is measured. */
export const ASSUMED_CLUMPINESS = 3;

const FAILURES_AT_LEAST = 20;
const MOST = 20;

/** @param day minutes of 24 hours, ascending; one that is missing had no requests */
export const clumpinessOf = (day: readonly ZoneMinute[]): Clumpiness => {
  const minutes = day.map((minute) => ({ at: minute.at, ...together(zonesOf(minute)) }));
  if (together(minutes).failures < FAILURES_AT_LEAST)
    return { clumpSize: ASSUMED_CLUMPINESS, isMeasured: false, blockMinutes: 1 };
  const hours = undisturbed(hoursOf(minutes));
  const blockMinutes = blockMinutesOf(hours);
  const between = betweenZones(inOne(day, blockMinutes));
  if (between === undefined) return { clumpSize: ASSUMED_CLUMPINESS, isMeasured: false, blockMinutes };
  const size = Math.min(MOST, Math.max(1, between, overTime(hours)));
  return { clumpSize: Math.round(100 * size) / 100, isMeasured: true, blockMinutes };
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** What was counted in a zone, or in a part of an hour. */
interface Cell {
  readonly requests: number;
  readonly failures: number;
}

const zonesOf = ({ requests, failures }: ZoneMinute): readonly Cell[] =>
  requests.map((count, zone) => ({ requests: count, failures: failures[zone] ?? 0 }));

const together = (cells: readonly Cell[]): Cell => {
  const all = { requests: 0, failures: 0 };
  for (const { requests, failures } of cells) {
    all.requests += requests;
    all.failures += failures;
  }
  return all;
};

const rateOf = ({ requests, failures }: Cell): number => (requests === 0 ? 0 : failures / requests);

/**
 * Pearson's chi-square of the failures, given their total, divided by its degrees of freedom: 1 on average where each failure falls by itself,
 * and where the requests do; c where they fall in clumps of c. Undefined: there is nothing to compare.
 */
const dispersionOf = (cells: readonly Cell[]): number | undefined => {
  const rate = rateOf(together(cells));
  if (rate === 0) return undefined;
  let [used, chiSquare] = [0, 0];
  for (const { requests, failures } of cells) {
    if (requests === 0) continue;
    used += 1;
    chiSquare += (failures - rate * requests) ** 2 / (rate * requests);
  }
  return used < 2 ? undefined : chiSquare / (used - 1);
};

/** Sums over blocks of so many minutes: what carries on in one zone counts together. */
const inOne = (day: readonly ZoneMinute[], length: number): readonly ZoneMinute[] => {
  if (length === 1) return day;
  const blocks = new Map<number, { at: number; requests: number[]; failures: number[] }>();
  for (const { at, requests, failures } of day) {
    const block = Math.floor(at / length);
    const there = blocks.get(block);
    if (there === undefined) blocks.set(block, { at, requests: [...requests], failures: [...failures] });
    else {
      there.requests = there.requests.map((count, zone) => count + (requests[zone] ?? 0));
      there.failures = there.failures.map((count, zone) => count + (failures[zone] ?? 0));
    }
  }
  return [...blocks.values()];
};

/** The mean over the minutes, each weighted by its failures. Undefined: too few failed in minutes that two zones served. */
const betweenZones = (day: readonly ZoneMinute[]): number | undefined => {
  let failures = 0;
  let weighted = 0;
  for (const minute of day) {
    const zones = zonesOf(minute);
    const dispersion = dispersionOf(zones);
    if (dispersion === undefined) continue;
    const here = together(zones).failures;
    failures += here;
    weighted += here * dispersion;
  }
  return failures < FAILURES_AT_LEAST ? undefined : weighted / failures;
};

interface Hour {
  readonly minutes: readonly (Cell & { readonly at: number })[];
  readonly failures: number;
  /** Of its sums over ten minutes. */
  readonly dispersion: number;
}

/** Hours in which something failed, and of which there is enough to compare. */
const hoursOf = (minutes: Hour['minutes']): readonly Hour[] =>
  inBlocks(minutes, 60).flatMap((inHour) => {
    const slots = inBlocks(inHour, 10).map(together);
    const dispersion = dispersionOf(slots);
    return dispersion === undefined ? [] : [{ minutes: inHour, failures: together(slots).failures, dispersion }];
  });

const inBlocks = (minutes: Hour['minutes'], length: number): readonly Hour['minutes'][] => {
  const blocks = new Map<number, Hour['minutes'][number][]>();
  for (const minute of minutes) {
    const block = Math.floor(minute.at / length);
    const there = blocks.get(block);
    if (there === undefined) blocks.set(block, [minute]);
    else there.push(minute);
  }
  return [...blocks.values()];
};

/** One outage, however long, disturbs two hours at most: those of its beginning and its end. So the two most uneven ones are left out. */
const undisturbed = (hours: readonly Hour[]): readonly Hour[] =>
  hours.toSorted((one, other) => one.dispersion - other.dispersion).slice(0, -2);

/** What comes together in time and in all zones: storms of clients that ask again, jobs on the hour. */
const overTime = (hours: readonly Hour[]): number => {
  const failures = sum(hours.map((hour) => hour.failures));
  return failures === 0 ? 1 : sum(hours.map((hour) => hour.failures * hour.dispersion)) / failures;
};

/** A minute's failures are carried over to the next where their correlation is larger; less is too weak to matter. */
const CORRELATION_AT_LEAST = 0.2;
/** And to the minutes after that while it is larger than this. */
const CORRELATION_LEFT = 0.1;
const MOST_LAG = 5;

/**
 * How many minutes a minute's failures are carried over: the autocorrelation, net of each hour's rate, is larger than these limits and than
 * chance makes it in 95 of 100 days without any (2/√n: Bartlett 1946). The limits are our own.
 */
const carriedMinutes = (hours: readonly Hour[]): number => {
  let lag = 0;
  while (lag < MOST_LAG && isCarried(hours, lag + 1)) lag += 1;
  return lag;
};

const isCarried = (hours: readonly Hour[], lag: number): boolean => {
  let pairs = 0;
  let products = 0;
  let squares = 0;
  for (const { minutes } of hours) {
    const rate = rateOf(together(minutes));
    const excesses = new Map(minutes.map(({ at, requests, failures }) => [at, failures - rate * requests]));
    for (const [at, excess] of excesses) {
      squares += excess ** 2;
      const before = excesses.get(at - lag);
      if (before === undefined) continue;
      pairs += 1;
      products += before * excess;
    }
  }
  const least = lag === 1 ? CORRELATION_AT_LEAST : CORRELATION_LEFT;
  return squares > 0 && products / squares > Math.max(least, 2 / Math.sqrt(pairs));
};

/**
 * A block of two runs of carried minutes: what begins in one block and ends in the next, and so counts in both, is the lesser part.
 */
const blockMinutesOf = (hours: readonly Hour[]): number => 2 * carriedMinutes(hours) + 1;
