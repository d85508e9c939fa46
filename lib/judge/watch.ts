/** The regression watch over a rollout: which rows it uses, what it stakes on them, and when it has seen enough. */
import { lowerBound, upperBound } from './bound.ts';
import { worstCase } from './early.ts';
import { type InFlight, NONE_IN_FLIGHT, setOff } from './in-flight.ts';
import {
  addMinute,
  bestBet,
  closeBlock,
  initialMetric,
  type MetricState,
  type Staked,
  winningsOf,
  withEvenWealths,
} from './metric-watch.ts';
import type { Minute, Terms } from './regression.ts';
import type { BusinessRow, Row } from './row.ts';
import { hasBaseline } from './share.ts';
import { type Enough, isEnough, joined, type Since } from './since.ts';
import { initialStakes, layStake, type StakePlan, type Stakes } from './stakes.ts';
import type { DayBefore, Stage, WatchTrip } from './verdict.ts';
import { minuteInBusiness, minuteInTraffic, nameOf, type Watched } from './watched.ts';

/** Of one kind of rows: what was staked on each bet so far, and what is to come. */
interface Laid extends Staked {
  readonly stakes: Stakes;
  /** Minutes that wait for the others of their block, and their weight. */
  readonly block: readonly [minutes: number, weight: number];
}

export interface WatchState {
  /**
   * False after an operator resumed although it had tripped, until the next rise, and `withBake` from there to the first row of the bake: the
   * minutes before it are those that were waved through.
   */
  readonly armed: boolean | 'withBake';
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
  /** Requests minus answers are what is unavailable: only then is it known of a request whether it was answered well. */
  readonly countsAnswers: boolean;
}

