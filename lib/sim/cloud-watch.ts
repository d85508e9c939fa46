import { Fault } from '../controller/fault.ts';
import type { Metrics, MinuteReading } from '../controller/ports.ts';
import { needsOf } from '../judge/needs.ts';
import type { BusinessCounts, Counts } from '../judge/row.ts';
import { minuteText } from '../judge/row.ts';
import type { DayBefore } from '../judge/verdict.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { active, type Behaviour } from './behaviour.ts';
import { type ClockData, MINUTE } from './clock.ts';
import { type Generator, seek, stream, streamKey, uniform } from './random.ts';
import type { MinuteTraffic } from './traffic.ts';
import { USUAL_LATENCY } from './traffic-model.ts';

/** How late CloudWatch is. Ages count from the end of the minute. */
const LATENESS = {
  /** Traffic is final at an age drawn evenly from here, but for a few minutes that come in much later. */
  leastSeconds: 45,
  mostSeconds: 125,
  stragglerChance: 0.005,
  stragglerSeconds: 230,
  /** Share of the final counts that is there at the minute's end. */
  atOnce: 0.7,
  /** Business metrics are final at least this long before the plan's longest `settle` is over. */
  businessMarginSeconds: 30,
} as const;

/** Minutes kept in their final form; more are computed again when asked for. */
const KEPT = 64;

/** Where the counts come from: the traffic model, or recorded rows. */
export interface TrafficSource {
  /** Final counts of an ended minute; the same at every call. */
  minute(minute: Instant): MinuteTraffic;
  dayBefore(at: Instant): DayBefore;
  /** Recorded minutes are there as soon as they end. */
  readonly isSettled: boolean;
}

interface Kept {
  readonly minute: Instant;
  readonly traffic: MinuteTraffic;
  readonly slim: MinuteReading;
  readonly full: MinuteReading;
  readonly finalAt: Instant;
  readonly businessFinalAt: Instant;
}

/**
 * CloudWatch as it is: the newest minute is partial, a minute's counts grow until about 2 minutes after its end, a minute
 * without requests has no RequestCount, a silence is filled later. Reads change nothing.
 */
export const cloudWatchOf = (
  plan: Plan,
  source: TrafficSource,
  data: ClockData,
  behaviours: readonly Behaviour[],
  seed: number,
): Metrics => {
  const kept: (Kept | undefined)[] = new Array<Kept | undefined>(KEPT).fill(undefined);
  const lateness = latenessOf(plan, seed, source.isSettled);
  const planMinute = (at: Instant): number => (at - plan.start) / MINUTE;
  /** Thresholds that the traffic is counted by and the plan does not name. */
  const usual = Object.values(USUAL_LATENCY).filter((ms) => !needsOf(plan).slowMilliseconds.includes(ms));

  const keep = (minute: Instant): Kept => {
    const place = (minute / MINUTE) % KEPT;
    const there = kept[place];
    if (there?.minute === minute) return there;
    const traffic = source.minute(minute);
    const { candidate, baseline, hosts, business } = traffic;
    const text = minuteText(minute);
    const { finalAt, businessFinalAt } = lateness(minute);
    const made: Kept = {
      minute,
      traffic,
      slim: { minute: text, candidate, baseline, hosts },
      full: { minute: text, candidate, baseline, hosts, business },
      finalAt,
      businessFinalAt,
    };
    kept[place] = made;
    return made;
  };

  const reading = (minute: Instant, business: boolean): MinuteReading => {
    const { now } = data;
    const end = minute + MINUTE;
    if (end > now || isSilent(minute, now)) return silence(minute, business);
    const { traffic, slim, full, finalAt, businessFinalAt } = keep(minute);
    const late = lateBy(now);
    const share = arrived(now - late - end, finalAt - end);
    if (!business) return share === 1 ? slim : partial(slim, traffic, share, null);
    const businessShare = arrived(now - late - end, businessFinalAt - end);
    return share === 1 && businessShare === 1 ? full : partial(slim, traffic, share, businessShare);
  };

  /** Datapoints that should have come during a silence are missing until it ends, or for ever. */
  const isSilent = (minute: Instant, now: Instant): boolean =>
    behaviours.length > 0 &&
    behaviours.some(({ effect, fromMinute, toMinute }) => {
      if (effect.kind !== 'cloudWatch' || (effect.how !== 'silent' && effect.how !== 'lost')) return false;
      const from = plan.start + fromMinute * MINUTE;
      const to = toMinute === null ? Number.POSITIVE_INFINITY : plan.start + toMinute * MINUTE;
      return minute + MINUTE > from && minute < to && (effect.how === 'lost' || (now >= from && now < to));
    });

  const lateBy = (now: Instant): number =>
    behaviours.length === 0
      ? 0
      : active(behaviours, 'cloudWatchLate', planMinute(now)).reduce(
          (most, { effect }) => Math.max(most, effect.minutes * MINUTE),
          0,
        );

  return {
    read: async (_, from, to, business, candidateOnly = false, slowerThan = []) => {
      const how =
        behaviours.length === 0
          ? undefined
          : active(behaviours, 'cloudWatch', planMinute(data.now)).find(
              ({ effect }) => effect.how === 'throttled' || effect.how === 'partial',
            );
      if (how?.effect.how === 'throttled') return new Fault('THROTTLED', 'read metrics from CloudWatch');
      if (how?.effect.how === 'partial') return new Fault('UNREADABLE', 'read metrics from CloudWatch: PartialData');
      const unasked = usual.filter((ms) => !slowerThan.includes(ms)).map((ms) => `${ms}ms`);
      const readings: MinuteReading[] = [];
      for (let minute = from; minute < to; minute += MINUTE) {
        const both = withoutSlow(reading(minute, business), unasked);
        readings.push(candidateOnly ? withoutBaseline(both, needsOf(plan).revenueAlone) : both);
      }
      return readings;
    },
    dayBefore: async (_, at) => source.dayBefore(at),
  };
};

