/** What stands on a page, and in which order; all of it can be read without the page's script. */
import type { Topic } from '../blocks.ts';
import { blockView, sectionView } from './block-view.ts';
import { decisionsView } from './decisions-view.ts';
import { el, type Markup, type Tag } from './markup.ts';
import type { PageData } from './shape.ts';
import { timelineView } from './timeline-view.ts';

/** All of the page's body but its scripts. */
export const pageView = (data: PageData): readonly Markup[] => [
  el('a', { class: 'skip', href: '#main' }, 'Skip to the decision'),
  el(
    'header',
    { class: 'masthead' },
    el('p', {}, el('strong', {}, 'Sluice'), ' rollout report'),
    el('p', { class: 'quiet' }, `As of ${data.asOf}, revision ${data.revision}`),
  ),
  el('main', { id: 'main', tabindex: -1 }, head(data), contents(data), ...parts(data).map(({ view }) => view)),
];

const head = ({ rollout, release, outcome, outcomeWords, decided, next, facts, notes }: PageData): Tag =>
  el(
    'section',
    { class: 'head', 'aria-labelledby': 'title' },
    el('h1', { id: 'title' }, rollout, ' ', el('span', { class: `badge ${outcome}` }, outcomeWords)),
    el('p', { class: 'release' }, 'Release ', el('b', {}, release)),
    el(
      'div',
      { class: `decision ${outcome}` },
      el('p', { class: 'quiet' }, `Decided ${decided.at} by ${decided.by}`),
      el('p', { class: 'sentence' }, capital(decided.sentence), '.'),
      el('p', {}, decided.numbers),
    ),
    el('h2', { class: 'small' }, 'What happens next'),
    el('ul', { class: 'next' }, ...next.map((sentence) => el('li', {}, sentence))),
    el(
      'dl',
      { class: 'facts' },
      ...facts.map(([question, answer]) => el('div', {}, el('dt', {}, question), el('dd', {}, answer))),
    ),
    ...notes.map((note) => el('p', { class: 'quiet' }, note)),
  );

interface Part {
  readonly id: string;
  readonly heading: string;
  readonly view: Tag;
}

const contents = (data: PageData): Tag =>
  el(
    'nav',
    { class: 'contents', 'aria-label': 'On this page' },
    el('ul', {}, ...parts(data).map(({ id, heading }) => el('li', {}, el('a', { href: `#${id}` }, heading)))),
  );

const parts = (data: PageData): readonly Part[] => [
  ...topics(data, ['trust', 'rollback']),
  { id: 'timeline', heading: 'Timeline', view: timelineView(data) },
  { id: 'charts', heading: 'Charts', view: charts(data) },
  ...topics(data, ['phase', 'toCome', 'guards', 'signOffs', 'checklist', 'holds', 'commands']),
  ...topics(data, ['cost']),
  { id: 'journal', heading: 'Journal', view: decisionsView(data) },
];

const topics = ({ sections }: PageData, wanted: readonly Topic[]): readonly Part[] =>
  sections.flatMap(({ topic, section }, index) => {
    if (!wanted.includes(topic)) return [];
    const id = `part-${index}`;
    return [{ id, heading: section.heading, view: sectionView(id, section) }];
  });

/** The script fills it; without one the summaries stay. */
const charts = ({ charts: { charts: each } }: PageData): Tag =>
  el(
    'section',
    { id: 'charts', 'aria-labelledby': 'charts-title' },
    el('h2', { id: 'charts-title' }, 'Charts'),
    blockView({ items: each.map(({ title, summary }) => `${title}: ${summary}`) }),
  );

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