export const initialWatch = ({ stakePlan, watched }: WatchTable, before: DayBefore): WatchState => {
  const laid: Laid = { staked: 0, waiting: 0, stakes: initialStakes(stakePlan), block: [0, 0] };
  return {
    armed: true,
    laid: { traffic: laid, business: laid },
    metrics: watched.map((each) => initialMetric(each, before)),
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

/** Orders come together when one client gives several; how many was never measured. */
const ORDERS_CLUMPINESS = 2;

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

/**
 * What the watch says of rows that are not settled, in order, each at its worst for a rollback (early.ts): from the first of which nothing is known
 * of a side, nothing.
 * Only failures are looked at.
 *
 * @param stageOf of a row's minute
 */
export const watchEarly = (
  watch: WatchState,
  terms: WatchTerms,
  phase: number,
  rows: readonly Row[],
  stageOf: (row: Row) => Stage,
): WatchTrip | undefined => {
  // Without a failure nothing is won: most ticks end here.
  if (rows.every(({ candidate }) => candidate === null || candidate.failures <= 0)) return undefined;
  const { table } = terms;
  if (!table.countsAnswers) return undefined;
  const index = table.watched.findIndex(({ metric }) => isFailures(metric));
  const [failures, state] = [table.watched[index], watch.metrics[index]];
  if (failures === undefined || state === undefined) return undefined;
  // What was won elsewhere may be lost by then: failures alone must reach the line, and make up for what was lost elsewhere.
  const elsewhere = provenWealth(watch, terms) - provenOn(failures, state, watch, terms) - 1;
  const line = 1 / table.falseRollbacks - Math.min(0, elsewhere);
  const alone: WatchTerms = { ...terms, table: { ...table, watched: [failures], falseRollbacks: 1 / line } };
  // Of settled minutes only: unsettled ones have less than they will.
  const recent = recentOf(watch.baseline);
  const usual = recent.requests / Math.max(1, recent.minutes);
  let next: WatchState = { ...watch, metrics: [state] };
  for (const [at, row] of rows.entries()) {
    const minute = worstCase(row, usual);
    const stage = stageOf(row);
    if (minute === undefined || stage === 'warmUp') return undefined;
    const baseline = moveBaseline(next.baseline, minute.baselineRequests, minute.baselineEvents);
    const when = { phase, baking: stage === 'bake' };
    const weighed = betOnRow({ ...next, baseline }, alone, 'traffic', row, when, () => minute);
    const { trip } = weighed;
    if (trip !== undefined) return { ...trip, falseRollbacks: table.falseRollbacks, unsettled: rows.slice(0, at + 1) };
    next = weighed.watch;
  }
  return undefined;
};

const isFailures = (metric: Watched['metric']): boolean =>
  metric.kind === 'share' && metric.source.share === 'failures';

const betOnRow = (
  before: WatchState,
  terms: WatchTerms,
  rows: Watched['rows'],
  { minute: at, weight }: { readonly minute: string; readonly weight: number },
  when: { readonly phase: number; readonly baking: boolean },
  minuteOf: (watched: Watched) => Minute | undefined,
): WatchWeighed => {
  const { table } = terms;
  const watch = before.armed === 'withBake' && when.baking ? withFreshWealths(before, table) : before;
  const [waiting, weightBefore] = watch.laid[rows].block;
  // A block has one weight: what it allows hangs on it.
  const begun = waiting > 0 && weightBefore !== weight ? settleBlocks(watch, terms, rows) : watch;
  const laid = begun.laid[rows];
  const { stake, stakes } = layStake(table.stakePlan, laid.stakes, laid.staked, { ...when, weight });
  const bettingTerms = termsAt(terms, weight, watch.baseline);
  const minutes = laid.block[0] + 1;
  const closes = minutes >= (terms.before.clumpiness?.blockMinutes ?? 1);
  const metrics = begun.metrics.map((state, index) => {
    const each = table.watched[index];
    if (each === undefined || each.rows !== rows) return state;
    const minute = minuteOf(each);
    if (stake + laid.waiting === 0 && state.block === null && !saysSomething(each, minute)) return state;
    return addMinute(each, state, { at, minute, stake }, laid, closes, termsOf(each, bettingTerms));
  });
  const staked = laid.staked + stake;
  const next: Laid = closes
    ? { staked, waiting: 0, stakes, block: [0, 0] }
    : { staked, waiting: laid.waiting + stake, stakes, block: [minutes, weight] };
  const moved: WatchState = { ...begun, metrics, laid: withLaid(begun.laid, rows, next) };
  const isOver = watch.armed === true && provenWealth(moved, terms) >= 1 / table.falseRollbacks;
  return { watch: moved, trip: isOver ? tripOf(moved, terms, at) : undefined };
};

/** Blocks that were begun at another weight are complete with what they have. */
const settleBlocks = (watch: WatchState, terms: WatchTerms, rows: Watched['rows']): WatchState => {
  const laid = watch.laid[rows];
  const bettingTerms = termsAt(terms, laid.block[1], watch.baseline);
  const metrics = watch.metrics.map((state, index) => {
    const each = terms.table.watched[index];
    if (each === undefined || each.rows !== rows || (laid.waiting === 0 && state.block === null)) return state;
    return closeBlock(each, state, laid, termsOf(each, bettingTerms));
  });
  return { ...watch, metrics, laid: withLaid(watch.laid, rows, { ...laid, waiting: 0, block: [0, 0] }) };
};

const withLaid = ({ traffic, business }: WatchState['laid'], rows: Watched['rows'], next: Laid): WatchState['laid'] =>
  rows === 'traffic' ? { traffic: next, business } : { traffic, business: next };

const termsOf = ({ metric }: Watched, terms: Terms): Terms =>
  metric.kind === 'orders' ? { ...terms, clumpiness: ORDERS_CLUMPINESS } : terms;

/** Without a baseline, as at weight 100, only a limit can be bet on: there the others stay as they are, for most of a rollout's days. */
const saysSomething = ({ bets }: Watched, minute: Minute | undefined): boolean =>
  minute !== undefined && (minute.baselineRequests > 0 || bets.some(({ kind }) => kind === 'limit'));

/** The evidence against the candidate: total wealth, 1 at the start. */
export const totalWealth = ({ watched }: WatchTable, { laid, metrics }: WatchState): number => {
  let total = 1;
  for (const [index, each] of watched.entries()) total += winningsOf(each, metrics[index]?.bets ?? [], laid[each.rows]);
  return total;
};

/** The same without what is won on metrics that have seen too little to act on: throwing wealth away is always allowed. */
const provenWealth = (watch: WatchState, terms: WatchTerms): number => {
  let total = 1;
  for (const [index, each] of terms.table.watched.entries()) {
    const state = watch.metrics[index];
    if (state !== undefined) total += provenOn(each, state, watch, terms);
  }
  return total;
};

const provenOn = (watched: Watched, state: MetricState, watch: WatchState, { enough }: WatchTerms): number => {
  const won = winningsOf(watched, state.bets, watch.laid[watched.rows]);
  return won < 0 || evidenceOf(watched, state, enough) !== null ? won : 0;
};

/** The rows on which the metric has won; null: too little to act on. */
const evidenceOf = ({ metric }: Watched, state: MetricState | undefined, enough: Enough): Since | null => {
  const since = state === undefined ? null : joined(state.since, state.block);
  return since !== null && isEnough(since, metric.kind === 'orders', enough) ? since : null;
};

const moveBaseline = (last: readonly number[], requests: number, failures: number): readonly number[] => {
  const next = last.slice(2);
  next.push(requests, failures);
  return next;
};

/** Of the baseline; `minutes` are those with requests. */
const recentOf = (baseline: readonly number[]) => {
  let [requests, failures, minutes] = [0, 0, 0];
  for (const [i, count] of baseline.entries()) {
    if (i % 2 === 1) failures += count;
    else if (count > 0) {
      requests += count;
      minutes += 1;
    }
  }
  return { requests, failures, minutes };
};

const termsAt = (terms: WatchTerms, weight: number, baseline: readonly number[]): Terms => {
  const { clumpiness } = terms;
  const usual = terms.before.failureShare ?? 0;
  const limit = terms.table.guardLimit ?? Math.max(0.01, 3 * usual);
  if (!hasBaseline(weight))
    return { limit: Math.max(limit, 2 * usual), recentBaselineRate: 0, pastBaselineRate: 0, clumpiness };
  const { requests, failures } = recentOf(baseline);
  return { limit, recentBaselineRate: requests > 0 ? failures / requests : 0, pastBaselineRate: 0, clumpiness };
};

/** Told is the metric that has won most, by the run of rows on which it did. */
const tripOf = (watch: WatchState, terms: WatchTerms, minute: string): WatchTrip | undefined => {
  const { table, clumpiness, before, enough } = terms;
  const [best] = table.watched
    .flatMap((watched, index) => {
      const state = watch.metrics[index];
      const evidence = evidenceOf(watched, state, enough);
      if (state === undefined || evidence === null) return [];
      const { bets } = state;
      return [{ watched, bets, evidence, won: winningsOf(watched, bets, watch.laid[watched.rows]) }];
    })
    .toSorted((a, b) => b.won - a.won);
  if (best === undefined) return undefined;
  const [sinceMinute, minutes, requests, events, baselineRequests, baselineEvents] = best.evidence;
  const least = lowerBound(events, requests, clumpiness, 0.05);
  const times = least / upperBound(baselineEvents, baselineRequests, clumpiness, 0.05);
  return {
    kind: 'watch',
    metric: nameOf(best.watched.metric, before),
    bet: bestBet(best.watched, best.bets, watch.laid[best.watched.rows]),
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

/** An operator resumed although the watch had tripped (its guarantee does not hold with sticky rules): it is silent until the next rise. */
export const disarmed = (watch: WatchState): WatchState => ({ ...watch, armed: false });

/**
 * A rise arms the watch again, from the bake's first row on, with what was staked and without the winnings that were waved through: throwing
 * wealth away never makes a false alarm likelier.
 */
export const rearmed = (watch: WatchState): WatchState =>
  watch.armed === false ? { ...watch, armed: 'withBake' } : watch;

const withFreshWealths = (watch: WatchState, { watched }: WatchTable): WatchState => {
  const fresh = (laid: Laid): Laid => ({ ...laid, waiting: 0, block: [0, 0] });
  const laid = { traffic: fresh(watch.laid.traffic), business: fresh(watch.laid.business) };
  const metrics = watch.metrics.map((state, index) => {
    const each = watched[index];
    return each === undefined ? state : withEvenWealths(state, each, laid[each.rows]);
  });
  return { ...watch, armed: true, laid, metrics };
};
