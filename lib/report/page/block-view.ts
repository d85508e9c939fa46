import type { Block, Section, Table } from '../blocks.ts';
import { el, type Tag } from './markup.ts';

export const sectionView = (id: string, { heading, blocks }: Section): Tag =>
  el(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    el('h2', { id: `${id}-title` }, heading),
    ...blocks.map(blockView),
  );

export const blockView = (block: Block): Tag => {
  if (typeof block === 'string') return el('p', {}, block);
  return 'items' in block ? el('ul', {}, ...block.items.map((item) => el('li', {}, item))) : tableView(block);
};

/** Columns that fit on a telephone. */
const NARROW = 3;

/** A wide table scrolls by itself, also by keyboard, so that the page never does. */
export const tableView = ({ caption, headers, rows }: Table): Tag =>
  el(
    'div',
    { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': caption },
    el(
      'table',
      headers.length > NARROW ? { class: 'wide', style: `--columns:${headers.length}` } : {},
      el('caption', {}, caption),
      el('thead', {}, el('tr', {}, ...headers.map((header) => el('th', { scope: 'col' }, header)))),
      el(
        'tbody',
        {},
        ...rows.map((row) => el('tr', {}, ...headers.map((_, column) => cell(row[column] ?? '', column)))),
      ),
    ),
  );

const cell = (text: string, column: number): Tag =>
  column === 0
    ? el('th', { scope: 'row' }, text)
    : el('td', { class: VERDICTS[text.slice(text.lastIndexOf(' ') + 1)] }, text);

/** The last word may be a verdict: it is marked, besides being a word. */
const VERDICTS: Readonly<Record<string, string>> = {
  pass: 'pass',
  FAIL: 'fail',
  insufficient: 'open',
  GO: 'pass',
  'NO-GO': 'fail',
};
