import type { Plan } from '../lib/plan/plan.ts';
import { type Entry, isSameDecision } from '../lib/rollout/entry.ts';
import { explain } from '../lib/rollout/explain.ts';

export interface KeptJournal {
  readonly name: string;
  readonly story: string;
  readonly lines: readonly string[];
}

/** Every decision of the kept journals, so that a change of behaviour can be read in a diff. Waits that only go on are left out. */
export const decisionsMarkdown = (journals: readonly KeptJournal[]): string =>
  [
    '# What the kept journals decide',
    '',
    'Written by `npm run corpus`, beside the journals. Waits that only go on are left out.',
    ...journals.flatMap(({ name, story, lines }) => [
      '',
      `## ${name}`,
      '',
      story,
      '',
      '```',
      ...decisionLines(lines),
      '```',
    ]),
    '',
  ].join('\n');

const decisionLines = (lines: readonly string[]): readonly string[] => {
  const entries: readonly Entry[] = lines.map((line) => JSON.parse(line));
  const plan = entries[0]?.plan?.parsed;
  return entries
    .filter(({ decision }, index) => {
      const before = entries[index - 1];
      return before === undefined || !isSameDecision(before.decision, decision);
    })
    .map((entry) => decisionLine(entry, plan));
};

const decisionLine = ({ at, cause, decision, state }: Entry, plan: Plan | undefined): string =>
  [
    at.slice(11, 16),
    plan?.phases[state.phase]?.name ?? 'scheduled',
    `${state.weight} %`,
    ...(cause.by === 'schedule' ? [] : [`(${cause.by})`]),
    decision.decision,
    decision.reason.code,
    explain(decision.reason),
  ].join('  ');
