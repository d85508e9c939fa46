/** Step 2 of a tick: reads everything outside, settles rows, and hides no fault. */

import { type BusinessRow, minuteText, type Row } from '../judge/row.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import type { Plan } from '../plan/plan.ts';
import { behindMinutes } from '../rollout/circumstances.ts';
import type { Evidence, MinuteReading } from '../rollout/evidence.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { fingerprintOf, settle } from '../rollout/settle.ts';
import { isEnded } from '../rollout/situation.ts';
import { type Fault, isFault } from './fault.ts';
import type { World } from './ports.ts';
import { preflight } from './preflight.ts';

/** Traffic counts are complete three minutes after their minute's end. */
const SETTLE_MINUTES = 3;

/** Younger minutes still grow: the two reads that must agree are those of the last minute before that. */
const FIRST_LOOK_MS = (SETTLE_MINUTES - 1) * MINUTE_MS;

/** An entry holds at most this many rows, and so many that they have at most so many bytes: it stays one DynamoDB item of 400 KB. */
const ROWS_PER_ENTRY = 60;
const ROW_BYTES_PER_ENTRY = 200_000;
/** So few always fit; an ordinary tick need not measure them. */
const FEW_ROWS = 5;

/** After this long in a phase an economic plan reads business metrics every five minutes. */
const ECONOMIC_AFTER_MS = 24 * 60 * MINUTE_MS;

/** In every other minute the newest judged row is at most six minutes old, unless something is late. */
const LATE_MINUTES = 7;

/** Minutes. */
const BUSINESS_EVERY = 5;

export const gather = async (world: World, plan: Plan, state: RolloutState): Promise<Evidence> => {
  const now = world.clock.now();
  const { traffic } = plan;
  const isDue = state.status === 'scheduled' && now >= plan.start;
  const [rules, candidate, baseline, alarms, counts, after] = await Promise.all([
    world.router.read(plan, isDue || isEnded(state)),
    world.targets.health(traffic.candidate),
    world.targets.health(traffic.baseline),
    world.alarms.states(plan.incidents.alarms),
    readCounts(world, plan, state, now),
    isDue ? readAfter(world, plan) : [],
  ]);
  const evidence: Evidence = {
    now,
    ...counts,
    more: false,
    rules,
    health: { candidate: orNull(candidate), baseline: orNull(baseline) },
    alarms: orNull(alarms),
    preflight: null,
    after,
  };
  if (!isDue) return evidence;
  const { recorded, incidents } = state;
  return { ...evidence, preflight: await preflight(world, plan, { ...evidence, recorded, incidents }) };
};

/** What is not known is null; nothing downstream takes it for good. */
const orNull = <T>(value: T | Fault): T | null => (isFault(value) ? null : value);

type CountsSeen = Pick<Evidence, 'rows' | 'businessRows' | 'unsettled' | 'metricsFault'>;

const readCounts = async (world: World, plan: Plan, state: RolloutState, now: number): Promise<CountsSeen> => {
  const none: CountsSeen = { rows: [], businessRows: [], unsettled: state.unsettled, metricsFault: null };
  if (state.startedAt === null || isEnded(state) || !isTrafficTurn(plan, state, now)) return none;
  const asksBusiness = hasBusiness(plan) && isBusinessTurn(plan, state, now);
  const from = asksBusiness ? Math.min(state.next.row, state.next.business) : state.next.row;
  const to = Math.floor((now - FIRST_LOOK_MS) / MINUTE_MS) * MINUTE_MS;
  if (from >= to) return none;
  const candidateOnly = plan.pace === 'economic' && weightAt(minuteText(from), state) === 100 && state.weight === 100;
  const readings = await world.metrics.read(plan, from, to, asksBusiness, candidateOnly);
  if (isFault(readings)) return { ...none, metricsFault: readings.toString() };
  const since = (first: number) => readings.slice(Math.max(0, (first - from) / MINUTE_MS));
  const { next, unsettled } = state;
  const traffic = settle(since(next.row), next.row, unsettled.rows, now, SETTLE_MINUTES, trafficPrint);
  const business = asksBusiness
    ? settle(since(next.business), next.business, unsettled.business, now, businessSettleMinutes(plan), businessPrint)
    : { settled: [], unsettled: unsettled.business };
  return {
    rows: traffic.settled.map((reading) => rowOf(reading, state)),
    businessRows: business.settled.flatMap((reading) => businessRowOf(reading, state)),
    unsettled: { rows: traffic.unsettled, business: business.unsettled },
    metricsFault: null,
  };
};

