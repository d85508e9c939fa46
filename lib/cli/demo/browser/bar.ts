/** Fills the places of the bar; what says the same as before is not touched, so nothing is read out twice and no focus is lost. */
import { element } from '../../../report/page/browser/dom.ts';
import { el, type Tag } from '../../../report/page/markup.ts';
import type { Bar, BarLine } from '../shape.ts';

export const showBar = (bar: Bar): void => {
  say('clock', bar.clock);
  say('weight', bar.weight);
  say('live', bar.live === bar.weight ? '' : ` (the rule has ${bar.live})`);
  say('phase', bar.phase === '' ? '' : `in ${bar.phase}`);
  say('outcome', bar.outcomeWords);
  for (const place of document.querySelectorAll('[data-show=outcome]')) place.className = `badge ${bar.outcome}`;
  say('hint', bar.hint);
  write('[data-press=stand]', bar.isStanding ? 'Go on' : 'Pause');
  write('[data-press=skip]', bar.isSkipping ? 'Stop skipping' : 'Skip ahead');
  for (const [name, isOn] of Object.entries(bar.faults)) pressed(`[data-press=${name}]`, isOn);
  for (const select of document.querySelectorAll<HTMLSelectElement>('[name=speed]'))
    if (document.activeElement !== select) select.value = `${bar.minutesPerSecond}`;
  showRoles(bar);
  showLines(bar);
};

const showRoles = ({ roles }: Bar): void => {
  for (const place of document.querySelectorAll<HTMLElement>('[data-role]')) {
    const word = roles.find(({ role }) => role === place.dataset.role)?.word;
    place.hidden = word === undefined;
    for (const button of place.querySelectorAll<HTMLElement>('[data-answer]'))
      button.setAttribute('aria-pressed', `${button.dataset.answer === word}`);
  }
};

/** Run and number of the newest line that is shown. */
let newest = '';

const showLines = ({ run, lines }: Bar): void => {
  const [first] = lines;
  const key = `${run} ${first?.id}`;
  if (key === newest) return;
  newest = key;
  if (first !== undefined) write('.demo-latest', `${first.at} ${WHO[first.by]}: ${first.text}`);
  const open = new Set(
    [...document.querySelectorAll<HTMLElement>('.demo-lines [data-id]:has([open])')].map(({ dataset }) => dataset.id),
  );
  const items = lines.map((line) => element(lineView(line)));
  for (const item of items) {
    const details = item.querySelector('details');
    if (details !== null) details.open = open.has(item.dataset.id);
  }
  document.querySelector('.demo-lines ol')?.replaceChildren(...items);
};

const WHO: Readonly<Record<BarLine['by'], string>> = { you: 'You', told: 'Told', refused: 'Refused' };

const lineView = ({ id, at, by, text, audience, more }: BarLine): Tag =>
  el(
    'li',
    { class: by, 'data-id': id },
    el('span', { class: 'when' }, at),
    ' ',
    el('b', {}, audience === undefined ? WHO[by] : `To ${AUDIENCES[audience] ?? audience}`),
    ' ',
    more === undefined
      ? text
      : el('details', {}, el('summary', {}, text), ...more.split('\n').map((line) => el('p', {}, line))),
  );

const AUDIENCES: Readonly<Record<string, string>> = { onCall: 'on call' };

/** What does not work: said where the newest line stands. */
export const sayTrouble = (text: string): void => {
  newest = '';
  write('.demo-latest', text);
};

const say = (name: string, text: string): void => write(`[data-show=${name}]`, text);

const write = (selector: string, text: string): void => {
  for (const place of document.querySelectorAll(selector)) if (place.textContent !== text) place.textContent = text;
};

const pressed = (selector: string, isPressed: boolean): void => {
  for (const button of document.querySelectorAll(selector)) button.setAttribute('aria-pressed', `${isPressed}`);
};
