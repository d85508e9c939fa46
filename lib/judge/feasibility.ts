/**
 * Can the plan decide at all? The arithmetic of bound.ts asked before a rollout starts: how many requests each criterion needs, if nothing
 * is bad and at the present rate of bad ones, how many will come, and which weight or bake would do.
 */
import type { Claim, Criterion } from '../plan/claim.ts';
import type { Plan } from '../plan/plan.ts';
import { needsOf } from './needs.ts';
import {
  deadlineOf,
  EXTENSION_MINUTES,
  extensionLimit,
  type NextPhase,
  nextOf,
  unusedMinutes,
} from './phase-minutes.ts';
import {
  bearableShareOf,
  clumpinessIn,
  fewestRequests,
  type KnownDay,
  leastLimitOf,
  neededAtRateOf,
  type Proof,
  proofOf,
} from './proof.ts';
import { BLOCK_MINUTES, ENOUGH_BLOCKS } from './ratio.ts';
import { SETTLE_MINUTES } from './row.ts';
import { UNKNOWN_DAY } from './verdict.ts';

/**
 * What comes of it at the present rate of bad ones, and while nothing is bad where that rate is not known. `enough`: nine of ten bakes pass it
 * at their end. `extended`: with extensions. `unlikely`: within those only if fewer are bad than at present. `short`: not even if none is.
 * `never`: not at this rate, however long. `unknown`: it needs no number of requests, or the traffic is not known.
 */
export type Prospect = 'enough' | 'extended' | 'unlikely' | 'short' | 'never' | 'unknown';

/** What one criterion needs and gets. Counts are of the candidate's requests; minutes are bake minutes. */
export interface Need {
  readonly text: string;
  readonly kind: 'prove' | 'notAgainst';
  /**
   * What `needed` and `expected` count. `segmentRequests` are requests of all segments together, were they of one size; `halfOfMinutes`
   * are minutes in which the metric must be there, which is a matter of publishing it and not of time.
   */
  readonly of: 'requests' | 'segmentRequests' | 'minutes' | 'halfOfMinutes' | 'nothing';
  /** Of the bake, those whose rows count for it at the gate. */
  readonly minutes: number;
  /** The least that can pass: not one bad request. Null: cannot be told beforehand. */
  readonly needed: number | null;
  /** The baseline's share of bad requests; null: not known, or in no criterion's way. */
  readonly presentShare: number | null;
  /** What nine of ten bakes pass with at that share; null: it is not known. */
  readonly neededAtRate: number | 'never' | null;
  /** Null: traffic not given. */
  readonly expected: number | null;
  readonly expectedExtended: number | null;
  /** Percent, in steps of 0.1, at this bake and the present rate; null: enough already, none suffices, or not known. */
  readonly leastWeight: number | null;
  /** At this weight and the present rate; null: enough already, none suffices, or not known. */
  readonly leastBakeMinutes: number | null;
  /** The least limit on the bad share that `expected` prove at the present rate; null: enough already, none, or not known. */
  readonly leastLimit: number | null;
  /** The share of bad requests up to which `expected` is enough; null: not even without one, or not known. */
  readonly bearableShare: number | null;
  readonly prospect: Prospect;
}

export interface PhaseFeasibility {
  readonly name: string;
  readonly weight: number;
  readonly bakeMinutes: number;
  /** Bake minutes whose rows count: the first ones after a rise are warm-up, and the last `passInARow` looks must all pass. */
  readonly countedMinutes: number;
  /** With all extensions that still let the next phase start in time. */
  readonly extendedMinutes: number;
  /** Of both groups together; null: not given. */
  readonly requestsPerMinute: number | null;
  /** D: how many bad events come together, measured, given or assumed. */
  readonly clumpiness: number;
  /** In the plan's order. */
  readonly needs: readonly Need[];
  /** Index into `needs` of the criterion that takes longest; null: none needs any number of requests or minutes. */
  readonly binding: number | null;
  /** The bake with the extensions that the criteria need; null: not within all of them, or the traffic is not known. */
  readonly likelyBakeMinutes: number | null;
  /** Null: this is the last phase. */
  readonly next: NextPhase | null;
}

