/** The regression watch over a rollout: which rows it uses, what it stakes on them, and when it has seen enough. */
import { lowerBound, upperBound } from './bound.ts';
import { type InFlight, NONE_IN_FLIGHT, setOff } from './in-flight.ts';
import { betOn, evenWealths, type Minute, type Terms, type Wealths, wealthOf } from './regression.ts';
import type { BusinessRow, Row } from './row.ts';
import { hasBaseline } from './share.ts';
import { initialStakes, layStake, type StakePlan, type Stakes } from './stakes.ts';
import type { DayBefore, Stage, WatchTrip } from './verdict.ts';
import { minuteInBusiness, minuteInTraffic, nameOf, type Watched } from './watched.ts';

/**
 * Rows since the evidence of a metric began, and what it consists of: from the first row of the run in which the wealth rose, which may begin
 * below 1, since quiet hours cost some of it.
 */
type Since = readonly [
  minute: string,
  minutes: number,
  requests: number,
  events: number,
  baselineRequests: number,
  baselineEvents: number,
  /** Minutes with an event of the candidate, and the most in one of them. */
  eventMinutes: number,
  mostInMinute: number,
];

interface MetricState {
  /** In the order of the metric's bets. */
  readonly bets: readonly Wealths[];
  /** Null: nothing speaks against the candidate. */
  readonly since: Since | null;
}

/** Of one kind of rows: what was staked on each bet so far, and what is to come. */
interface Laid {
  readonly staked: number;
  readonly stakes: Stakes;
}

export interface WatchState {
  /** False after an operator resumed although it had tripped, until the next rise. */
  readonly armed: boolean;
  readonly laid: Readonly<Record<Watched['rows'], Laid>>;
  /** In the order of the table's metrics. */
  readonly metrics: readonly MetricState[];
  /** Requests and failures of the baseline in its last five minutes, oldest first. */
  readonly baseline: readonly number[];
  readonly inFlight: InFlight;
}

/** What the watch takes from the plan. */
export interface WatchTable {
  /** α: the rollback line is 1/α. */
  readonly falseRollbacks: number;
  readonly stakePlan: StakePlan;
  readonly watched: readonly Watched[];
  /** The least limit of the plan's guards on failures; undefined: there is none. */
  readonly guardLimit: number | undefined;
}

export const initialWatch = ({ stakePlan, watched }: WatchTable): WatchState => {
  const laid = { staked: 0, stakes: initialStakes(stakePlan) };
  return {
    armed: true,
    laid: { traffic: laid, business: laid },
    metrics: watched.map(({ bets }) => ({ bets: bets.map(({ kind }) => evenWealths(kind, 0)), since: null })),
    baseline: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    inFlight: NONE_IN_FLIGHT,
  };
};

export interface WatchTerms {
  readonly table: WatchTable;
  readonly clumpiness: number;
  readonly before: DayBefore;
  readonly enough: Enough;
}

/** The burst bet expects clumps of at least five. */
const BURST_CLUMPINESS_AT_LEAST = 5;
/** Orders come together when one client gives several; how many was never measured. */
const ORDERS_CLUMPINESS = 2;

/** One client or one hiccup is not a regression, however unlikely. */
export interface Enough {
  readonly bad: number;
  readonly minutes: number;
  /** As many in one minute need no second one. */
  readonly inOneMinute: number;
  /** Of a fall: the candidate's good events at the baseline's rate. */
  readonly expected: number;
}

export const ENOUGH: Enough = { bad: 3, minutes: 2, inOneMinute: 20, expected: 10 };

export interface WatchWeighed {
  readonly watch: WatchState;
  readonly trip?: WatchTrip | undefined;
}

/** Folds one row of traffic. Rows of the warm-up only tell about the baseline. A trip is told with every row on which it stands. */
export const watchRow = (watch: WatchState, terms: WatchTerms, phase: number, row: Row, stage: Stage): WatchWeighed => {
  const baseline =
    hasBaseline(row.weight) && row.baseline !== null
      ? moveBaseline(watch.baseline, row.baseline.requests, row.baseline.failures)
      : watch.baseline;
  const { inFlight, sums } = setOff(watch.inFlight, row);
  const moved: WatchState = { ...watch, baseline, inFlight };
  if (stage === 'warmUp') return { watch: moved };
  return betOnRow(moved, terms, 'traffic', row, { phase, baking: stage === 'bake' }, ({ metric }) =>
    minuteInTraffic(metric, row, terms.before, sums),
  );
};

