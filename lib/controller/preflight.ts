import { type DayBefore, UNKNOWN_DAY } from '../judge/verdict.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import { ownedBy } from '../plan/owned.ts';
import type { Plan } from '../plan/plan.ts';
import type { Evidence, Preflight } from '../rollout/evidence.ts';
import { isFault } from './fault.ts';
import type { World } from './ports.ts';
import { type Around, FLOW_MINUTES, findingsOf } from './preflight-findings.ts';

export interface Seen extends Around {
  readonly now: number;
  /** Rows come from a backtest. */
  readonly recorded: boolean;
  readonly after: Evidence['after'];
}

/** Asks everything that must hold before the first request reaches the candidate. What cannot be read is a problem, not a pass. */
export const preflight = async (world: World, plan: Plan, seen: Seen): Promise<Preflight> => {
  const { traffic } = plan;
  const [untaken, candidate, baseline, day, readings] = await Promise.all([
    take(world, plan, seen.after),
    world.targets.facts(traffic.candidate),
    world.targets.facts(traffic.baseline),
    world.metrics.dayBefore(plan, seen.now),
    seen.recorded ? null : readFlow(world, plan, seen.now),
  ]);
  const findings = findingsOf(plan, seen, { candidate, baseline, day, readings });
  const textsOf = (problems: boolean): readonly string[] =>
    findings.filter(({ isProblem }) => isProblem === problems).map(({ text }) => text);
  // The zones are said here; the journal keeps what is judged by.
  const { zones: _, ...dayBefore }: DayBefore = isFault(day) ? UNKNOWN_DAY : day;
  return { problems: [...untaken, ...textsOf(true)], notes: textsOf(false), dayBefore };
};

/**
 * A rollout that comes after others takes its rules and groups once those have finished: all, or none while somebody else owns one. No weight
 * is touched by that, and it is idempotent: what is taken is kept until the rollout has ended, whatever else stands against the start.
 *
 * @returns what keeps it from owning them
 */
const take = async ({ journal }: World, plan: Plan, after: Evidence['after']): Promise<readonly string[]> => {
  if (after.length === 0 || after.some(({ status }) => status !== 'finished')) return [];
  const claim = await journal.claim(plan.rollout, ownedBy(plan), true);
  if (claim === 'claimed') return [];
  if (isFault(claim)) return [claim.toString()];
  const { key, owner } = claim;
  if (!plan.after.includes(owner)) return [`${key} belongs to rollout ${owner}, which is live`];
  return [
    `${key} belongs to rollout ${owner} until the service's template says where the traffic rests, and that one has seen it with its daily look`,
  ];
};

const readFlow = (world: World, plan: Plan, now: number) => {
  const to = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  return world.metrics.read(plan, to - FLOW_MINUTES * MINUTE_MS, to, false);
};
