import { blockView, tableView } from './block-view.ts';
import { el, type Tag } from './markup.ts';
import type { DecisionRow, PageData } from './shape.ts';

/** Every decision or reason that differed from the one before, with the numbers behind it. The script shows the filter. */
export const decisionsView = ({ rollout, sections, decisions, decisionsLeftOut }: PageData): Tag =>
  el(
    'section',
    { id: 'journal', 'aria-labelledby': 'journal-title' },
    el('h2', { id: 'journal-title' }, 'Journal'),
    el(
      'p',
      {},
      'Every decision or reason that differed from the one before, in order.',
      decisionsLeftOut === 0 ? '' : ` ${decisionsLeftOut} in the middle are left out here.`,
      ` All entries, minute by minute with their rows, are in the journal beside this page; sluice journal ${rollout} prints it.`,
    ),
    ...sections.flatMap(({ topic, section }) => (topic === 'journal' ? section.blocks.map(blockView) : [])),
    filter(decisions),
    el('ol', { class: 'decisions' }, ...decisions.map(decisionView)),
  );

const filter = (decisions: readonly DecisionRow[]): Tag =>
  el(
    'form',
    { class: 'filter', role: 'search', hidden: true, 'aria-label': 'Filter of the decisions' },
    el(
      'label',
      {},
      el('span', {}, 'Time, phase, reason or any word'),
      el('input', { type: 'search', name: 'words', autocomplete: 'off', placeholder: '2025-10-31 12:41' }),
    ),
    el(
      'label',
      {},
      el('span', {}, 'Decision'),
      el(
        'select',
        { name: 'kind' },
        el('option', { value: '' }, 'all'),
        ...[...new Set(decisions.map(({ decision }) => decision))].map((kind) => el('option', { value: kind }, kind)),
      ),
    ),
    el('p', { role: 'status', class: 'quiet' }),
  );

const decisionView = ({ revision, at, phase, weight, decision, code, by, sentence, numbers }: DecisionRow): Tag =>
  el(
    'li',
    { id: `r${revision}`, class: decision, 'data-kind': decision, 'data-at': dateOf(at), tabindex: -1 },
    el('p', { class: 'when' }, el('a', { href: `#r${revision}` }, el('time', { datetime: dateOf(at) }, at))),
    el('p', { class: 'what' }, el('b', {}, decision), ' ', el('code', {}, code)),
    el('p', { class: 'quiet where' }, `${phase}, ${weight}${by === '' ? '' : `, ${by}`}, revision ${revision}`),
    el('p', { class: 'why' }, sentence),
    ...(numbers.length === 0
      ? []
      : [el('details', {}, el('summary', {}, 'The numbers behind it'), ...numbers.map(tableView))]),
  );

/** `2025-10-31 12:41 UTC` for programs. */
const dateOf = (at: string): string => at.replace(' UTC', 'Z').replace(' ', 'T');
