/** The human schedule of a rollout: when what happens, to how much of the traffic, who is needed, and what Sluice does by itself. */
import { formatDuration } from '../plan/duration.ts';
import type { Phase, Plan } from '../plan/plan.ts';
import { type Milestone, plannedTimeline } from '../plan/timeline.ts';
import { instant } from '../rollout/explain.ts';
import { bulletList, escapeMarkdown, markdownTable, section } from './markdown.ts';
import { automaticActs, guardTable } from './schedule-acts.ts';
import { peopleActs } from './schedule-people.ts';
import { audienceNote, describeLimit, describePhase, formatWeight, groupName, meets } from './wording.ts';
import { localTime } from './zone-time.ts';

/** `milestones`: as planned, unless a programme moved them. */
export const scheduleMarkdown = (plan: Plan, milestones: readonly Milestone[] = plannedTimeline(plan)): string =>
  `${[
    `# Schedule of rollout ${escapeMarkdown(plan.rollout)}`,
    escapeMarkdown(
      `Release ${plan.release}, from target group ${groupName(plan.traffic.baseline)} to ${groupName(plan.traffic.candidate)}. As planned: every gate passes at the end of its bake and every sign-off comes in time; what is not proven by then takes longer.`,
    ),
    section('Phases', phaseTable(plan, milestones), escapeMarkdown(audienceNote(plan, plan.phases[0]?.weight ?? 0))),
    section('Times', timeTable(plan, milestones), bulletList(calendarNotes(plan))),
    section('What must be true to go on', criteriaTable(plan)),
    section('What Sluice does by itself', guardTable(plan), bulletList(automaticActs(plan))),
    section('What people must do', ...peopleActs(plan, milestones)),
  ].join('\n\n')}\n`;

const phaseTable = (plan: Plan, milestones: readonly Milestone[]): string =>
  markdownTable(
    ['phase', 'begins', 'share of requests', 'met with 10 / 100 requests', 'bake', 'at most', 'checkpoints', 'gate'],
    plan.phases.map((phase, index) => [
      phase.name,
      timeOf(plan, milestones, index, 'start'),
      formatWeight(phase.weight),
      `${meets(phase.weight, 10)} / ${meets(phase.weight, 100)}`,
      formatDuration(phase.bakeMinutes),
      formatDuration(Math.max(phase.bakeMinutes, phase.extendUpToMinutes)),
      phase.daily ? 'daily' : phase.checkpointMinutes.map(formatDuration).join(', ') || 'none',
      timeOf(plan, milestones, index, 'gate'),
    ]),
  );

const timeOf = (plan: Plan, milestones: readonly Milestone[], phase: number, kind: Milestone['kind']): string => {
  const found = milestones.find((milestone) => milestone.phase === phase && milestone.kind === kind);
  return found === undefined ? '' : bothTimes(plan, found.at);
};

/** UTC, and the plan's own zone where that is another. */
const bothTimes = (plan: Plan, at: number): string =>
  plan.zone === 'UTC' ? instant(at) : `${instant(at)} (${localTime(plan.zone, at)})`;

export const milestoneText = ({ kind, label }: Pick<Milestone, 'kind' | 'label'>): string =>
  kind === 'reminder' || kind === 'expiry' ? `${label} (only where a sign-off has not come)` : label;

const timeTable = (plan: Plan, milestones: readonly Milestone[]): string => {
  const isLocal = plan.zone !== 'UTC';
  const headers = ['UTC', ...(isLocal ? [plan.zone] : []), 'share of requests', 'what'];
  return markdownTable(
    headers,
    milestones.map(({ at, phase, kind, label }) => [
      instant(at),
      ...(isLocal ? [localTime(plan.zone, at)] : []),
      formatWeight(plan.phases[phase]?.weight ?? 0),
      milestoneText({ kind, label }),
    ]),
  );
};

/** Sentences: what the calendar allows, and what it waits for. */
export const calendarNotes = ({
  after,
  windows,
  freezes,
  lateByMinutes,
  startWithinMinutes,
}: Plan): readonly string[] => [
  'Checkpoints and gates are judged about 4 minutes later, when the rows of their minute are settled.',
  `A start more than ${formatDuration(startWithinMinutes)} late, or a phase more than ${formatDuration(lateByMinutes)} late, waits for an operator.`,
  ...(after.length > 0 ? [`Begins only after ${after.join(', ')} finished.`] : []),
  ...windows.map((window) => `The weight may rise ${describeWindow(window)}.`),
  ...freezes.map(
    ({ from, to, reason }) => `The weight does not rise from ${instant(from)} to ${instant(to)}: ${reason}.`,
  ),
];

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const describeWindow = ({ days, fromMinute, toMinute, zone }: Plan['windows'][number]): string =>
  `on ${days.map((day) => WEEKDAYS[day - 1] ?? day).join(', ')}, ${clock(fromMinute)} to ${clock(toMinute)} (${zone})`;

const clock = (minute: number): string => {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  const day = hours > 24 || (hours === 24 && minutes > 0) ? ' the next day' : '';
  return `${String(day === '' ? hours : hours - 24).padStart(2, '0')}:${String(minutes).padStart(2, '0')}${day}`;
};

const criteriaTable = (plan: Plan): string =>
  markdownTable(
    ['phase', 'criterion', 'limit', 'prove or not-against'],
    plan.phases.flatMap((phase) => [...criterionRows(phase), ...conditionRows(phase)]),
  );

const criterionRows = (phase: Phase): readonly (readonly string[])[] =>
  phase.advance.map((criterion) => [
    describePhase(phase),
    criterion.text,
    describeLimit(criterion),
    criterion.not ? 'no evidence against' : 'prove',
  ]);

const conditionRows = (phase: Phase): readonly (readonly string[])[] => {
  const { passInARow, advance } = phase;
  return [
    ...(passInARow > 0 ? [[describePhase(phase), `the last ${passInARow} checkpoints all passed`]] : []),
    ...(advance.length === 0 ? [[describePhase(phase), 'the sign-offs alone']] : []),
  ];
};
