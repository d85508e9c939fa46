/** What a schedule asks of people: sign-offs, checklists, and who is on call. */
import type { Plan } from '../plan/plan.ts';
import { slackChannelsOf } from '../plan/slack-channels.ts';
import type { Milestone } from '../plan/timeline.ts';
import { instant } from '../rollout/explain.ts';
import { onCallLine } from '../rollout/people-words.ts';
import { bulletList, markdownTable } from './markdown.ts';
import { channelsText, describePhase } from './wording.ts';

export const peopleActs = (plan: Plan, milestones: readonly Milestone[]): readonly string[] => [
  signOffTable(plan, milestones),
  checklistTable(plan),
  bulletList(onCallLines(plan)),
];

const signOffTable = (plan: Plan, milestones: readonly Milestone[]): string => {
  const rows = signOffRows(plan, milestones);
  return rows.length === 0
    ? 'No sign-offs are needed.'
    : markdownTable(['phase', 'roles', 'sign-off', 'asked', 'reminders', 'expires'], rows);
};

/** Phase, roles, what is asked, and when: at the gate, reminders, expiry. */
export const signOffRows = (plan: Plan, milestones: readonly Milestone[]): readonly (readonly string[])[] =>
  plan.phases.flatMap((phase, index) => {
    const timeOf = (kind: Milestone['kind']): string =>
      milestones
        .filter((milestone) => milestone.phase === index && milestone.kind === kind)
        .map(({ at }) => instant(at))
        .join(', ');
    const { roles, auto } = phase.signOff;
    const needed =
      roles.length === 0
        ? []
        : [
            [
              describePhase(phase),
              roles.join(', '),
              'GO from each',
              timeOf('gate'),
              timeOf('reminder'),
              timeOf('expiry'),
            ],
          ];
    const byItself =
      auto.length === 0
        ? []
        : [
            [
              describePhase(phase),
              auto.join(', '),
              'GO by itself when all criteria pass; NO-GO holds',
              timeOf('gate'),
              '',
              '',
            ],
          ];
    return [...needed, ...byItself];
  });

const checklistTable = (plan: Plan): string => {
  const rows = checklistRows(plan);
  return rows.length === 0 ? '' : markdownTable(['phase', 'operators tick', 'kind'], rows);
};

/** Phase, item, and whether it is required. */
export const checklistRows = (plan: Plan): readonly (readonly string[])[] =>
  plan.phases.flatMap((phase) =>
    phase.checklist.map(({ item, required }) => [
      phase.name,
      item,
      required ? 'required before the phase begins' : 'a reminder',
    ]),
  );

/** Sentences: who is called, who reads along, who may do what. */
export const onCallLines = (plan: Plan): readonly string[] => {
  const { incidents } = plan;
  const channels = slackChannelsOf(plan);
  return [
    onCallLine(plan),
    ...(plan.separationOfDuty ? [SEPARATED] : []),
    ...reviewLines(plan),
    ...(channels === undefined ? [] : [`Everybody can read along in ${channelsText(channels)}.`]),
    ...(incidents.alarms.length === 0
      ? []
      : [`Alarms that count as an open incident: ${incidents.alarms.join(', ')}.`]),
    'Leads may sign off for their role, hold, roll back and open an incident; operators may also start, resume, advance, close, and close incidents.',
  ];
};

const SEPARATED =
  'Duties are separated: whoever starts the rollout gives no GO alone. A gate that asks people needs one from somebody else; started by a deployment, it needs two people.';

const reviewLines = ({ phases, leads }: Plan): readonly string[] =>
  phases
    .filter(({ daily }) => daily)
    .map(
      ({ name }) =>
        `In ${name} everyone gets a health check every day, and ${Object.keys(leads).length > 0 ? 'the leads' : 'everyone'} a business review with every seventh.`,
    );