/** Per phase. `requestsPerMinute` is of both groups together, for each phase; empty: not known. */
export const feasibilityOf = (
  plan: Plan,
  requestsPerMinute: readonly number[],
  day: KnownDay = UNKNOWN_DAY,
): readonly PhaseFeasibility[] =>
  plan.phases.map((phase, index) => {
    const rate = requestsPerMinute[index] ?? null;
    const unused = unusedMinutes(plan, index);
    const extended = extensionLimit(plan, index);
    const [deadline, extendedDeadline] = [deadlineOf(phase, phase.bakeMinutes), deadlineOf(phase, extended)];
    const roomBehind = (behind: number): Room => ({
      weight: phase.weight,
      rate,
      bake: phase.bakeMinutes,
      unused,
      behind,
      deadline,
      extendedDeadline,
      minutes: Math.max(0, deadline - unused - behind),
      extended: Math.max(0, extendedDeadline - unused - behind),
      after: phase.bakeMinutes - deadline,
    });
    const room = roomBehind(0);
    // A checkpoint looks before the business rows of its tick are added, the gate after them.
    const businessRoom = roomBehind(businessBehind(plan) + (deadline < phase.bakeMinutes ? 1 : 0));
    const needs = phase.advance.map((criterion) =>
      needOf(criterion, proofOf(plan, criterion.claim, day), isOfTraffic(criterion.claim) ? room : businessRoom),
    );
    return {
      name: phase.name,
      weight: phase.weight,
      bakeMinutes: phase.bakeMinutes,
      countedMinutes: room.minutes,
      extendedMinutes: extended,
      requestsPerMinute: rate,
      clumpiness: clumpinessIn(day),
      needs,
      binding: bindingOf(needs, room),
      likelyBakeMinutes: likelyBake(phase.bakeMinutes, extended, needs, room),
      next: nextOf(plan, index),
    };
  });

/** What a phase offers. */
interface Room {
  readonly weight: number;
  readonly rate: number | null;
  readonly bake: number;
  /** Minutes of the bake before its first row. */
  readonly unused: number;
  /** Minutes of which the rows are still to come when traffic's are all there. */
  readonly behind: number;
  /** Minutes of the bake by which it must be proven, without and with all extensions. */
  readonly deadline: number;
  readonly extendedDeadline: number;
  /** That count, without and with all extensions. */
  readonly minutes: number;
  readonly extended: number;
  /** Minutes of the bake in which it must have been proven already. */
  readonly after: number;
}

/** A gate looks when the bake's last row of traffic is settled, whatever else is still growing. */
const businessBehind = (plan: Plan): number => Math.max(0, needsOf(plan).businessSettleMinutes - SETTLE_MINUTES);

const isOfTraffic = ({ kind }: Claim): boolean => kind === 'share' || kind === 'noIncidents';

const needOf = ({ text, not, claim }: Criterion, proof: Proof | null, room: Room): Need => {
  const kind = not ? 'notAgainst' : 'prove';
  if (claim.kind === 'ratio') return inMinutes({ text, kind, of: 'minutes' }, room, AMOUNT);
  if (claim.kind === 'gauge') return inMinutes({ text, kind, of: 'halfOfMinutes' }, room, GAUGE);
  if (not) return inMinutes({ text, kind, of: 'halfOfMinutes' }, room, PRESENCE);
  const needed = proof && fewestRequests(proof);
  if (proof === null || needed === null || needed === 'never') {
    return { ...UNKNOWN, text, kind, of: 'nothing', minutes: room.minutes };
  }
  return inRequests({ text, kind }, proof, needed, room);
};

const UNKNOWN = {
  needed: null,
  presentShare: null,
  neededAtRate: null,
  expected: null,
  expectedExtended: null,
  leastWeight: null,
  leastBakeMinutes: null,
  leastLimit: null,
  bearableShare: null,
  prospect: 'unknown',
} as const;

/** What needs minutes with the metric, as criterion.ts asks for them. */
interface InMinutes {
  readonly needed: (deadline: number, room: Room) => number;
  /** The least deadline by which that many have come. */
  readonly least: (room: Room) => number;
}

const AMOUNT_MINUTES = ENOUGH_BLOCKS * BLOCK_MINUTES;
const AMOUNT: InMinutes = {
  needed: () => AMOUNT_MINUTES,
  least: ({ unused, behind }) => AMOUNT_MINUTES + unused + behind,
};
/** Of all minutes of the bake so far; with extensions of its rows, where those are more. */
const GAUGE: InMinutes = {
  needed: (deadline, { unused, bake }) => Math.ceil(Math.max(Math.min(deadline, bake), deadline - unused) / 2),
  least: ({ unused, behind }) => 2 * (unused + behind),
};
/** Of those with a row of traffic. */
const PRESENCE: InMinutes = {
  needed: (deadline, { unused }) => Math.ceil(Math.max(0, deadline - unused) / 2),
  least: ({ unused, behind }) => unused + 2 * behind,
};

