/** A whole programme of rollouts as one schedule. */
import type { Plan } from '../plan/plan.ts';
import { type ProgrammeItem, planProgramme } from '../plan/programme.ts';
import { instant } from '../rollout/explain.ts';
import { markdownTable, section } from './markdown.ts';
import { scheduleMarkdown } from './schedule.ts';
import { formatWeight, groupName } from './wording.ts';

export type ProgrammeSchedule =
  | { readonly ok: true; readonly markdown: string }
  | { readonly ok: false; readonly problems: readonly string[] };

/** All plans as one page: who follows whom, every instant of all of them in order, then each by itself. Cycles and two owners of a rule are refused. */
export const programmeMarkdown = (plans: readonly Plan[]): ProgrammeSchedule => {
  const programme = planProgramme(plans);
  if (!programme.ok) return programme;
  const { items } = programme;
  const pages = items.map(({ plan, milestones }) =>
    scheduleMarkdown(plan, milestones).replaceAll(/^#/gm, '##').trimEnd(),
  );
  const blocks = [
    '# Schedule of the programme',
    section('Rollouts', rolloutTable(items)),
    section('Times of all rollouts', timeTable(items)),
    ...pages,
  ];
  return { ok: true, markdown: `${blocks.join('\n\n')}\n` };
};

const rolloutTable = (items: readonly ProgrammeItem[]): string =>
  markdownTable(
    ['rollout', 'release', 'from', 'to', 'begins', 'finishes', 'after'],
    items.map(({ plan, begins, ends, late }) => [
      plan.rollout,
      plan.release,
      groupName(plan.traffic.baseline),
      groupName(plan.traffic.candidate),
      `${instant(begins)}${late ? ' (later than its own start allows: an operator must confirm it)' : ''}`,
      instant(ends),
      plan.after.join(', '),
    ]),
  );

const timeTable = (items: readonly ProgrammeItem[]): string => {
  const all = items
    .flatMap(({ plan, milestones }) =>
      milestones.filter(({ kind }) => kind !== 'reminder').map((milestone) => ({ plan, milestone })),
    )
    .toSorted((a, b) => a.milestone.at - b.milestone.at);
  return markdownTable(
    ['UTC', 'rollout', 'share of requests', 'what'],
    all.map(({ plan, milestone }) => [
      instant(milestone.at),
      plan.rollout,
      formatWeight(plan.phases[milestone.phase]?.weight ?? 0),
      milestone.label,
    ]),
  );
};