/** Folds one row of business metrics: those settle later, so their bets are staked and won by minutes of their own. */
export const watchBusinessRow = (
  watch: WatchState,
  terms: WatchTerms,
  phase: number,
  row: BusinessRow,
  stage: Stage,
): WatchWeighed => {
  if (stage === 'warmUp') return { watch };
  return betOnRow(watch, terms, 'business', row, { phase, baking: stage === 'bake' }, ({ metric }) =>
    minuteInBusiness(metric, row),
  );
};

const betOnRow = (
  watch: WatchState,
  terms: WatchTerms,
  rows: Watched['rows'],
  { minute: at, weight }: { readonly minute: string; readonly weight: number },
  when: { readonly phase: number; readonly baking: boolean },
  minuteOf: (watched: Watched) => Minute | undefined,
): WatchWeighed => {
  const { stakePlan, watched, falseRollbacks } = terms.table;
  const before = watch.laid[rows];
  const { stake, stakes } = layStake(stakePlan, before.stakes, before.staked, { ...when, weight });
  const staked = before.staked + stake;
  const bettingTerms = termsAt(terms, weight, watch.baseline);
  const metrics = watch.metrics.map((state, index) => {
    const each = watched[index];
    if (each === undefined || each.rows !== rows) return state;
    const minute = minuteOf(each);
    if (stake === 0 && !saysSomething(each, minute)) return state;
    return betOnMetric(each, state, { minute, at, stake }, bettingTerms, before.staked, staked);
  });
  const next: WatchState = { ...watch, laid: { ...watch.laid, [rows]: { staked, stakes } }, metrics };
  const isOver = watch.armed && provenWealth(next, terms) >= 1 / falseRollbacks;
  return { watch: next, trip: isOver ? tripOf(next, terms, at) : undefined };
};

/** Without a baseline, as at weight 100, only a limit can be bet on: there the others stay as they are, for most of a rollout's days. */
const saysSomething = ({ bets }: Watched, minute: Minute | undefined): boolean =>
  minute !== undefined && (minute.baselineRequests > 0 || bets.some(({ kind }) => kind === 'limit'));

const betOnMetric = (
  watched: Watched,
  { bets, since }: MetricState,
  { minute, at, stake }: { readonly minute: Minute | undefined; readonly at: string; readonly stake: number },
  terms: Terms,
  stakedBefore: number,
  staked: number,
): MetricState => {
  const clumpiness = watched.metric.kind === 'orders' ? ORDERS_CLUMPINESS : terms.clumpiness;
  const next = bets.map((wealths, index) =>
    betOn(watched.bets[index]?.kind ?? 'share', wealths, minute, stake, { ...terms, clumpiness }),
  );
  const won = winningsOf(watched, next, staked);
  const isRising = won > 1e-9 || won > winningsOf(watched, bets, stakedBefore);
  return { bets: next, since: isRising ? addSince(since, at, minute) : null };
};

/** What the metric's bets add to the wealth of 1; below 0: what they have lost. */
const winningsOf = ({ bets }: Watched, wealths: readonly Wealths[], staked: number): number => {
  let won = 0;
  for (const [index, { weight }] of bets.entries()) won += weight * (wealthOf(wealths[index] ?? [], staked) - 1);
  return won;
};

/** The evidence against the candidate: total wealth, with the stakes of bets that the plan has no metric for kept back. */
export const totalWealth = ({ watched }: WatchTable, { laid, metrics }: WatchState): number => {
  let total = 1;
  for (const [index, each] of watched.entries())
    total += winningsOf(each, metrics[index]?.bets ?? [], laid[each.rows].staked);
  return total;
};

