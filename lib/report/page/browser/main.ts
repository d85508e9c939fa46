/** The page's script: charts and the filter. Whoever has newer data shows it with `sluicePage.show`. */
import type { ChartData, PageData } from '../shape.ts';
import { pageView } from '../view.ts';
import { drawCharts } from './charts.ts';
import { findDecision, startFilter } from './decisions.ts';
import { toDom } from './dom.ts';

let remove = (): void => {};

const start = (charts: ChartData): void => {
  remove();
  startFilter();
  const room = document.getElementById('charts');
  if (room !== null) remove = drawCharts(room, charts, findDecision);
};

/** Draws the page anew; the range that is looked at, the filter and what is unfolded stay. */
const show = (data: PageData): void => {
  const open = [...document.querySelectorAll('details')].map((each) => each.open);
  const typed = [...document.querySelectorAll<HTMLInputElement>('.filter [name]')].map(({ value }) => value);
  const scripts = document.querySelectorAll('script');
  document.body.replaceChildren(...pageView(data).map(toDom), ...scripts);
  document.title = data.title;
  for (const [index, each] of document.querySelectorAll('details').entries()) each.open = open[index] ?? false;
  for (const [index, field] of document.querySelectorAll<HTMLInputElement>('.filter [name]').entries())
    field.value = typed[index] ?? '';
  start(data.charts);
};

Object.assign(globalThis, { sluicePage: { show } });

const given = document.getElementById('chart-data')?.textContent;
if (given) start(JSON.parse(given));
