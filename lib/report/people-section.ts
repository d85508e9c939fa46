/** Who said what: sign-offs, checklists and commands. */
import type { Phase } from '../plan/plan.ts';
import { instant } from '../rollout/explain.ts';
import { type Section, section, table } from './blocks.ts';
import type { Ledger } from './ledger.ts';
import type { Word } from './people-log.ts';
import type { Visit } from './visits.ts';

export const signOffSection = (ledger: Ledger): Section => {
  const rows = ledger.visits.flatMap((visit, index) => visitRows(ledger, visit, index));
  return section(
    'Sign-offs',
    rows.length === 0
      ? 'No phase that was entered asks for a sign-off.'
      : table('Sign-offs by phase and role', ['phase', 'role', 'kind', 'answer', 'by', 'when', 'why'], rows),
  );
};

const visitRows = ({ plan, people }: Ledger, visit: Visit, index: number): readonly (readonly string[])[] => {
  const phase = plan.phases[visit.phase];
  if (phase === undefined) return [];
  return [...new Set([...phase.signOff.roles, ...phase.signOff.auto])].flatMap((role) => {
    const words = people.words.filter((word) => word.visit === index && word.role === role);
    const head = [phase.name, role, kindOf(phase, role)];
    return words.length === 0
      ? [[...head, visit.leftAt === null ? 'not given yet' : 'not given']]
      : words.map((word) => [...head, ...wordCells(word)]);
  });
};

const kindOf = ({ signOff }: Phase, role: string): string =>
  signOff.roles.includes(role) ? 'GO needed' : 'GO by itself when all criteria pass';

const wordCells = ({ answer, actor, at, why, takenBackAt }: Word): readonly string[] => [
  takenBackAt === null ? answer : `${answer}, taken back by a proven fail at ${instant(takenBackAt)}`,
  actor,
  instant(at),
  why,
];

export const checklistSection = ({ plan, people, newest }: Ledger): Section | undefined => {
  const rows = plan.phases.flatMap((phase) =>
    phase.checklist.map(({ item, required }) => {
      const isTicked = newest?.state.ticked.includes(`${phase.name}/${item}`) === true;
      const by = people.commands.find(({ command, why }) => command === 'checkOff' && why === item);
      const ticked = by === undefined ? 'ticked' : `ticked by ${by.actor}, ${instant(by.at)}`;
      return [
        phase.name,
        item,
        required ? 'required before the phase' : 'a reminder',
        isTicked ? ticked : 'not ticked',
      ];
    }),
  );
  return rows.length === 0
    ? undefined
    : section('Checklist', table('What operators tick', ['phase', 'item', 'kind', 'state'], rows));
};

export const commandSection = ({ plan, people }: Ledger): Section => {
  const { told, commands } = people;
  const notices = `Notices sent: ${told.everyone} to everyone, ${told.leads} to the leads, ${told.onCall} to the people on call.`;
  const rows = commands.map(({ at, phase, command, actor, why, sentence }) => [
    instant(at),
    plan.phases[phase]?.name ?? 'scheduled',
    command,
    actor,
    why,
    sentence,
  ]);
  return section(
    'Commands',
    rows.length === 0
      ? 'Nobody gave a command.'
      : table('Commands in order', ['time', 'phase', 'command', 'by', 'why', 'what it led to'], rows),
    notices,
  );
};
