/** What `sluice check` finds out about a valid plan. Pure; everything in it is for people and for `--json`. */
import { feasibilityOf, type PhaseFeasibility } from '../judge/feasibility.ts';
import { finishOf } from '../judge/finish.ts';
import type { KnownDay } from '../judge/proof.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import { metricOf } from '../plan/metric.ts';
import type { Guard, Instant, Plan } from '../plan/plan.ts';
import { plannedTimeline } from '../plan/timeline.ts';
import { type Trace, traceMean } from '../sim/trace.ts';
import type { GivenRates } from './given-rates.ts';
import type { GivenTraffic } from './given-traffic.ts';
import { ASSUMED, countHealthyTrips } from './healthy-guard.ts';
import { healthyDay, shareIn } from './healthy-share.ts';
import { type WatchPower, watchPowerOf } from './watch-power.ts';

export interface GuardOutlook {
  readonly text: string;
  readonly proof: Guard['proof'];
  readonly notArmedAt100: boolean;
  /** The share of bad requests of a healthy candidate, given or assumed; null: not simulated. */
  readonly healthyShare: number | null;
  /** Expected trips a day on a healthy candidate, by weight; empty: no traffic was given, or it cannot be simulated. */
  readonly tripsPerDay: readonly { readonly weight: number; readonly trips: number }[];
}

/** What was taken for the present state of the baseline. */
export interface Assumed {
  readonly failureShare: number;
  /** Otherwise it is what rehearsals take for healthy. */
  readonly failureRateGiven: boolean;
  /** Undefined: not given. */
  readonly clumpiness: number | undefined;
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
  readonly assumed: Assumed;
  readonly finish: {
    readonly earliest: string;
    /** With the extensions that the criteria need; null: `heldIn` says where it stops, or the traffic was not given. */
    readonly likely: string | null;
    readonly heldIn: string | null;
  };
  /** A gate on failures can never pass at the failure rate that was given. */
  readonly refused: boolean;
}

/** Takes seconds where traffic is given. */
export const examine = (plan: Plan, traffic: GivenTraffic, given: GivenRates): Examination => {
  const rates = ratesOf(plan, traffic);
  const day = healthyDay(plan, given);
  const failureShare = shareIn(day, 'failures');
  const failureRateGiven = given.failureShare !== undefined;
  const phases = feasibilityOf(plan, rates, day);
  const { earliest, likely, heldIn } = finishOf(plan, phases);
  return {
    timeline: plannedTimeline(plan).map(({ at, kind, phase, label }) => ({
      at: textOf(at),
      kind,
      phase: plan.phases[phase]?.name ?? '',
      label,
    })),
    phases,
    guards: plan.guards.map((guard) => outlookOf(plan, guard, rates, day)),
    // No number of times nothing is something.
    watch: rates.length === 0 || failureShare === 0 ? [] : watchPowerOf(plan, rates, day),
    assumed: { failureShare, failureRateGiven, clumpiness: given.clumpiness },
    finish: { earliest: textOf(earliest), likely: likely === null ? null : textOf(likely), heldIn },
    refused: failureRateGiven && plan.phases.some((_, index) => hasHopelessFailures(plan, phases, index)),
  };
};

const textOf = (at: Instant): string => new Date(at).toISOString();

/** Of what is judged only the failures are given: the rest may be otherwise than rehearsals have it. */
const hasHopelessFailures = (plan: Plan, phases: readonly PhaseFeasibility[], index: number): boolean =>
  plan.phases[index]?.advance.some(
    ({ claim }, at) =>
      claim.kind === 'share' && claim.share === 'failures' && phases[index]?.needs[at]?.prospect === 'never',
  ) ?? false;

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

const outlookOf = (plan: Plan, guard: Guard, rates: readonly number[], day: KnownDay): GuardOutlook => {
  const { text, proof, claim } = guard;
  const outlook = { text, proof, notArmedAt100: metricOf(guard.metric).needsBaseline };
  if (claim.kind !== 'share' || claim.side !== 'above' || rates.length === 0)
    return { ...outlook, healthyShare: null, tripsPerDay: [] };
  const healthyShare = shareIn(day, claim.share);
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
