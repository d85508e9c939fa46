/** Markdown in which text from plans and people cannot change what the page says. */
import { type Block, plainLine, type Section } from './blocks.ts';

/** Characters that mark up wherever they stand; `_` does so only beside something that is not a letter or digit. */
const MARKS = /[\\`*[\]|~$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|<(?=[a-z/!?])|&(?=#|[a-z]+;)/giu;

/** What would begin a heading, a quotation, a list or a rule at the beginning of a line. */
const LINE_START = /^(?:#(?=[#\s]|$)|>|[+=-](?=[\s=-]|$)|\d+(?=[.)](?:\s|$)))/;

/** One line of plain text as Markdown that reads the same. */
export const escapeMarkdown = (text: string): string =>
  plainLine(text)
    .replace(MARKS, '\\$&')
    .replace(LINE_START, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`));

/** Cells are plain text and are escaped here, so that no cell can break the table. A short row is filled up with empty cells. */
export const markdownTable = (headers: readonly string[], rows: readonly (readonly string[])[]): string => {
  const line = (cells: readonly string[]): string =>
    `| ${headers.map((_, column) => escapeMarkdown(cells[column] ?? '')).join(' | ')} |`;
  return [line(headers), `|${headers.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
};

export const bulletList = (items: readonly string[]): string =>
  items.map((item) => `- ${escapeMarkdown(item)}`).join('\n');

/** A heading, and paragraphs or tables with an empty line between them; empty ones are left out. */
export const section = (heading: string, ...blocks: readonly string[]): string =>
  [`## ${escapeMarkdown(heading)}`, ...blocks.filter((block) => block !== '')].join('\n\n');

export const sectionMarkdown = ({ heading, blocks }: Section): string => section(heading, ...blocks.map(blockMarkdown));

const blockMarkdown = (block: Block): string => {
  if (typeof block === 'string') return escapeMarkdown(block);
  return 'items' in block ? bulletList(block.items) : markdownTable(block.headers, block.rows);
};
