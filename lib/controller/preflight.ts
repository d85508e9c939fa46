import { type DayBefore, UNKNOWN_DAY } from '../judge/verdict.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import type { Plan } from '../plan/plan.ts';
import type { Preflight } from '../rollout/evidence.ts';
import { isFault } from './fault.ts';
import type { World } from './ports.ts';
import { type Around, FLOW_MINUTES, findingsOf } from './preflight-findings.ts';

export interface Seen extends Around {
  readonly now: number;
  /** Rows come from a backtest. */
  readonly recorded: boolean;
}

/** Asks everything that must hold before the first request reaches the candidate. What cannot be read is a problem, not a pass. */
export const preflight = async (world: World, plan: Plan, seen: Seen): Promise<Preflight> => {
  const { traffic } = plan;
  const [candidate, baseline, day, readings] = await Promise.all([
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
  return { problems: textsOf(true), notes: textsOf(false), dayBefore };
};

const readFlow = (world: World, plan: Plan, now: number) => {
  const to = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  return world.metrics.read(plan, to - FLOW_MINUTES * MINUTE_MS, to, false);
};
