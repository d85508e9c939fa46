import { instant } from '../rollout/explain.ts';
import type { Io } from './io.ts';
import type { DecisionSaid, Difference, NumberDifference, Place, Replayed } from './replaying.ts';
import { type Cells, formatTable } from './table.ts';
import type { WholeChain } from './verify-journal.ts';

/** A summary, then one line for each difference: on a terminal the two decisions below each other, in a pipe side by side. */
export const replayText = (
  path: string,
  { rollout }: WholeChain,
  replayed: Replayed,
  { outIsTerminal }: Pick<Io, 'outIsTerminal'>,
): string => {
  const { release, entries, firstAt, lastAt, same, notReplayed, differing, differences, numbers, foldedOn } = replayed;
  const rows = outIsTerminal ? differences.flatMap(asTwoRows) : differences.map(asOneRow);
  const lines = [
    `${path}: ${rollout}, release ${release}: ${count(entries, 'entry', 'entries')} from ${utc(firstAt)} to ${utc(lastAt)}, the chain is whole.`,
    `Today ${same} are decided the same, ${differing} otherwise; ${notReplayed} not replayed (the start, and what people and the watchdog decided).`,
    'Taken back from what was decided, not from what was seen: live weights, target health, alarms. Not compared: which rules a way back writes.',
    ...formatTable(rows, outIsTerminal),
    ...(numbers.length === 0 ? [] : ['The decision is the same, and numbers behind it differ:']),
    ...formatTable(numbers.map(numberRow), outIsTerminal),
    ...foldedWords(numbers, foldedOn),
  ];
  return `${lines.join('\n')}\n`;
};

const foldedWords = (numbers: readonly NumberDifference[], on: Difference | null): readonly string[] => {
  if (numbers.length === 0) return [];
  if (on === null) return ["Folded on by itself, today's judge decides as it was decided."];
  return [
    `Folded on by itself, today's judge first decides otherwise at ${utc(on.at)}, revision ${on.revision}, in ${on.phase}:`,
    `  then:  ${words(on.recorded)}`,
    `  today: ${words(on.today)}`,
  ];
};

const utc = (at: string): string => instant(Date.parse(at));

const placeCells = ({ at, phase, revision }: Place): Cells => [utc(at), phase, `revision ${revision}`];

const asOneRow = (difference: Difference): Cells => [
  ...placeCells(difference),
  ...cellsOf(difference.recorded),
  ...cellsOf(difference.today),
  count(difference.entries, 'entry', 'entries'),
];

const asTwoRows = (difference: Difference): readonly Cells[] => [
  [...placeCells(difference), 'then', ...cellsOf(difference.recorded)],
  [
    '',
    '',
    difference.entries === 1 ? '' : `and the next ${difference.entries - 1}`,
    'today',
    ...cellsOf(difference.today),
  ],
];

const cellsOf = ({ decision, code, sentence }: DecisionSaid): Cells => [decision, code, sentence];

const words = ({ decision, code, sentence }: DecisionSaid): string => `${decision} ${code}: ${sentence}`;

const numberRow = (difference: NumberDifference): Cells => [
  ...placeCells(difference),
  difference.path,
  `then ${JSON.stringify(difference.recorded) ?? 'not there'}`,
  `today ${JSON.stringify(difference.today) ?? 'not there'}`,
  count(difference.entries, 'entry', 'entries'),
];

const count = (many: number, one: string, more: string): string => `${many} ${many === 1 ? one : more}`;

/** `same`, `differing` and `notReplayed` are counts of entries. */
export const replayDocument = ({ rollout, headHash }: WholeChain, replayed: Replayed): object => ({
  rollout,
  headHash,
  ...replayed,
});
