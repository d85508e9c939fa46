import { wrapLines } from './wrap-lines.ts';

const ROWS_AT_LEAST = 4;

/**
 * A text for a live picture, which is drawn over with every look: broken between words, and cut to the rows of the terminal at its end, since a
 * taller picture would push its own head out of sight.
 */
export const liveText = (text: string, columns: number, rows: number): string => {
  const lines = wrapLines(text.trimEnd(), columns).split('\n');
  // The cursor stands in the last row.
  const room = Math.max(ROWS_AT_LEAST, rows) - 1;
  if (lines.length <= room) return lines.join('\n');
  const shown = lines.slice(0, room - 1);
  return [...shown, `… ${lines.length - shown.length} lines more than this window has`].join('\n');
};
