/** The bar's script: sends what is pressed, and shows what the server says. The page below is drawn by its own script. */
import type { PageData } from '../../../report/page/shape.ts';
import type { Bar } from '../shape.ts';
import { sayTrouble, showBar } from './bar.ts';

declare const sluicePage: { readonly show: (data: PageData) => void };

const dataIn = (id: string): string => JSON.parse(document.getElementById(id)?.textContent ?? '""');

const token = dataIn('demo-token');
/** Which page is shown: run and revision. */
let shown = dataIn('demo-page');

const press = async (body: Readonly<Record<string, string | number>>): Promise<void> => {
  try {
    const answer = await fetch('press', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sluice-token': token },
      body: JSON.stringify(body),
    });
    if (!answer.ok) sayTrouble(`${await answer.text()} If the demo was started anew, load this page again.`);
  } catch {
    sayTrouble(GONE);
  }
};

const GONE = 'The demo does not answer: it has ended in its terminal, or is about to.';

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-press]') : null;
  if (button === null) return;
  const { press: name = '', answer } = button.dataset;
  const role = button.closest<HTMLElement>('[data-role]')?.dataset.role;
  void press(answer === undefined || role === undefined ? { press: name } : { press: name, role, answer });
});
document.addEventListener('change', (event) => {
  const { target } = event;
  if (target instanceof HTMLSelectElement && target.name === 'speed')
    void press({ press: 'speed', minutesPerSecond: Number(target.value) });
});

/** The newest page that is not drawn yet; older ones are never read. */
let waiting: { readonly id: string; readonly text: string } | undefined;
let isDrawing = false;
/** Drawing takes at most a quarter of the browser's time. */
const REST = 3;

const draw = (): void => {
  if (waiting === undefined || isDrawing) return;
  const { id, text } = waiting;
  waiting = undefined;
  if (id === shown) return;
  shown = id;
  isDrawing = true;
  const began = performance.now();
  sluicePage.show(JSON.parse(text));
  const took = performance.now() - began;
  setTimeout(() => {
    isDrawing = false;
    draw();
  }, REST * took);
};

const events = new EventSource('events');
events.addEventListener('bar', ({ data }) => {
  const bar: Bar = JSON.parse(data);
  showBar(bar);
});
events.addEventListener('page', ({ data, lastEventId }) => {
  waiting = { id: lastEventId, text: data };
  draw();
});
events.addEventListener('error', () => sayTrouble(GONE));
