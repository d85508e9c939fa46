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
  say('evidence', bar.evidence);
  for (const place of document.querySelectorAll<HTMLElement>('.demo-evidence')) place.hidden = bar.evidence === '';
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
  for (const group of document.querySelectorAll<HTMLElement>('.demo-roles')) group.hidden = roles.length === 0;
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
  const [first, ...older] = lines;
  const key = `${run} ${first?.id}`;
  if (key === newest) return;
  newest = key;
  const latest = document.querySelector('.demo-latest');
  if (first !== undefined) latest?.replaceChildren(element(lineView(first, 'div')));
  const list = document.querySelector('.demo-older');
  const open = new Set([...document.querySelectorAll<HTMLElement>('[data-id]:has([open])')].map(idOf));
  list?.replaceChildren(...older.map((line) => element(lineView(line, 'li'))));
  for (const each of list?.querySelectorAll<HTMLElement>('[data-id]') ?? [])
    for (const details of each.querySelectorAll('details')) details.open = open.has(idOf(each));
};

const idOf = ({ dataset }: HTMLElement): string => dataset.id ?? '';

const WHO: Readonly<Record<BarLine['by'], string>> = { you: 'You', told: 'Told', refused: 'Sluice' };

const lineView = ({ id, at, by, text, audience, more = '' }: BarLine, tag: string): Tag => {
  const head = [
    el('span', { class: 'when' }, at.slice(5)),
    ' ',
    el('b', {}, audience === undefined ? WHO[by] : `To ${AUDIENCES[audience] ?? audience}`),
    ' ',
  ];
  const whole = more.split('\n').map((line) => el('p', {}, line));
  const body = more === '' ? el('span', {}, text) : el('details', {}, el('summary', {}, text), ...whole);
  return el(tag, { class: by, 'data-id': id }, ...head, body);
};

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
