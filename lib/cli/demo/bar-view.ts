/** The bar above the page: buttons, and places that the script fills. */
import type { Plan } from '../../plan/plan.ts';
import { el, type Markup, type Tag } from '../../report/page/markup.ts';

export const barView = (plan: Plan, speeds: readonly number[]): readonly Markup[] => [
  el(
    'section',
    { class: 'demo', 'data-stays': true, 'aria-label': 'The demo' },
    el(
      'div',
      { class: 'demo-row' },
      el('p', { class: 'demo-now' }, place('clock', 'strong')),
      el('p', {}, 'Candidate ', place('weight', 'strong'), place('live'), ' ', place('phase')),
      el('p', {}, place('outcome')),
      el(
        'p',
        {
          class: 'demo-evidence',
          title: 'Evidence of the regression watch against the candidate: 100 of 100 rolls it back.',
        },
        'Watch ',
        place('evidence', 'strong'),
      ),
      el(
        'div',
        { class: 'demo-group', role: 'group', 'aria-label': 'Virtual time' },
        button('stand', 'Pause'),
        button('skip', 'Skip ahead'),
        el('select', { name: 'speed', 'aria-label': 'Speed: virtual minutes a second' }, ...speeds.map(speedOption)),
        button('again', 'Start again'),
      ),
    ),
    el(
      'div',
      { class: 'demo-row' },
      group('What goes wrong', [
        toggle('fail', 'Break the candidate'),
        toggle('slow', 'Slow it down'),
        toggle('silence', 'Silence CloudWatch'),
        button('edit', 'Edit the weights by hand'),
        toggle('ticks', 'Stop the ticks'),
      ]),
      group('What an operator asks', [
        button('hold', 'Hold'),
        button('resume', 'Resume'),
        button('advance', 'Advance anyway'),
        button('rollBack', 'Roll back'),
      ]),
      ...signOffs(plan),
    ),
  ),
  el(
    'section',
    { class: 'demo-more', 'data-stays': true, 'aria-label': 'What to try, and what happened' },
    el('p', { class: 'demo-hint' }, place('hint')),
    el('p', { class: 'demo-latest', role: 'status', 'aria-live': 'polite' }),
    el(
      'div',
      { class: 'demo-lines', role: 'region', tabindex: 0, 'aria-label': 'What was pressed and what people were told' },
      el('ol', { class: 'demo-older' }),
    ),
  ),
];

const place = (name: string, tag = 'span'): Tag => el(tag, { 'data-show': name });

const button = (press: string, name: string): Tag => el('button', { type: 'button', 'data-press': press }, name);

const toggle = (press: string, name: string): Tag =>
  el('button', { type: 'button', 'data-press': press, 'aria-pressed': 'false' }, name);

const group = (label: string, buttons: readonly Tag[]): Tag =>
  el('div', { class: 'demo-group', role: 'group', 'aria-label': label }, ...buttons);

const speedOption = (minutesPerSecond: number): Tag =>
  el('option', { value: minutesPerSecond }, `${minutesPerSecond} min/s`);

/** Each lead's buttons are shown while the present phase asks for their word. */
const signOffs = ({ phases }: Plan): readonly Tag[] => {
  const roles = [...new Set(phases.flatMap(({ signOff }) => [...signOff.roles, ...signOff.auto]))];
  if (roles.length === 0) return [];
  return [
    el(
      'div',
      { class: 'demo-group demo-roles', role: 'group', 'aria-label': 'Sign-offs', hidden: true },
      button('signOffAll', 'Sign off'),
      ...roles.map(roleView),
    ),
  ];
};

const roleView = (role: string): Tag =>
  el(
    'span',
    { class: 'demo-role', 'data-role': role, hidden: true },
    `${role} `,
    ...(['GO', 'NO-GO'] as const).map((answer) =>
      el(
        'button',
        {
          type: 'button',
          'data-press': 'signOff',
          'data-answer': answer,
          'aria-pressed': 'false',
          'aria-label': `${answer} from ${role}`,
        },
        answer,
      ),
    ),
  );
