import { nextRise } from './calendar.ts';
import { DAY_MINUTES, formatDuration, MINUTE_MS } from './duration.ts';
import type { Instant, Phase, Plan } from './plan.ts';

/** After so many minutes the row of a minute is usually settled: a checkpoint due at 14:00 is judged at 14:04. */
const SETTLE_MINUTES = 4;

export interface Milestone {
  readonly kind: 'start' | 'checkpoint' | 'gate' | 'reminder' | 'expiry' | 'finish';
  /** Index into `plan.phases`. */
  readonly phase: number;
  readonly at: Instant;
  /** For people: "ramp: checkpoint after 30m". */
  readonly label: string;
}

/** Where a rollout stands; instants of things that have not happened are null. */
export interface Position {
  /** Index of the present phase; −1 before the first. */
  readonly phase: number;
  readonly bakeStartedAt: Instant | null;
  readonly bakedMinutes: number;
  readonly targetMinutes: number;
  readonly gatePassedAt: Instant | null;
  readonly askedAt: Instant | null;
  readonly now: Instant;
}

/**
 * The schedule as planned: every gate passes at the end of its bake, every sign-off comes in time, and a phase begins at the later of
 * its own start and its predecessor's gate with `advanceAfter`, or when the next window opens. In order of time. Reminders and
 * expiries tell what happens where a sign-off does not come. `notBefore` moves the beginning, for rollouts that wait for others.
 */
export function plannedTimeline(plan: Plan, notBefore: Instant = plan.start): readonly Milestone[] {
  const milestones: Milestone[] = [];
  let from = Math.max(plan.start, notBefore);
  let ends = from;
  for (const [index, phase] of plan.phases.entries()) {
    const begins = beginOf(plan, index, from);
    const gate = begins + phase.bakeMinutes * MINUTE_MS;
    milestones.push({ kind: 'start', phase: index, at: begins, label: startLabel(phase) });
    milestones.push(...bakeMilestones(phase, index, phase.bakeMinutes, (minutes) => begins + minutes * MINUTE_MS));
    if (phase.signOff.roles.length > 0) milestones.push(...signOffMilestones(plan, phase, index, gate));
    ends = gate;
    from = gate + phase.advanceAfterMinutes * MINUTE_MS;
  }
  const home = plan.mode === 'aa' ? ', and all traffic goes back to the baseline' : '';
  milestones.push({
    kind: 'finish',
    phase: plan.phases.length - 1,
    at: ends,
    label: `${plan.rollout} finishes${home}`,
  });
  return inOrder(milestones);
}

/**
 * What is still to come of the present phase, up to the beginning of the next: the instants at which to look. Checkpoints and gates lie
 * where their rows are settled. After a hold, or minutes without traffic, the bake clock is behind: then they lie as much later,
 * in steps of ten minutes, so that the list does not change with every row.
 */
export function comingInstants(plan: Plan, position: Position): readonly Milestone[] {
  const { phase: index, gatePassedAt, now } = position;
  const phase = plan.phases[index];
  const milestones = phase === undefined ? [] : [...comingOfPhase(plan, phase, position)];
  const next = plan.phases[index + 1];
  if (next !== undefined && (index < 0 || gatePassedAt !== null)) {
    const from = Math.max(now, (gatePassedAt ?? now) + (phase?.advanceAfterMinutes ?? 0) * MINUTE_MS);
    milestones.push({ kind: 'start', phase: index + 1, at: beginOf(plan, index + 1, from), label: startLabel(next) });
  } else if (next?.start !== undefined) {
    milestones.push({ kind: 'start', phase: index + 1, at: next.start, label: startLabel(next) });
  }
  return inOrder(milestones.filter(({ at }) => at >= now));
}

/**
 * When the last gate is over if that of the present phase passes at `gate` and everything after it goes as planned: sign-offs in time, every
 * later gate at the end of its bake.
 */
export function expectedFinish(plan: Plan, phase: number, gate: Instant, now: Instant): Instant {
  let ends = gate;
  for (const [index, { bakeMinutes }] of plan.phases.entries()) {
    if (index <= phase) continue;
    const pause = (plan.phases[index - 1]?.advanceAfterMinutes ?? 0) * MINUTE_MS;
    const begins = beginOf(plan, index, Math.max(now, ends + pause));
    ends = begins + bakeMinutes * MINUTE_MS;
  }
  return ends;
}

/** When sign-offs asked at `askedAt` expire: `signOffWithin` after the later of the asking and the next start, moved into a window. */
export const expiryOf = (plan: Plan, phase: number, askedAt: Instant): Instant =>
  signOffsCountFrom(plan, phase, askedAt) + plan.signOffWithinMinutes * MINUTE_MS;

