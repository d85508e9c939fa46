/** The schedule as it is posted when a rollout is registered. Pure. */
import { formatDuration } from '../plan/duration.ts';
import type { Phase, Plan } from '../plan/plan.ts';
import { type Milestone, plannedTimeline } from '../plan/timeline.ts';
import { calendarNotes, milestoneText } from '../report/schedule.ts';
import { automaticActs } from '../report/schedule-acts.ts';
import { checklistRows, onCallLines, signOffRows } from '../report/schedule-people.ts';
import { audienceNote, describePhase, groupName } from '../report/wording.ts';
import { header, type Message, section } from './blocks.ts';
import { bold, dateOf, escaped, type Mrkdwn } from './mrkdwn.ts';

export const scheduleMessage = (plan: Plan): Message => {
  const milestones = plannedTimeline(plan);
  const title = `Schedule of ${plan.rollout}`;
  const { baseline, candidate } = plan.traffic;
  const shipped = `Release ${plan.release}, from ${groupName(baseline)} to ${groupName(candidate)}. As planned: every gate passes at the end of its bake and every sign-off comes in time.`;
  return {
    text: escaped(`${title}. ${shipped}`),
    blocks: [
      header(title),
      ...section('', [escaped(shipped), escaped(audienceNote(plan, plan.phases[0]?.weight ?? 0))]),
      ...section(
        'Phases',
        plan.phases.map((phase, index) => phaseLine(phase, index, milestones)),
      ),
      ...section('Times', milestones.map(timeLine), TIMES_AT_MOST),
      ...section('Calendar', calendarNotes(plan).map(bullet)),
      ...section(
        'Sign-offs',
        signOffRows(plan, milestones).map(([phase = '', roles = '', asked = '']) =>
          bullet(`${phase}: ${roles}: ${asked}`),
        ),
      ),
      ...section(
        'Checklists',
        checklistRows(plan).map((cells) => bullet(cells.join(': '))),
      ),
      ...section('People', onCallLines(plan).map(bullet)),
      ...section('What Sluice does by itself', [
        ...plan.guards.map(({ text }) => bullet(`Guard ${text}: rolls back`)),
        ...automaticActs(plan).map(bullet),
      ]),
    ],
  };
};

/** A daily checkpoint over a month has some thirty lines. */
const TIMES_AT_MOST = 4;

const bullet = (words: string): Mrkdwn => `• ${escaped(words)}`;

const phaseLine = (phase: Phase, index: number, milestones: readonly Milestone[]): Mrkdwn => {
  const timeOf = (kind: Milestone['kind']): Mrkdwn => {
    const found = milestones.find((milestone) => milestone.phase === index && milestone.kind === kind);
    return found === undefined ? '' : dateOf(found.at);
  };
  const criteria = phase.advance.map(({ text }) => text).join(', ');
  const wanted = criteria === '' ? 'the sign-offs alone' : criteria;
  return `• ${bold(describePhase(phase))}: begins ${timeOf('start')}, bakes ${formatDuration(phase.bakeMinutes)}, gate ${timeOf('gate')}. Goes on with ${escaped(wanted)}`;
};

const timeLine = (milestone: Milestone): Mrkdwn => `• ${dateOf(milestone.at)} ${escaped(milestoneText(milestone))}`;
