import type { Paint } from './paint.ts';
import { type Cells, formatTable } from './table.ts';

/** A heading with a table and remarks below it. */
export interface Section {
  readonly heading: string;
  readonly rows: readonly Cells[];
  /** Columns of numbers, aligned at their end. */
  readonly right?: readonly number[];
  readonly remarks?: readonly string[];
}

export const sectionText = (
  { heading, rows, right = [], remarks = [] }: Section,
  terminal: boolean,
  paint: Paint,
): string =>
  [
    paint('bold', heading),
    ...formatTable(rows, terminal, right),
    ...remarks.map((remark) => `  ${paint('dim', remark)}`),
  ].join('\n');
