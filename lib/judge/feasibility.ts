/**
 * Can the plan decide at all? The arithmetic of bound.ts asked before a rollout starts: how many requests each criterion needs, how
 * many will come, and which weight or bake would do.
 */
import type { Claim, Criterion, Side } from '../plan/claim.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import type { Plan } from '../plan/plan.ts';
import { plannedTimeline } from '../plan/timeline.ts';
import { betaOf, FAIL_GRID, isProvenBelow, moreNeeded, requestsNeeded } from './bound.ts';
import { ASSUMED_CLUMPINESS } from './clumpiness.ts';
import { BLOCK_MINUTES, ENOUGH_BLOCKS } from './ratio.ts';

/**
 * What comes of it while nothing is bad. `enough`: it passes within the bake. `extended`: with extensions. `short`: not within all of them.
 * `unknown`: it needs no number of requests, or the traffic is not known.
 */
export type Prospect = 'enough' | 'extended' | 'short' | 'unknown';

/** What one criterion needs and gets. Counts are of the candidate's requests; minutes are bake minutes. */
export interface Need {
  readonly text: string;
  readonly kind: 'prove' | 'notAgainst';
  /**
   * What `needed` and `expected` count. `segmentRequests` are requests of all segments together, were they of one size; `halfOfMinutes`
   * are minutes in which the metric must be there, which is a matter of publishing it and not of time.
   */
  readonly of: 'requests' | 'segmentRequests' | 'minutes' | 'halfOfMinutes' | 'nothing';
  /** The least that can pass: not one bad request. Null: cannot be told beforehand. */
  readonly needed: number | null;
  /** Null: traffic not given. */
  readonly expected: number | null;
  readonly expectedExtended: number | null;
  /** Percent, in steps of 0.1, at this bake; null: enough already, none suffices, or not known. */
  readonly leastWeight: number | null;
  /** At this weight; null: enough already, or not known. */
  readonly leastBakeMinutes: number | null;
  /** The share of bad requests up to which `expected` is enough; null: not even without one, or not known. */
  readonly bearableShare: number | null;
  readonly prospect: Prospect;
}

export interface PhaseFeasibility {
  readonly name: string;
  readonly weight: number;
  readonly bakeMinutes: number;
  /** Bake minutes whose rows count: the first ones after a rise are warm-up. */
  readonly countedMinutes: number;
  /** With all extensions that still let the next phase start in time. */
  readonly extendedMinutes: number;
  /** Of both groups together; null: not given. */
  readonly requestsPerMinute: number | null;
  /** In the plan's order. */
  readonly needs: readonly Need[];
  /** Index into `needs` of the criterion that takes longest; null: none needs any number of requests or minutes. */
  readonly binding: number | null;
}

/**
 * Per phase. `requestsPerMinute` is of both groups together, for each phase; empty: not known.
 * @param clumpiness D of bad events, where it has been measured
 */
export const feasibilityOf = (
  plan: Plan,
  requestsPerMinute: readonly number[],
  clumpiness: number = ASSUMED_CLUMPINESS,
): readonly PhaseFeasibility[] =>
  plan.phases.map((phase, index) => {
    const rate = requestsPerMinute[index] ?? null;
    const unused = unusedMinutes(plan, index);
    const extended = extensionLimit(plan, index);
    const room: Room = {
      weight: phase.weight,
      rate,
      unused,
      minutes: phase.bakeMinutes - unused,
      extended: extended - unused,
      segments: plan.metrics.segments?.values.length ?? 0,
      clumpiness,
    };
    const needs = phase.advance.map((criterion) => needOf(criterion, room));
    return {
      name: phase.name,
      weight: phase.weight,
      bakeMinutes: phase.bakeMinutes,
      countedMinutes: room.minutes,
      extendedMinutes: extended,
      requestsPerMinute: rate,
      needs,
      binding: bindingOf(needs, room),
    };
  });

/** What a phase offers. */
interface Room {
  readonly weight: number;
  readonly rate: number | null;
  /** Minutes of the bake before its first row. */
  readonly unused: number;
  readonly minutes: number;
  readonly extended: number;
  readonly segments: number;
  readonly clumpiness: number;
}

/**
 * After a rise the bake's first row is the second whole minute, and the first whole one after the warm-up; wake-ups come some seconds
 * after the minute, which costs another.
 */
const unusedMinutes = (plan: Plan, index: number): number => {
  const phase = plan.phases[index];
  const before = plan.phases[index - 1]?.weight ?? 0;
  return phase === undefined || phase.weight <= before
    ? 0
    : Math.min(phase.bakeMinutes, Math.max(2, phase.warmUpMinutes + 1));
};

/** Where extensions end: at `extendUpTo`, or when the next phase would start more than `lateBy` late. */
const extensionLimit = (plan: Plan, index: number): number => {
  const phase = plan.phases[index];
  const next = plan.phases[index + 1]?.start;
  if (phase === undefined) return 0;
  const begins = plannedTimeline(plan).find((milestone) => milestone.kind === 'start' && milestone.phase === index)?.at;
  if (next === undefined || begins === undefined) return phase.extendUpToMinutes;
  const latest = (next - begins) / MINUTE_MS + plan.lateByMinutes;
  return Math.max(phase.bakeMinutes, Math.min(phase.extendUpToMinutes, latest));
};

