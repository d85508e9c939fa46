import type { Paint } from './paint.ts';
import { type Cells, formatTable } from './table.ts';

/** A heading with a table and remarks below it. */
export interface Section {
  readonly heading: string;
  readonly rows: readonly Cells[];
  readonly remarks?: readonly string[];
}

export const sectionText = ({ heading, rows, remarks = [] }: Section, terminal: boolean, paint: Paint): string =>
  [
    paint('bold', heading),
    ...formatTable(rows, terminal),
    ...remarks.map((remark) => `  ${paint('dim', remark)}`),
  ].join('\n');
