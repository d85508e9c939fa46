import type { Paint, Style } from './paint.ts';

export type Mark = 'good' | 'open' | 'bad';

const MARKS: Readonly<Record<Mark, readonly [sign: string, style: Style]>> = {
  good: ['✓', 'green'],
  open: ['·', 'yellow'],
  bad: ['✗', 'red'],
};

/** A word with its sign before it, in its colour; for other programs the word alone. */
export const marked = (mark: Mark, word: string, terminal: boolean, paint: Paint): string => {
  const [sign, style] = MARKS[mark];
  return terminal ? paint(style, `${sign} ${word}`) : word;
};
