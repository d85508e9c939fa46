import { stripVTControlCharacters } from 'node:util';

export type Cells = readonly string[];

/**
 * Rows of cells as lines: aligned and indented on a terminal, separated by tabs elsewhere. The last cell is not padded.
 * `right`: columns of numbers, aligned at their end.
 */
export const formatTable = (
  rows: readonly Cells[],
  terminal: boolean,
  right: readonly number[] = [],
): readonly string[] => {
  if (!terminal) return rows.map((cells) => cells.map(oneLine).join('\t'));
  const widths: number[] = [];
  for (const cells of rows) {
    for (const [column, cell] of cells.entries()) widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
  }
  return rows.map((cells) => {
    const padded = cells.map((cell, column) => {
      const room = ' '.repeat((widths[column] ?? 0) - widthOf(cell));
      return right.includes(column) ? room + cell : column === cells.length - 1 ? cell : cell + room;
    });
    return `  ${padded.join('  ')}`.trimEnd();
  });
};

const widthOf = (text: string): number => [...stripVTControlCharacters(text)].length;

/** A tab or a line break inside of a cell would make two of one. */
const oneLine = (text: string): string => text.replace(/[\t\n]+/g, ' ');
