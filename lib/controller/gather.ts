/** Step 2 of a tick: reads everything outside, settles rows, and hides no fault. */

import { needsOf } from '../judge/needs.ts';
import { type BusinessRow, type Row, SETTLE_MINUTES } from '../judge/row.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import type { Plan } from '../plan/plan.ts';
import { dueLookUps } from '../rollout/culprit.ts';
import type { Evidence, LookUp, MinuteReading } from '../rollout/evidence.ts';
import { metricsTurn, weightAt } from '../rollout/metrics-turn.ts';
import type { DriftSeen, RolloutState } from '../rollout/rollout.ts';
import { fingerprintOf, settle } from '../rollout/settle.ts';
import { isEnded } from '../rollout/situation.ts';
import { type Fault, isFault } from './fault.ts';
import type { World } from './ports.ts';
import { preflight } from './preflight.ts';
import { readHealth } from './read-health.ts';

/** An entry holds at most this many rows, and so many that they have at most so many bytes: it stays one DynamoDB item of 400 KB. */
const ROWS_PER_ENTRY = 60;
const ROW_BYTES_PER_ENTRY = 200_000;
/** So few always fit; an ordinary tick need not measure them. */
const FEW_ROWS = 5;

/**
 * @param rows read CloudWatch too, preflight where the start has come, and who made a drift; without it all this is left for the next tick,
 *   with what is known of unsettled rows
 */
export const gather = async (
  world: World,
  plan: Plan,
  state: RolloutState,
  rows: boolean,
  askHealth = readHealth,
): Promise<Evidence> => {
  const now = world.clock.now();
  const isDue = rows && state.status === 'scheduled' && now >= plan.start;
  const [rules, health, alarms, counts, after, lookUps] = await Promise.all([
    world.router.read(plan, isDue || isEnded(state)),
    askHealth(world, plan),
    world.alarms.states(plan.incidents.alarms),
    rows ? readCounts(world, plan, state, now) : noCounts(state),
    isDue ? readAfter(world, plan) : [],
    lookUp(world, plan, rows ? dueLookUps(state, now) : []),
  ]);
  const evidence: Evidence = {
    now,
    ...counts,
    more: false,
    rules,
    health,
    alarms: orNull(alarms),
    preflight: null,
    after,
    lookUps,
  };
  if (!isDue) return evidence;
  const { recorded, incidents } = state;
  return { ...evidence, preflight: await preflight(world, plan, { ...evidence, recorded, incidents }) };
};

/** What is not known is null; nothing downstream takes it for good. */
const orNull = <T>(value: T | Fault): T | null => (isFault(value) ? null : value);

type CountsSeen = Pick<Evidence, 'rows' | 'businessRows' | 'unsettled' | 'young' | 'metricsFault'>;

const noCounts = ({ unsettled }: RolloutState): CountsSeen => ({
  rows: [],
  businessRows: [],
  unsettled,
  metricsFault: null,
});

const readCounts = async (world: World, plan: Plan, state: RolloutState, now: number): Promise<CountsSeen> => {
  const none = noCounts(state);
  const turn = metricsTurn(plan, state, now);
  if (turn === null) return none;
  const { from, to, business: asksBusiness, candidateOnly, slowerThan } = turn;
  const readings = await world.metrics.read(plan, from, to, asksBusiness, candidateOnly, slowerThan);
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
    young: traffic.young.map((reading) => rowOf(reading, state)),
    metricsFault: null,
  };
};

const trafficPrint = ({ candidate, baseline, hosts }: MinuteReading): number =>
  fingerprintOf({ candidate, baseline, hosts });
const businessPrint = ({ business }: MinuteReading): number => fingerprintOf(business ?? null);

const rowOf = ({ minute, candidate, baseline, hosts }: MinuteReading, state: RolloutState): Row => ({
  minute,
  weight: weightAt(Date.parse(minute), state),
  candidate,
  baseline,
  hosts,
});

const businessRowOf = ({ minute, business }: MinuteReading, state: RolloutState): readonly BusinessRow[] =>
  business === undefined ? [] : [{ minute, weight: weightAt(Date.parse(minute), state), ...business }];

/** Business rows settle together, with the slowest of their metrics. */
const businessSettleMinutes = (plan: Plan): number => Math.max(SETTLE_MINUTES, needsOf(plan).businessSettleMinutes);

const lookUp = async ({ trail }: World, plan: Plan, due: readonly DriftSeen[]): Promise<Evidence['lookUps']> =>
  trail &&
  Promise.all(due.map(async (drift): Promise<LookUp> => ({ drift, changes: await trail.changes(plan, drift) })));

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
      // Counted once.
      lookUps: index === 0 ? evidence.lookUps : evidence.lookUps && [],
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
