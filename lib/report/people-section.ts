/** Who said what: sign-offs, checklists and commands. */
import type { Phase, Plan } from '../plan/plan.ts';
import { instant } from '../rollout/explain.ts';
import { isEnded } from '../rollout/situation.ts';
import { type Section, section, table } from './blocks.ts';
import type { Ledger, Newest } from './ledger.ts';
import type { Word } from './people-log.ts';
import { ANSWER_WORDS, KIND_WORDS, type SignOffLine, type Spoken, signOffTable } from './sign-off-table.ts';
import { instantOr, shortActor } from './wording.ts';

export const signOffSection = (ledger: Ledger): Section => {
  const { plan, newest, visits } = ledger;
  const lines = [
    ...visits.flatMap((_, index) => signOffLines(ledger, index)),
    ...(newest === null || isEnded(newest.state) || newest.state.status === 'rollingBack' ? [] : toCome(plan, newest)),
  ];
  const words =
    lines.length === 0
      ? 'No phase that was entered asks for a sign-off.'
      : table(
          'Sign-offs by phase and role',
          ['phase', 'role', 'kind', 'answer', 'by', 'when', 'why', 'note'],
          lines.flatMap((line) => [...line.earlier.map((word) => earlierRow(line, word)), lineRow(line)]),
        );
  return section('Sign-offs', words, separation(ledger));
};

/** Of one visit to a phase. */
export const signOffLines = ({ plan, people, visits, newest }: Ledger, index: number): readonly SignOffLine[] => {
  const visit = visits[index];
  if (visit === undefined || newest === null) return [];
  const words = people.words.filter((word) => word.visit === index);
  const isExpired = visit.leftAt === null && newest.state.holds.some(({ code }) => code === 'SIGN_OFF_EXPIRED');
  const { phase, askedAt, leftAt } = visit;
  return signOffTable(
    plan,
    { phase, words: words.flatMap(spokenOf), askedAt, isExpired, isOver: leftAt !== null },
    newest.at,
  );
};

const spokenOf = ({ role, answer, actor, at, why, takenBackAt }: Word): readonly Spoken[] =>
  answer === 'expired' ? [] : [{ role, answer, actor, at, why, takenBackAt }];

/** Leads see what they will be asked. */
const toCome = (plan: Plan, { at, state }: Newest): readonly SignOffLine[] =>
  plan.phases.flatMap((_, phase) =>
    phase > state.phase
      ? signOffTable(plan, { phase, words: [], askedAt: null, isExpired: false, isOver: false }, at)
      : [],
  );

const lineRow = ({ phase, role, kind, answer, by, at, why, note }: SignOffLine): readonly string[] => [
  phase,
  role,
  KIND_WORDS[kind],
  ANSWER_WORDS[answer],
  by,
  instantOr(at, ''),
  why,
  note,
];

const earlierRow = ({ phase, role, kind }: SignOffLine, { answer, actor, at, why = '', takenBackAt }: Spoken) => {
  const after =
    typeof takenBackAt === 'number' ? `taken back by a proven fail at ${instant(takenBackAt)}` : 'said otherwise later';
  return [phase, role, KIND_WORDS[kind], `earlier: ${answer}`, actor, instant(at), why, after];
};

const separation = ({ plan, newest }: Ledger): string => {
  if (!plan.separationOfDuty || newest === null) return '';
  const { starter = null } = newest.state;
  const who = starter === null ? 'a deployment, so it takes two people' : shortActor(starter);
  return `Duties are separated: whoever started the rollout gives no GO alone. It was started by ${who}.`;
};

export const checklistSection = (ledger: Ledger): Section | undefined => {
  const rows = ledger.plan.phases.flatMap((phase) => checklistRows(ledger, phase).map((row) => [phase.name, ...row]));
  return rows.length === 0
    ? undefined
    : section('Checklist', table('What operators tick', ['phase', 'item', 'kind', 'state'], rows));
};

/** Item, kind and state. */
export const checklistRows = (
  { people, newest }: Ledger,
  { name, checklist }: Phase,
): readonly (readonly [string, string, string])[] =>
  checklist.map(({ item, required }) => {
    const key = `${name}/${item}`;
    const tick = people.ticks.find((each) => each.key === key);
    const ticked = tick === undefined ? 'ticked' : `ticked by ${tick.actor}, ${instant(tick.at)}`;
    const isTicked = newest?.state.ticked.includes(key) === true;
    return [item, required ? 'required before the phase' : 'a reminder', isTicked ? ticked : 'not ticked'];
  });

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