const trafficPrint = ({ candidate, baseline, hosts }: MinuteReading): number =>
  fingerprintOf({ candidate, baseline, hosts });
const businessPrint = ({ business }: MinuteReading): number => fingerprintOf(business ?? null);

const weightAt = (minute: string, state: RolloutState): number =>
  state.roseAt !== null && Date.parse(minute) < Math.floor(state.roseAt / MINUTE_MS) * MINUTE_MS
    ? state.weightBefore
    : state.weight;

const rowOf = ({ minute, candidate, baseline, hosts }: MinuteReading, state: RolloutState): Row => ({
  minute,
  weight: weightAt(minute, state),
  candidate,
  baseline,
  hosts,
});

const businessRowOf = ({ minute, business }: MinuteReading, state: RolloutState): readonly BusinessRow[] =>
  business === undefined ? [] : [{ minute, weight: weightAt(minute, state), ...business }];

const hasBusiness = ({ metrics }: Plan): boolean =>
  metrics.revenue !== undefined || metrics.segments !== undefined || Object.keys(metrics.gauges).length > 0;

/**
 * CloudWatch is paid by the metric and the call, not by the minute: where everything has been on the candidate for long, an economic plan
 * reads every other minute, and judges two rows then. A minute that comes late is waited for minute by minute, as anywhere: otherwise it would
 * look like blindness.
 */
const isTrafficTurn = (plan: Plan, state: RolloutState, now: number): boolean =>
  plan.pace === 'full' ||
  state.weight < 100 ||
  state.holds.length > 0 ||
  state.bake.startedAt === null ||
  now - state.bake.startedAt < ECONOMIC_AFTER_MS ||
  Math.floor(now / MINUTE_MS) % 2 === 0 ||
  behindMinutes(state, now) >= LATE_MINUTES ||
  isBusinessTurn(plan, state, now);

const isBusinessTurn = (plan: Plan, state: RolloutState, now: number): boolean =>
  plan.pace === 'full' ||
  state.bake.startedAt === null ||
  now - state.bake.startedAt < ECONOMIC_AFTER_MS ||
  Math.floor(now / MINUTE_MS) % BUSINESS_EVERY === 0;

/** Business rows settle together, with the slowest of their metrics. */
const businessSettleMinutes = ({ metrics }: Plan): number =>
  Math.max(
    SETTLE_MINUTES,
    metrics.revenue?.sum.settleMinutes ?? 0,
    metrics.revenue?.orders?.settleMinutes ?? 0,
    metrics.segments?.requests.settleMinutes ?? 0,
    metrics.segments?.failures.settleMinutes ?? 0,
    ...Object.values(metrics.gauges).map(({ settleMinutes }) => settleMinutes),
  );

const readAfter = (world: World, plan: Plan): Promise<Evidence['after']> =>
  Promise.all(
    plan.after.map(async (rollout) => {
      const status = await world.journal.status(rollout);
      return { rollout, status: isFault(status) ? null : (status ?? null) };
    }),
  );

/** Cuts the evidence into what one entry may hold; normally there is one part. */
export const inParts = (evidence: Evidence): readonly Evidence[] => {
  const { rows, businessRows } = evidence;
  const perEntry = rowsPerEntry(evidence);
  const count = Math.max(1, Math.ceil(Math.max(rows.length, businessRows.length) / perEntry));
  if (count === 1) return [evidence];
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [index * perEntry, (index + 1) * perEntry];
    return {
      ...evidence,
      rows: rows.slice(from, to),
      businessRows: businessRows.slice(from, to),
      more: index < count - 1,
    };
  });
};

/** With 50 segments and 20 gauges a minute has some ten thousand bytes. */
const rowsPerEntry = ({ rows, businessRows }: Evidence): number => {
  if (rows.length <= FEW_ROWS && businessRows.length <= FEW_ROWS) return ROWS_PER_ENTRY;
  const fitting = Math.floor(ROW_BYTES_PER_ENTRY / (bytesOfOne(rows) + bytesOfOne(businessRows)));
  return Math.max(1, Math.min(ROWS_PER_ENTRY, fitting));
};

/** On the average: minutes of one plan differ in their digits only. */
const bytesOfOne = (rows: readonly unknown[]): number =>
  rows.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(rows)) / rows.length;
