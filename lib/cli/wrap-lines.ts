import { stripVTControlCharacters } from 'node:util';
import { Help } from 'commander';

/** Of what goes on in the next line, beyond the line's own indent. */
const INDENT = 4;
/** Below this nothing can be read anyway. */
const COLUMNS_AT_LEAST = 30;
/** JSON and the tables of a report are data also on a terminal. */
const IS_DATA = /^[{[|]/;

/** Commander breaks the lines of its help like this, with colours; it is loaded anyway. */
const HELP = new Help();
HELP.minWidthToWrap = 1;

/** Breaks lines that are wider than a terminal between words, and indents what goes on below. */
export const wrapLines = (text: string, columns: number): string =>
  text
    .split('\n')
    .map((line) => wrapLine(line, Math.max(COLUMNS_AT_LEAST, columns)))
    .join('\n');

const wrapLine = (line: string, columns: number): string => {
  const plain = stripVTControlCharacters(line);
  if (plain.length <= columns || IS_DATA.test(plain)) return line;
  const indent = ' '.repeat(/^ */.exec(plain)?.[0].length ?? 0);
  const body = line.slice(line.startsWith(indent) ? indent.length : 0);
  const wrapped = HELP.boxWrap(body, columns - indent.length - INDENT);
  return `${indent}${wrapped.replaceAll('\n', `\n${indent}${' '.repeat(INDENT)}`)}`;
};