/** When leads are reminded of them: at ½ and at ¾ of that time. */
export function remindersOf(plan: Plan, phase: number, askedAt: Instant): readonly [Instant, Instant] {
  const from = signOffsCountFrom(plan, phase, askedAt);
  return [from + (plan.signOffWithinMinutes * MINUTE_MS) / 2, from + (plan.signOffWithinMinutes * MINUTE_MS * 3) / 4];
}

/** Minutes with traffic on both groups, as planned: what the regression watch spreads its stakes over. */
export function plannedMinutesBelow100(plan: Plan): number {
  const ends = plannedTimeline(plan).filter(
    ({ kind, phase }) => kind === 'finish' || plan.phases[phase]?.weight === 100,
  );
  const begins = beginOf(plan, 0, plan.start);
  return Math.round((Math.min(...ends.map(({ at }) => at)) - begins) / MINUTE_MS);
}

const signOffsCountFrom = (plan: Plan, phase: number, askedAt: Instant): Instant => beginOf(plan, phase + 1, askedAt);

/**
 * The earliest instant from `from` on at which the calendar lets a phase begin; `from` itself behind the last one. 100 to 100 is no rise
 * and needs no window.
 */
function beginOf(plan: Plan, index: number, from: Instant): Instant {
  const phase = plan.phases[index];
  const earliest = Math.max(from, phase?.start ?? from);
  const before = plan.phases[index - 1]?.weight ?? 0;
  return phase !== undefined && phase.weight > before ? nextRise(plan, earliest).at : earliest;
}

/** Of the present phase: its bake until the gate passed, and then the sign-offs that it asks for. */
function* comingOfPhase(plan: Plan, phase: Phase, position: Position): Generator<Milestone> {
  const { phase: index, bakeStartedAt, gatePassedAt, askedAt, targetMinutes } = position;
  if (gatePassedAt === null && bakeStartedAt !== null) {
    const zero = bakeStartedAt + (SETTLE_MINUTES + minutesBehind(bakeStartedAt, position)) * MINUTE_MS;
    yield* bakeMilestones(phase, index, targetMinutes, (minutes) => zero + minutes * MINUTE_MS);
  }
  if (askedAt !== null && phase.signOff.roles.length + phase.signOff.auto.length > 0) {
    yield* signOffMilestones(plan, phase, index, askedAt);
  }
}

function bakeMilestones(
  phase: Phase,
  index: number,
  targetMinutes: number,
  when: (minutes: number) => Instant,
): readonly Milestone[] {
  const checkpoints = phase.checkpointMinutes.map((minutes): Milestone => {
    const label = `${phase.name}: ${lookLabel(phase, minutes)} after ${formatDuration(minutes)}`;
    return { kind: 'checkpoint', phase: index, at: when(minutes), label };
  });
  const label = `${phase.name}: gate after ${formatDuration(targetMinutes)}`;
  return [...checkpoints, { kind: 'gate', phase: index, at: when(targetMinutes), label }];
}

/** Every seventh daily checkpoint also closes a week. */
const lookLabel = ({ daily }: Phase, minutes: number): string => {
  if (!daily) return 'checkpoint';
  return isWeekly(minutes) ? 'daily health check and weekly business review' : 'daily health check';
};

/** Of a daily checkpoint, by its minutes since the bake began. */
export const isWeekly = (minutes: number): boolean => minutes % (7 * DAY_MINUTES) === 0;

function signOffMilestones(plan: Plan, { name }: Phase, index: number, askedAt: Instant): readonly Milestone[] {
  const reminders = remindersOf(plan, index, askedAt).map(
    (at): Milestone => ({ kind: 'reminder', phase: index, at, label: `${name}: reminder of missing sign-offs` }),
  );
  return [
    ...reminders,
    { kind: 'expiry', phase: index, at: expiryOf(plan, index, askedAt), label: `${name}: missing sign-offs expire` },
  ];
}

const startLabel = (phase: Phase): string => `${phase.name} begins at ${phase.weight} %`;

/** How far the bake clock is behind the clock on the wall, beyond the minutes that rows take to settle. */
function minutesBehind(bakeStartedAt: Instant, { bakedMinutes, now }: Position): number {
  const behind = (now - bakeStartedAt) / MINUTE_MS - bakedMinutes - SETTLE_MINUTES;
  return behind <= 5 ? 0 : Math.ceil(behind / 10) * 10;
}

/** By time; at the same instant in the order in which they were named. */
const inOrder = (milestones: readonly Milestone[]): readonly Milestone[] => milestones.toSorted((a, b) => a.at - b.at);