const needOf = ({ text, not, claim }: Criterion, room: Room): Need => {
  const kind = not ? 'notAgainst' : 'prove';
  if (claim.kind === 'ratio') return inMinutes({ text, kind, of: 'minutes' }, ENOUGH_BLOCKS * BLOCK_MINUTES, room);
  if (not || claim.kind === 'gauge')
    return inMinutes({ text, kind, of: 'halfOfMinutes' }, Math.ceil(room.minutes / 2), room);
  const proof = proofOf(claim, room);
  const needed = proof && fewestRequests(proof);
  if (proof === null || needed === null || needed === 'never') {
    const nothing = { needed: null, expected: null, expectedExtended: null, bearableShare: null };
    return { text, kind, of: 'nothing', ...nothing, leastWeight: null, leastBakeMinutes: null, prospect: 'unknown' };
  }
  return inRequests({ text, kind }, proof, needed, room);
};

/** What must be proven, how surely, and in how many parts of the traffic. */
interface Proof {
  readonly side: Side;
  readonly limit: number;
  readonly beta: number;
  readonly clumpiness: number;
  readonly parts: number;
}

/** Null: nothing is counted, or what it needs depends on failures that cannot be known beforehand. */
const proofOf = (claim: Claim, { segments, clumpiness }: Room): Proof | null => {
  const beta = betaOf(0);
  if (claim.kind === 'share') return { side: claim.side, limit: claim.limit, beta, clumpiness, parts: 1 };
  // Each segment needs its own proof, with β shared among them and between both sides.
  if (claim.kind === 'segmentSpread' && claim.side === 'below') {
    const parts = Math.max(1, segments);
    return { side: 'below', limit: claim.limit, beta: beta / (2 * parts), clumpiness, parts };
  }
  return null;
};

/** The fewest requests that can prove it: all of them good, or for a claim of "more than" all of them bad. */
const fewestRequests = ({ side, limit, beta, clumpiness, parts }: Proof): number | 'never' => {
  const each =
    side === 'below'
      ? requestsNeeded(limit, clumpiness, 0, beta)
      : moreNeeded(0, 0, limit, clumpiness, beta, 1, FAIL_GRID);
  return each === 'never' ? each : each * parts;
};

/** Found by halving: with more bad requests there is less evidence. */
const bearableShareOf = ({ side, limit, beta, clumpiness, parts }: Proof, expected: number): number | null => {
  const total = expected / parts;
  const bears = (share: number): boolean => isProvenBelow(share * total, total, limit, clumpiness, beta);
  if (side !== 'below' || !bears(0)) return null;
  let low = 0;
  let high = limit;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (bears(middle)) low = middle;
    else high = middle;
  }
  return low;
};

const inMinutes = (what: Pick<Need, 'text' | 'kind' | 'of'>, needed: number, room: Room): Need => {
  const isEnough = room.minutes >= needed;
  return {
    ...what,
    needed,
    expected: room.minutes,
    expectedExtended: room.extended,
    leastWeight: null,
    leastBakeMinutes: isEnough ? null : needed + room.unused,
    bearableShare: null,
    prospect: isEnough ? 'enough' : room.extended >= needed ? 'extended' : 'short',
  };
};

const inRequests = (what: Pick<Need, 'text' | 'kind'>, proof: Proof, needed: number, room: Room): Need => {
  const { weight, rate, minutes, extended, unused } = room;
  const need: Need = {
    ...what,
    of: proof.parts === 1 ? 'requests' : 'segmentRequests',
    needed,
    expected: null,
    expectedExtended: null,
    leastWeight: null,
    leastBakeMinutes: null,
    bearableShare: null,
    prospect: 'unknown',
  };
  if (rate === null) return need;
  const perMinute = (rate * weight) / 100;
  const expected = perMinute * minutes;
  const expectedExtended = perMinute * extended;
  const seen = { ...need, expected, expectedExtended };
  if (expected >= needed) return { ...seen, bearableShare: bearableShareOf(proof, expected), prospect: 'enough' };
  // Rounded up to what a plan can say, and no further for the rounding of arithmetic.
  const least = Math.ceil((1000 * needed) / (rate * minutes) - 1e-9) / 10;
  return {
    ...seen,
    leastWeight: least > 100 ? null : least,
    leastBakeMinutes: Math.ceil(needed / perMinute - 1e-9) + unused,
    prospect: expectedExtended >= needed ? 'extended' : 'short',
  };
};

/** The one that takes the most bake minutes; without traffic the one that needs the most requests, if any does. */
const bindingOf = (needs: readonly Need[], { rate, weight }: Room): number | null => {
  const minutes = needs.map(({ of, needed }) => {
    if (needed === null || of === 'nothing' || of === 'halfOfMinutes') return 0;
    if (of === 'minutes') return rate === null ? 0 : needed;
    return rate === null ? needed : (100 * needed) / (rate * weight);
  });
  const most = Math.max(0, ...minutes);
  return most === 0 ? null : minutes.indexOf(most);
};

/** The phase cannot pass as planned, even if nothing fails: which criteria stand in its way. */
export const shortfallOf = ({ needs }: PhaseFeasibility): readonly Need[] =>
  needs.filter(({ prospect }) => prospect === 'short' || prospect === 'extended');
