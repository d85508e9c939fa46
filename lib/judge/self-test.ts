/**
 * What the watch would have said of the day before, had each zone of the baseline been the candidate and the other zones its baseline. They run the
 * same release, so whatever it says is an error: of the measurement, or of what the watch takes for granted. It changes nothing by itself.
 */

import { MINUTE_MS } from '../plan/duration.ts';
import type { Instant } from '../plan/plan.ts';
import type { Clumpiness, ZoneMinute } from './clumpiness.ts';
import { type Counts, minuteText, type Row } from './row.ts';
import { ENOUGH } from './since.ts';
import { type SelfTest, UNKNOWN_DAY } from './verdict.ts';
import { initialWatch, type WatchTable, type WatchTerms, watchRow } from './watch.ts';
import { failuresAlone } from './watched.ts';

/** α of the watch where a plan says nothing. */
const FALSE_ROLLBACKS = 0.01;

/**
 * Undefined where fewer than two zones had requests.
 * @param minutes of 24 hours from `from` on, ascending; their lists are in the order of `names`
 */
export const selfTest = (
  {
    from,
    names,
    minutes: day,
  }: { readonly from: Instant; readonly names: readonly string[]; readonly minutes: readonly ZoneMinute[] },
  clumpiness: Clumpiness,
): SelfTest | undefined => {
  const zones = names.flatMap((_, zone) => (day.some(({ requests }) => (requests[zone] ?? 0) > 0) ? [zone] : []));
  if (zones.length < 2) return undefined;
  const stopped = zones.flatMap((zone) => {
    const at = stoppedAt(day, zone, clumpiness);
    return at === undefined ? [] : [{ zone: names[zone] ?? '', minute: minuteText(from + at * MINUTE_MS) }];
  });
  return { zones: zones.length, stopped };
};

const stoppedAt = (day: readonly ZoneMinute[], zone: number, clumpiness: Clumpiness): number | undefined => {
  const table: WatchTable = {
    falseRollbacks: FALSE_ROLLBACKS,
    stakePlan: { onFirst: 0.6, onRises: 0.2, evenly: 0.2, rises: [], minutes: day.length },
    watched: failuresAlone,
    guardLimit: undefined,
    countsAnswers: false,
  };
  const terms: WatchTerms = {
    table,
    clumpiness: clumpiness.clumpSize,
    before: { ...UNKNOWN_DAY, ...usualOf(day), clumpiness },
    enough: ENOUGH,
  };
  let watch = initialWatch(table, terms.before);
  for (const minute of day) {
    const { watch: next, trip } = watchRow(watch, terms, 0, rowOf(minute, zone), 'bake');
    if (trip !== undefined) return minute.at;
    watch = next;
  }
  return undefined;
};

const usualOf = (day: readonly ZoneMinute[]) => {
  const requests = sum(day.map((minute) => sum(minute.requests)));
  const failures = sum(day.map((minute) => sum(minute.failures)));
  return { requestsPerMinute: requests / Math.max(1, day.length), failureShare: failures / Math.max(1, requests) };
};

/** Half of the traffic each: what the watch needs of a weight is that it is the same in every minute, and below 100. */
const rowOf = ({ at, requests, failures }: ZoneMinute, zone: number): Row => {
  const [ours, theirs] = [
    countsOf(requests[zone] ?? 0, failures[zone] ?? 0),
    countsOf(sum(requests) - (requests[zone] ?? 0), sum(failures) - (failures[zone] ?? 0)),
  ];
  return { minute: minuteText(at * MINUTE_MS), weight: 50, candidate: ours, baseline: theirs, hosts: true };
};

const countsOf = (requests: number, failures: number): Counts => ({
  requests,
  failures,
  unavailable: null,
  responses: requests,
  slow: {},
});

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
