import { el, type Tag } from './markup.ts';
import type { PageData, Stretch } from './shape.ts';

/** Bars for the eye, and a sentence for each thing on them. */
export const timelineView = ({ timeline: { from, to, stretches } }: PageData): Tag =>
  el(
    'section',
    { id: 'timeline', 'aria-labelledby': 'timeline-title' },
    el('h2', { id: 'timeline-title' }, 'Timeline'),
    el('p', { class: 'ends quiet' }, el('span', {}, from), el('span', {}, to)),
    el('ol', { class: 'timeline' }, ...stretches.map(stretchView)),
    el(
      'p',
      { class: 'key quiet', 'aria-hidden': 'true' },
      ...KEY.flatMap(([kind, words]) => [el('span', { class: `swatch ${kind}` }), `${words} `]),
    ),
  );

const KEY = [
  ['phase', 'phase'],
  ['bake', 'bake'],
  ['hold', 'hold'],
  ['look', 'checkpoint'],
  ['gate', 'gate passed'],
  ['back', 'rollback'],
] as const;

const stretchView = (stretch: Stretch): Tag => {
  const { name, weight, isEntered, isCurrent, sentence, looks, holds } = stretch;
  return el(
    'li',
    { class: isEntered ? undefined : 'never', 'aria-current': isCurrent ? 'step' : undefined },
    el('h3', {}, name, ' ', el('span', { class: 'quiet' }, weight)),
    isEntered ? bar(stretch) : el('span', {}),
    el('p', {}, sentence),
    ...holds.map(({ text }) => el('p', { class: 'held' }, text, '.')),
    ...(looks.length === 0 ? [] : [looksView(stretch)]),
  );
};

const looksView = ({ looks }: Stretch): Tag => {
  const passing = looks.filter(({ kind }) => kind === 'pass').length;
  return el(
    'details',
    {},
    el('summary', {}, `Checkpoints and gate: ${looks.length} looks, all criteria pass in ${passing}`),
    el('ul', {}, ...looks.map(({ text, kind }) => el('li', { class: kind }, text))),
  );
};

const bar = ({ from, to, bakeFrom, gateAt, backAt, looks, holds }: Stretch): Tag =>
  el(
    'div',
    { class: 'bar', 'aria-hidden': 'true' },
    el('span', { class: 'phase', style: span(from, to) }),
    ...(bakeFrom === null ? [] : [el('span', { class: 'bake', style: span(bakeFrom, gateAt ?? to) })]),
    ...holds.map((hold) => el('span', { class: 'hold', style: span(hold.from, hold.to) })),
    ...apart(looks, bakeFrom ?? from).map(({ at, kind }) =>
      el('span', { class: `look ${kind}`, style: `left:${at}%` }),
    ),
    ...(gateAt === null ? [] : [el('span', { class: 'gate', style: `left:${gateAt}%` })]),
    ...(backAt === null ? [] : [el('span', { class: 'back', style: `left:${backAt}%` })]),
  );

/** Percent of the way that two marks are apart at least, where neither fails: nearer ones would hide the bake. */
const APART = 0.8;

const apart = (looks: Stretch['looks'], begin: number): Stretch['looks'] => {
  let last = begin;
  return looks.filter(({ at, kind }) => {
    if (kind !== 'fail' && at - last < APART) return false;
    last = at;
    return true;
  });
};

const span = (from: number, to: number): string => `left:${from}%;width:${Number((to - from).toFixed(2))}%`;
