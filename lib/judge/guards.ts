/** All guards of a plan on one row: whose window breaches on both sides, and which of them trip. */
import type { Plan } from '../plan/plan.ts';
import {
  addSinceRise,
  initialBusinessGuard,
  initialSinceRise,
  type SinceRise,
  weighBusinessGuard,
} from './business-guard.ts';
import {
  type GuardState,
  initialShareGuard,
  moveShareWindow,
  sharedOutage,
  tripOfShareGuard,
  weighShareGuard,
} from './guard.ts';
import { type InFlight, NONE_IN_FLIGHT, setOff } from './in-flight.ts';
import { noneGathered } from './ratio.ts';
import type { BusinessRow, Row } from './row.ts';
import { countShare, hasBaseline, NO_SUMS, type Sums } from './share.ts';
import { type Tables, tablesOf } from './tables.ts';
import type { DayBefore, GuardTrip, RowCause } from './verdict.ts';

export interface GuardsState {
  /** In the order of `plan.guards`. */
  readonly each: readonly GuardState[];
  readonly sinceRise: SinceRise;
  readonly inFlight: InFlight;
}

export interface GuardsWeighed {
  readonly guards: GuardsState;
  readonly trips: readonly GuardTrip[];
}

/** At weight 100 amounts and segments have nothing to be compared with: nothing is kept of them. */
export const initialGuards = ({ guards, segments, sinceRise }: Tables, weight: number): GuardsState => ({
  each: guards.map((table) =>
    table.kind === 'share' ? initialShareGuard(table.guard) : initialBusinessGuard(table.guard, segments.length),
  ),
  sinceRise: hasBaseline(weight) ? initialSinceRise(sinceRise.ratio, sinceRise.segments) : initialSinceRise(false, []),
  inFlight: NONE_IN_FLIGHT,
});

/** Moves the windows of guards on shares: every row does, also one that is left out of judgement. */
export const moveWindows = (plan: Plan, guards: GuardsState, row: Row): GuardsState => {
  const tables = tablesOf(plan).guards;
  const each = guards.each.map((state, i) => {
    const table = tables[i];
    return table?.kind === 'share' ? moveShareWindow(table, state, row) : state;
  });
  return { each, sinceRise: guards.sinceRise, inFlight: guards.inFlight };
};

/** The first guard whose limit both sides breach over its window. */
export const findSharedOutage = (
  plan: Plan,
  before: DayBefore,
  guards: GuardsState,
  weight: number,
): RowCause | undefined => {
  const tables = tablesOf(plan).guards;
  for (const [i, state] of guards.each.entries()) {
    const table = tables[i];
    const outage = table?.kind === 'share' ? sharedOutage(before, table, state, weight) : undefined;
    if (outage !== undefined) return outage;
  }
  return undefined;
};

/** What is the same for all guards on a row. */
export interface GuardTerms {
  readonly plan: Plan;
  readonly before: DayBefore;
  readonly clumpiness: number;
}

/** Adds a row of traffic, whose windows have moved already. An excluded row says nothing to guards. */
export const weighGuards = (terms: GuardTerms, guards: GuardsState, row: Row, excluded: boolean): GuardsWeighed => {
  const { plan, before, clumpiness } = terms;
  const { inFlight, sums: unanswered } = setOff(guards.inFlight, row);
  const { each, sinceRise } = guards;
  if (excluded) return { guards: { each, sinceRise, inFlight }, trips: [] };
  const tables = tablesOf(plan).guards;
  const trips: GuardTrip[] = [];
  const weighed = each.map((state, index) => {
    const table = tables[index];
    if (table?.kind !== 'share') return state;
    const sums =
      table.source.share === 'unavailable' ? known(table.source.net, unanswered) : countShare(table.source, row);
    const next = weighShareGuard(before, clumpiness, table, state, row, sums);
    const trip = next.breach && tripOfShareGuard(index, table.guard, row, next.state, next.breach, next.evidence);
    if (trip !== undefined) trips.push(trip);
    return next.state;
  });
  return { guards: { each: weighed, sinceRise, inFlight }, trips };
};

/** Net of a baseline whose counts are not there is not known. */
const known = (net: boolean, sums: Sums | undefined): Sums | undefined =>
  net && sums !== undefined && sums[4] === 0 ? undefined : sums;

/** Adds a row of business metrics. */
export const weighBusinessGuards = (terms: GuardTerms, guards: GuardsState, row: BusinessRow): GuardsWeighed => {
  const tables = tablesOf(terms.plan);
  const sinceRise = addSinceRise(guards.sinceRise, tables.sinceRise.segments, row);
  const trips: GuardTrip[] = [];
  const each = guards.each.map((state, index) => {
    const table = tables.guards[index];
    if (table?.kind !== 'business') return state;
    const weighed = weighBusinessGuard(index, table.guard, state, row, sinceRise, tables.segments, terms.clumpiness);
    if (weighed.trip !== undefined) trips.push(weighed.trip);
    return weighed.state;
  });
  return { guards: { ...guards, each, sinceRise }, trips };
};

/** All windows and evidence anew, as after a rise. */
export const acquitted = ({ each, sinceRise, inFlight }: GuardsState): GuardsState => ({
  each: each.map(({ window, evidence }) => ({
    since: null,
    rows: 0,
    window: window.map(() => 0),
    evidence: evidence.map(() => 1),
  })),
  sinceRise: {
    ...noneGathered(sinceRise.revenue.length > 0),
    segments: sinceRise.segments.map(() => NO_SUMS),
  },
  inFlight,
});
