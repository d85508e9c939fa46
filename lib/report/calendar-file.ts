/** The schedule as an iCalendar file (RFC 5545), for everybody's calendar. */
import ical, { type ICalEventData } from 'ical-generator';
import { MINUTE_MS } from '../plan/duration.ts';
import type { Plan } from '../plan/plan.ts';
import { isWeekly, type Milestone, plannedTimeline } from '../plan/timeline.ts';

const DAY_MS = 86_400_000;

/** How long an entry is shown in a calendar; the instants themselves have no length. */
const SHOWN_MINUTES = 15;

/**
 * Phase starts, the checkpoints of each phase's first day, weekly business reviews, gates, sign-off deadlines and the finish, in UTC. The same plans make the
 * same file, byte for byte: identifiers come from what happens, stamps from the plan's start. `milestonesOf`: as planned, unless a programme moved them.
 */
export const calendarFile = (
  plans: readonly Plan[],
  milestonesOf: (plan: Plan) => readonly Milestone[] = plannedTimeline,
): string => {
  const calendar = ical({
    prodId: { company: 'Sluice', product: 'Rollout schedule' },
    name: `Rollouts: ${plans.map(({ rollout }) => rollout).join(' ')}`,
    events: plans.flatMap((plan) => eventsOf(plan, milestonesOf(plan))),
  });
  // The library leaves out the last line's end.
  return `${calendar.toString().trimEnd()}\r\n`;
};

const eventsOf = (plan: Plan, milestones: readonly Milestone[]): readonly ICalEventData[] =>
  milestones.filter((milestone) => isShown(milestone, milestones)).map((milestone) => eventOf(plan, milestone));

/** In a plan with checkpoints of an hour and a week the whole weeks are shown, too. */
const isShown = ({ kind, phase, at }: Milestone, milestones: readonly Milestone[]): boolean => {
  if (kind === 'reminder') return false;
  if (kind !== 'checkpoint') return true;
  const start = milestones.find((other) => other.kind === 'start' && other.phase === phase)?.at ?? at;
  return at - start <= DAY_MS || isWeekly((at - start) / MINUTE_MS);
};

const eventOf = (plan: Plan, { kind, phase, at, label }: Milestone): ICalEventData => ({
  id: `${plan.rollout}-${phase}-${kind}-${at / MINUTE_MS}@sluice`,
  stamp: new Date(plan.start),
  start: new Date(at),
  end: new Date(at + SHOWN_MINUTES * MINUTE_MS),
  summary: kind === 'finish' ? label : `${plan.rollout}: ${label}`,
  description: `Release ${plan.release}. ${NOTES[kind]}`,
});

const NOTES: Readonly<Record<Milestone['kind'], string>> = {
  start:
    'The weight rises now at the earliest: when the gate before passed, the sign-offs are given and nothing holds.',
  checkpoint: 'The state of all criteria is announced about 4 minutes later.',
  gate: 'Judged about 4 minutes later; extended while a criterion is not decided.',
  reminder: 'Sign-offs are missing.',
  expiry: 'Without all sign-offs the rollout is held.',
  finish: 'As planned.',
};