/** Only what was asked for comes. */
const withoutSlow = (reading: MinuteReading, keys: readonly string[]): MinuteReading => {
  if (keys.length === 0) return reading;
  const known = (counts: Counts | null): Counts | null =>
    counts && {
      ...counts,
      slow: Object.fromEntries(Object.entries(counts.slow).filter(([key]) => !keys.includes(key))),
    };
  return { ...reading, candidate: known(reading.candidate), baseline: known(reading.baseline) };
};

const withoutBaseline = (both: MinuteReading, withRevenue: boolean): MinuteReading => {
  const { business } = both;
  if (business === undefined) return { ...both, baseline: null };
  const { requests, gauges, revenue } = business.candidate;
  return {
    ...both,
    baseline: null,
    business: {
      candidate: { ...NO_BUSINESS, requests, gauges, revenue: withRevenue ? revenue : null },
      baseline: NO_BUSINESS,
    },
  };
};

const silence = (minute: Instant, business: boolean): MinuteReading => {
  const nothing: MinuteReading = { minute: minuteText(minute), candidate: null, baseline: null, hosts: false };
  return business ? { ...nothing, business: { candidate: NO_BUSINESS, baseline: NO_BUSINESS } } : nothing;
};

const NO_BUSINESS: BusinessCounts = { requests: null, revenue: null, orders: null, segments: {}, gauges: {} };

/** When a minute's counts become final; drawn for each minute. */
const latenessOf = (
  plan: Plan,
  seed: number,
  isSettled: boolean,
): ((minute: Instant) => { readonly finalAt: Instant; readonly businessFinalAt: Instant }) => {
  const generator: Generator = stream(seed, 'lateness');
  const key = streamKey(seed, 'lateness');
  const settle = Math.max(3, needsOf(plan).businessSettleMinutes);
  const businessMost = settle * 60 - LATENESS.businessMarginSeconds;
  return (minute) => {
    const end = minute + MINUTE;
    if (isSettled) return { finalAt: end, businessFinalAt: end };
    seek(generator, key, minute / MINUTE);
    const isStraggler = uniform(generator) < LATENESS.stragglerChance;
    const usual = LATENESS.leastSeconds + (LATENESS.mostSeconds - LATENESS.leastSeconds) * uniform(generator);
    const seconds = isStraggler ? LATENESS.stragglerSeconds : usual;
    const business = LATENESS.leastSeconds + (businessMost - LATENESS.leastSeconds) * uniform(generator);
    return { finalAt: end + seconds * 1000, businessFinalAt: end + business * 1000 };
  };
};

/** Share of the final counts that is there at an age: it grows evenly until the minute is final. */
const arrived = (age: number, finalAge: number): number =>
  age >= finalAge ? 1 : age < 0 ? 0 : LATENESS.atOnce + (1 - LATENESS.atOnce) * 0.95 * (age / finalAge);

const partial = (
  slim: MinuteReading,
  traffic: MinuteTraffic,
  share: number,
  businessShare: number | null,
): MinuteReading => ({
  minute: slim.minute,
  candidate: traffic.candidate && partialCounts(traffic.candidate, share),
  baseline: traffic.baseline && partialCounts(traffic.baseline, share),
  hosts: traffic.hosts && share > 0,
  ...(businessShare === null
    ? {}
    : {
        business: {
          candidate: partialBusiness(traffic.business.candidate, businessShare),
          baseline: partialBusiness(traffic.business.baseline, businessShare),
        },
      }),
});

const part = (count: number, share: number): number => Math.floor(count * share);

const partialCounts = (counts: Counts, share: number): Counts | null => {
  if (share === 1) return counts;
  const requests = part(counts.requests, share);
  if (requests === 0) return null;
  const slow: Record<string, number> = {};
  for (const key in counts.slow) slow[key] = part(counts.slow[key] ?? 0, share);
  return {
    requests,
    failures: part(counts.failures, share),
    unavailable: counts.unavailable === null ? null : Math.trunc(counts.unavailable * share),
    responses: part(counts.responses, share),
    slow,
  };
};

const partialBusiness = (business: BusinessCounts, share: number): BusinessCounts => {
  if (share === 1) return business;
  if (share === 0) return NO_BUSINESS;
  const segments: Record<string, BusinessCounts['segments'][string]> = {};
  for (const name in business.segments) {
    const counts = business.segments[name] ?? null;
    segments[name] = counts && { requests: part(counts.requests, share), failures: part(counts.failures, share) };
  }
  return {
    requests: business.requests,
    revenue: business.revenue === null ? null : part(business.revenue, share),
    orders: business.orders === null ? null : part(business.orders, share),
    segments,
    gauges: business.gauges,
  };
};