const inMinutes = (what: Pick<Need, 'text' | 'kind' | 'of'>, room: Room, { needed, least }: InMinutes): Need => {
  const { minutes, extended, deadline, extendedDeadline, after } = room;
  const atDeadline = needed(deadline, room);
  const isEnough = minutes >= atDeadline;
  return {
    ...UNKNOWN,
    ...what,
    needed: atDeadline,
    minutes,
    expected: minutes,
    expectedExtended: extended,
    leastBakeMinutes: isEnough ? null : least(room) + after,
    prospect: isEnough ? 'enough' : extended >= needed(extendedDeadline, room) ? 'extended' : 'short',
  };
};

const inRequests = (what: Pick<Need, 'text' | 'kind'>, proof: Proof, needed: number, room: Room): Need => {
  const { weight, rate, minutes, extended, unused, behind, after } = room;
  const neededAtRate = neededAtRateOf(proof);
  const need: Need = {
    ...UNKNOWN,
    ...what,
    minutes,
    of: proof.parts === 1 ? 'requests' : 'segmentRequests',
    needed,
    presentShare: proof.present?.share ?? null,
    neededAtRate,
    prospect: neededAtRate === 'never' ? 'never' : 'unknown',
  };
  if (rate === null) return need;
  const perMinute = (rate * weight) / 100;
  const expected = perMinute * minutes;
  const expectedExtended = perMinute * extended;
  const seen = { ...need, expected, expectedExtended, bearableShare: bearableShareOf(proof, expected) };
  if (neededAtRate === 'never') return { ...seen, leastLimit: leastLimitOf(proof, expected) };
  const likely = neededAtRate ?? needed;
  if (expected >= likely) return { ...seen, prospect: 'enough' };
  // Rounded up to what a plan can say, and no further for the rounding of arithmetic.
  const least = Math.ceil((1000 * likely) / (rate * minutes) - 1e-9) / 10;
  return {
    ...seen,
    leastWeight: least > 100 ? null : least,
    leastBakeMinutes: perMinute > 0 ? Math.ceil(likely / perMinute - 1e-9) + unused + behind + after : null,
    leastLimit: leastLimitOf(proof, expected),
    prospect: expectedExtended >= likely ? 'extended' : expectedExtended >= needed ? 'unlikely' : 'short',
  };
};

/** The one that takes the most bake minutes; without traffic the one that needs the most requests, if any does. */
const bindingOf = (needs: readonly Need[], { rate, weight }: Room): number | null => {
  const minutes = needs.map((need) => {
    const amount = likelyAmount(need);
    if (need.of === 'minutes') return rate === null ? 0 : amount;
    return rate === null || amount === 0 ? amount : (100 * amount) / (rate * weight);
  });
  const most = Math.max(0, ...minutes);
  return most === 0 ? null : minutes.indexOf(most);
};

/** What it needs at the present rate, where that is known; 0: no number of requests or minutes. */
const likelyAmount = ({ of, needed, neededAtRate }: Need): number => {
  if (needed === null || of === 'nothing' || of === 'halfOfMinutes') return 0;
  return neededAtRate === 'never' ? Number.POSITIVE_INFINITY : (neededAtRate ?? needed);
};

const likelyBake = (bake: number, extended: number, needs: readonly Need[], { rate }: Room): number | null => {
  if (rate === null || needs.some(holds)) return null;
  const longest = Math.max(bake, ...needs.map(({ leastBakeMinutes }) => leastBakeMinutes ?? 0));
  return Math.min(extended, bake + Math.ceil((longest - bake) / EXTENSION_MINUTES) * EXTENSION_MINUTES);
};

/** The phase is not likely to pass as planned: which criteria stand in its way. */
export const shortfallOf = ({ needs }: PhaseFeasibility): readonly Need[] =>
  needs.filter(({ prospect }) => prospect !== 'enough' && prospect !== 'unknown');

/** It is not decided within all extensions: there the rollout is held until an operator acts. */
export const holds = ({ prospect }: Need): boolean =>
  prospect === 'unlikely' || prospect === 'short' || prospect === 'never';
