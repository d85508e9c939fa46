/** The page's script: charts and the filter. Whoever has newer data shows it with `sluicePage.show`. */
import type { ChartData, PageData } from '../shape.ts';
import { pageView } from '../view.ts';
import { drawCharts } from './charts.ts';
import { findDecision, startFilter } from './decisions.ts';
import { toDom } from './dom.ts';
import { keptPlace } from './kept-place.ts';

let remove = (): void => {};

const start = (charts: ChartData): void => {
  remove();
  startFilter();
  const room = document.getElementById('charts');
  if (room !== null) remove = drawCharts(room, charts, findDecision);
};

/**
 * Draws the page anew; the range that is looked at, the filter, what is unfolded, where one is and what has the focus stay. So does every
 * element of the body with `data-stays`, untouched.
 */
const show = (data: PageData): void => {
  const putBack = keptPlace();
  for (const node of [...document.body.childNodes]) if (!isStaying(node)) node.remove();
  const drawn = pageView(data).map(toDom);
  const after = document.querySelector('body > script');
  if (after === null) document.body.append(...drawn);
  else after.before(...drawn);
  document.title = data.title;
  putBack('before the charts');
  start(data.charts);
  putBack('after the charts');
};

const isStaying = (node: Node): boolean => node instanceof Element && node.matches('script, [data-stays]');

Object.assign(globalThis, { sluicePage: { show } });

const given = document.getElementById('chart-data')?.textContent;
if (given) start(JSON.parse(given));
