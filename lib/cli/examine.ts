/** What `sluice check` finds out about a valid plan. Pure; everything in it is for people and for `--json`. */
import { feasibilityOf, type PhaseFeasibility } from '../judge/feasibility.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import { metricOf } from '../plan/metric.ts';
import type { Guard, Plan } from '../plan/plan.ts';
import { plannedTimeline } from '../plan/timeline.ts';
import { type Trace, traceMean } from '../sim/trace.ts';
import { TRAFFIC } from '../sim/traffic-model.ts';
import type { GivenTraffic } from './given-traffic.ts';
import { ASSUMED, countHealthyTrips } from './healthy-guard.ts';
import { healthyShareOf } from './healthy-share.ts';
import { type WatchPower, watchPowerOf } from './watch-power.ts';

export interface GuardOutlook {
  readonly text: string;
  readonly proof: Guard['proof'];
  readonly notArmedAt100: boolean;
  /** The assumed share of bad requests of a healthy candidate; null: not simulated. */
  readonly healthyShare: number | null;
  /** Expected trips a day on a healthy candidate, by weight; empty: no traffic was given, or it cannot be simulated. */
  readonly tripsPerDay: readonly { readonly weight: number; readonly trips: number }[];
}

export interface Examination {
  readonly timeline: readonly {
    readonly at: string;
    readonly kind: string;
    readonly phase: string;
    readonly label: string;
  }[];
  readonly phases: readonly PhaseFeasibility[];
  readonly guards: readonly GuardOutlook[];
  readonly watch: readonly WatchPower[];
}

export const examine = (plan: Plan, traffic: GivenTraffic): Examination => {
  const rates = ratesOf(plan, traffic);
  return {
    timeline: plannedTimeline(plan).map(({ at, kind, phase, label }) => ({
      at: new Date(at).toISOString(),
      kind,
      phase: plan.phases[phase]?.name ?? '',
      label,
    })),
    phases: feasibilityOf(plan, rates),
    guards: plan.guards.map((guard) => outlookOf(plan, guard, rates)),
    watch: rates.length === 0 ? [] : watchPowerOf(plan, rates, TRAFFIC.failureShare),
  };
};

/** Requests per minute of both groups in each phase; empty: no traffic was given. */
const ratesOf = (plan: Plan, { trace, requestsPerMinute }: GivenTraffic): readonly number[] => {
  if (requestsPerMinute !== undefined) return plan.phases.map(() => requestsPerMinute);
  return trace === undefined ? [] : plan.phases.map((_, index) => meanInBake(plan, index, trace));
};

/** A trace knows days and nights: what matters is what it has at the hours of the bake. */
const meanInBake = (plan: Plan, index: number, trace: Trace): number => {
  const begins = plannedTimeline(plan).find(({ kind, phase }) => kind === 'start' && phase === index)?.at ?? plan.start;
  let sum = 0;
  const minutes = plan.phases[index]?.bakeMinutes ?? 0;
  for (let minute = 0; minute < minutes; minute++)
    sum += traceMean(trace, plan.start, begins + minute * MINUTE_MS) ?? 0;
  return minutes === 0 ? 0 : sum / minutes;
};

const outlookOf = (plan: Plan, guard: Guard, rates: readonly number[]): GuardOutlook => {
  const { text, proof, claim } = guard;
  const outlook = { text, proof, notArmedAt100: metricOf(guard.metric).needsBaseline };
  if (claim.kind !== 'share' || claim.side !== 'above' || rates.length === 0)
    return { ...outlook, healthyShare: null, tripsPerDay: [] };
  const healthyShare = healthyShareOf(plan, claim.share);
  const weights = [...new Set(plan.phases.map(({ weight }) => weight))];
  const tripsPerDay = weights.map((weight) => {
    const requestsPerMinute = rates[plan.phases.findIndex((phase) => phase.weight === weight)] ?? 0;
    const trips = countHealthyTrips(plan, guard, {
      requestsPerMinute,
      weight,
      share: claim.share,
      badShare: healthyShare,
    });
    return { weight, trips: trips / ASSUMED.days };
  });
  return { ...outlook, healthyShare, tripsPerDay };
};
