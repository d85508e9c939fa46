/** The people of one phase: who was on call, who ticked and signed what, and where it went from there. */
import type { Phase } from '../plan/plan.ts';
import { onCallLine } from '../rollout/people-words.ts';
import type { Ledger } from './ledger.ts';
import { checklistRows, signOffLines } from './people-section.ts';
import { ANSWER_WORDS, type SignOffLine } from './sign-off-table.ts';
import type { Visit } from './visits.ts';
import { describePhase, instantOr, shortActor } from './wording.ts';

export const phasePeople = (ledger: Ledger, phase: Phase, visit: Visit): readonly string[] => {
  const index = ledger.visits.indexOf(visit);
  const ticks = checklistRows(ledger, phase).map(([item, kind, state]) =>
    state === 'not ticked' ? `${item} not ticked (${kind})` : `${item} ${state}`,
  );
  const signOffs = signOffLines(ledger, index).map(signOffText);
  return [
    onCallLine(ledger.plan),
    ...(ticks.length === 0 ? [] : [`Checklist: ${ticks.join('; ')}.`]),
    ...(signOffs.length === 0 ? [] : [`Sign-offs: ${signOffs.join('; ')}.`]),
    wentOn(ledger, visit, index),
  ];
};

const signOffText = ({ role, answer, by, at, why, note }: SignOffLine): string => {
  const who = by === '' ? '' : ` by ${by === 'auto' ? 'itself' : shortActor(by)}, ${instantOr(at, '')}`;
  const words = why === '' || by === 'auto' ? '' : ` (${why})`;
  return `${role} ${ANSWER_WORDS[answer]}${who}${words}${note === '' ? '' : `, ${note}`}`;
};

const wentOn = ({ plan, visits, newest }: Ledger, visit: Visit, index: number): string => {
  const after = visits[index + 1];
  const then = after === undefined ? undefined : plan.phases[after.phase];
  if (after !== undefined && then !== undefined)
    return `Then: ${describePhase(then)}, ${instantOr(after.enteredAt, '')}.`;
  const next = plan.phases[visit.phase + 1];
  if (visit.leftAt !== null) return `Then: ${newest?.state.status ?? 'the end'}, ${instantOr(visit.leftAt, '')}.`;
  if (next === undefined) return 'Next: the rollout finishes when the gate has passed.';
  return `Next: ${describePhase(next)}${next.start === undefined ? '' : `, not before ${instantOr(next.start, '')}`}.`;
};
