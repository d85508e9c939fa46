/** Which minutes of a phase count towards its gate, and where its extensions end. Pure. */
import { MINUTE_MS } from '../plan/duration.ts';
import type { Phase, Plan } from '../plan/plan.ts';
import { plannedTimeline } from '../plan/timeline.ts';

/** What bounds a larger weight and a longer bake. */
export interface NextPhase {
  readonly name: string;
  readonly weight: number;
  /** Longest bake that lets it start in time; null: it has no start of its own. */
  readonly latestMinutes: number | null;
}

/** By how much a bake is extended at a time. */
export const EXTENSION_MINUTES = 15;

/**
 * After a rise the bake's first row is the second whole minute, and the first whole one after the warm-up; wake-ups come some seconds
 * after the minute, which costs another.
 */
export const unusedMinutes = (plan: Plan, index: number): number => {
  const phase = plan.phases[index];
  const before = plan.phases[index - 1]?.weight ?? 0;
  return phase === undefined || phase.weight <= before
    ? 0
    : Math.min(phase.bakeMinutes, Math.max(2, phase.warmUpMinutes + 1));
};

/** Where extensions end: at `extendUpTo`, or when the next phase would start more than `lateBy` late. */
export const extensionLimit = (plan: Plan, index: number): number => {
  const phase = plan.phases[index];
  if (phase === undefined) return 0;
  const latest = nextOf(plan, index)?.latestMinutes ?? Number.POSITIVE_INFINITY;
  return Math.max(phase.bakeMinutes, Math.min(phase.extendUpToMinutes, latest));
};

/** By when the criteria must be proven, so that the last `passInARow` looks pass: checkpoints, the gate and, but for daily ones, each extension. */
export const deadlineOf = ({ checkpointMinutes, daily, bakeMinutes, passInARow }: Phase, bake: number): number => {
  if (passInARow <= 1) return bake;
  const extensions = daily ? 0 : Math.ceil((bake - bakeMinutes) / EXTENSION_MINUTES);
  const looks = [...checkpointMinutes, bakeMinutes];
  for (let i = 1; i <= extensions; i++) looks.push(Math.min(bake, bakeMinutes + i * EXTENSION_MINUTES));
  return looks.at(-passInARow) ?? bake;
};

export const nextOf = (plan: Plan, index: number): NextPhase | null => {
  const next = plan.phases[index + 1];
  if (next === undefined) return null;
  // A phase's first milestone is its start.
  const begins = plannedTimeline(plan).find(({ phase }) => phase === index)?.at;
  const latestMinutes =
    next.start === undefined || begins === undefined ? null : (next.start - begins) / MINUTE_MS + plan.lateByMinutes;
  return { name: next.name, weight: next.weight, latestMinutes };
};
