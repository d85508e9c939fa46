import type { Reports, World } from '../controller/ports.ts';
import type { Plan } from '../plan/plan.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { alarmsOf } from './alarms.ts';
import { type AnnouncementData, announcementsOf } from './announcements.ts';
import { active, type Behaviour } from './behaviour.ts';
import { virtualClock } from './clock.ts';
import { cloudWatchOf, type TrafficSource } from './cloud-watch.ts';
import { type DrawnMinutes, simulatedDayBefore } from './day-before.ts';
import { stateOf } from './entry-view.ts';
import { initialJournal, type JournalData, journalOf } from './journal.ts';
import { stream, uniform } from './random.ts';
import type { RecordedRows } from './recorded.ts';
import { initialRecorded, type RecordedData, recordedSource } from './recorded-source.ts';
import { type ReportData, reportsOf } from './reports.ts';
import { initialRules, type RulesData, routerOf, sharesIn } from './rules.ts';
import { targetsOf } from './targets.ts';
import type { Trace } from './trace.ts';
import { minuteTraffic } from './traffic.ts';
import { trafficModel } from './traffic-model.ts';
import { type TrailSetting, trailOf } from './trail.ts';
import { initialWakeUps, type WakeUpData, wakeUpsOf } from './wake-ups.ts';

/** What a world is made of; it never changes. */
export interface Setting {
  readonly plan: Plan;
  readonly seed: number;
  readonly behaviours: readonly Behaviour[];
  readonly requestsPerMinute?: number | undefined;
  readonly trace?: Trace | undefined;
  readonly rows?: RecordedRows | undefined;
  readonly trail?: TrailSetting | undefined;
}

/** All that changes in a world: plain data, so that a world can be forked at any instant. */
export interface WorldData extends RulesData, JournalData, WakeUpData, AnnouncementData, ReportData {
  readonly recorded: RecordedData;
}

export interface SimWorld extends World {
  readonly reports: Reports;
  readonly setting: Setting;
  readonly data: WorldData;
}

/** Wake-ups fire between 2 and 20 seconds after the minute: fixed for a seed. */
const LEAST_SECOND = 2;
const MOST_SECOND = 20;

const initialData = ({ plan, seed, behaviours }: Setting): WorldData => ({
  now: plan.start,
  rules: initialRules(plan, active(behaviours, 'stickyRules', 0).length > 0),
  changes: [],
  ...initialJournal(),
  // What the plan waits for is taken as finished, as sign-offs are taken as given.
  others: new Map(plan.after.map((rollout) => [rollout, 'finished'])),
  ...initialWakeUps(LEAST_SECOND + Math.floor((MOST_SECOND - LEAST_SECOND) * uniform(stream(seed, 'wake-ups')))),
  announcements: [],
  reports: new Map(),
  recorded: initialRecorded(),
});

/**
 * Every port in memory.
 *
 * @param sink gets every appended journal body once, in order
 */
export const makeWorld = (
  setting: Setting,
  sink: (body: string) => void = () => {},
  data: WorldData = initialData(setting),
): SimWorld => {
  const { plan, behaviours, seed } = setting;
  return {
    setting,
    data,
    clock: virtualClock(data),
    journal: journalOf(plan, data, behaviours, sink),
    metrics: cloudWatchOf(plan, sourceOf(setting, data), data, behaviours, seed),
    router: routerOf(data, behaviours, plan.start),
    targets: targetsOf(plan, data, behaviours),
    alarms: alarmsOf(plan, data, behaviours),
    wakeUps: wakeUpsOf(data),
    announcements: announcementsOf(data),
    reports: reportsOf(data),
    trail: trailOf(data, setting.trail ?? 'notAsked'),
  };
};

/** A second world that goes on from here by itself. */
export const fork = (world: SimWorld, sink?: (body: string) => void): SimWorld =>
  makeWorld(world.setting, sink, structuredClone(world.data));

const sourceOf = (setting: Setting, data: WorldData): TrafficSource => {
  const { plan, rows } = setting;
  if (rows !== undefined) return recordedSource(plan, rows, data.recorded, newestState(data));
  const model = trafficModel(plan, setting);
  const drawn: DrawnMinutes = new Map();
  return {
    isSettled: false,
    minute: (minute) =>
      minuteTraffic(
        model,
        minute,
        sharesIn(data.rules, minute, minute + 60_000),
        sharesIn(data.rules, minute - 60_000, minute),
      ),
    dayBefore: (at) => simulatedDayBefore(model, at, drawn),
  };
};

/** The state in the journal's head, parsed once for each head. */
const newestState = (data: WorldData): (() => RolloutState | null) => {
  let body: string | null = null;
  let state: RolloutState | null = null;
  return () => {
    if (data.head !== null && data.head.body !== body) {
      body = data.head.body;
      state = stateOf(body);
    }
    return state;
  };
};