/** The same without what is won on metrics that have seen too little to act on: throwing wealth away is always allowed. */
const provenWealth = ({ laid, metrics }: WatchState, { table: { watched }, enough }: WatchTerms): number => {
  let total = 1;
  for (const [index, each] of watched.entries()) {
    const state = metrics[index];
    const won = winningsOf(each, state?.bets ?? [], laid[each.rows].staked);
    if (won < 0 || isEnough(each, state?.since ?? null, enough)) total += won;
  }
  return total;
};

const isEnough = ({ metric }: Watched, since: Since | null, enough: Enough): boolean => {
  if (since === null) return false;
  const [, , requests, events, baselineRequests, baselineEvents, eventMinutes, mostInMinute] = since;
  if (metric.kind === 'orders')
    return baselineRequests > 0 && (requests * baselineEvents) / baselineRequests >= enough.expected;
  return events >= enough.bad && (eventMinutes >= enough.minutes || mostInMinute >= enough.inOneMinute);
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
  const [from, minutes, requests, events, baselineRequests, baselineEvents, eventMinutes, most] = since ?? [
    at,
    ...NOTHING,
  ];
  if (minute === undefined)
    return [from, minutes + 1, requests, events, baselineRequests, baselineEvents, eventMinutes, most];
  return [
    from,
    minutes + 1,
    requests + minute.requests,
    events + minute.events,
    baselineRequests + minute.baselineRequests,
    baselineEvents + minute.baselineEvents,
    eventMinutes + (minute.events > 0 ? 1 : 0),
    Math.max(most, minute.events),
  ];
};

const NOTHING = [0, 0, 0, 0, 0, 0, 0] as const;

/** Told is the metric that has won most, by the run of rows on which it did. */
const tripOf = (watch: WatchState, terms: WatchTerms, minute: string): WatchTrip | undefined => {
  const { table, clumpiness, before, enough } = terms;
  const [best] = table.watched
    .map((watched, index) => ({ watched, state: watch.metrics[index] }))
    .filter(({ watched, state }) => isEnough(watched, state?.since ?? null, enough))
    .map(({ watched, state }) => ({
      watched,
      state,
      won: winningsOf(watched, state?.bets ?? [], watch.laid[watched.rows].staked),
    }))
    .toSorted((a, b) => b.won - a.won);
  const since = best?.state?.since;
  if (best === undefined || !since) return undefined;
  const [sinceMinute, minutes, requests, events, baselineRequests, baselineEvents] = since;
  const least = lowerBound(events, requests, clumpiness, 0.05);
  const times = least / upperBound(baselineEvents, baselineRequests, clumpiness, 0.05);
  return {
    kind: 'watch',
    metric: nameOf(best.watched.metric, before),
    bet: bestBet(best.watched, best.state?.bets ?? []),
    log10Wealth: Math.log10(provenWealth(watch, terms)),
    minute,
    sinceMinute,
    minutes,
    requests,
    events,
    baselineRequests,
    baselineEvents,
    atLeastTimes: baselineRequests > 0 && times >= 1 ? times : null,
    falseRollbacks: table.falseRollbacks,
  };
};

const bestBet = ({ bets }: Watched, wealths: readonly Wealths[]): WatchTrip['bet'] =>
  bets
    .map(({ kind, weight }, index) => ({ kind, won: weight * wealthOf(wealths[index] ?? [], 0) }))
    .toSorted((a, b) => b.won - a.won)[0]?.kind ?? 'share';

/** An operator resumed although the watch had tripped (its guarantee does not hold with sticky rules): it is silent until the next rise. */
export const disarmed = (watch: WatchState): WatchState => ({ ...watch, armed: false });

/**
 * A rise arms the watch again, with what was staked and without the winnings that were waved through: throwing wealth away never makes a
 * false alarm likelier.
 */
export const rearmed = ({ watched }: WatchTable, watch: WatchState): WatchState => {
  if (watch.armed) return watch;
  return {
    ...watch,
    armed: true,
    metrics: watched.map(({ bets, rows }) => ({
      bets: bets.map(({ kind }) => evenWealths(kind, watch.laid[rows].staked)),
      since: null,
    })),
  };
};
