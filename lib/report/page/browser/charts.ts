/** All charts of a page: one cursor, one range, redrawn as the page's size and colours change. */

import { el } from '../markup.ts';
import type { ChartData } from '../shape.ts';
import { type Drawn, drawChart } from './chart.ts';
import { element } from './dom.ts';

/** What is looked at stays when the page is drawn anew with newer data. */
const looked: { label: string; cursorAt: number | null } = { label: '', cursorAt: null };

/** So do, by the chart's name, the lines that are switched off, and the part that somebody has dragged. */
const kept = new Map<string, { readonly hidden: ReadonlySet<string>; readonly part: Part | null }>();

interface Part {
  readonly min: number;
  readonly max: number;
}

/** @returns takes the charts away again */
export const drawCharts = (room: HTMLElement, data: ChartData, choose: (at: number) => void): (() => void) => {
  room.querySelector('.charts')?.remove();
  // Each chart says its summary itself.
  room.querySelector('ul')?.setAttribute('hidden', '');
  const charts = element(el('div', { class: 'charts' }));
  room.append(charts);
  const ranges = element(el('div', { class: 'ranges', role: 'group', 'aria-label': 'What time the charts show' }));
  const grid = element(el('div', { class: 'grid' }));
  charts.append(ranges, element(el('p', { class: 'quiet' }, MARKS)), grid);
  const drawn: Drawn[] = [];
  const moveTo = (at: number | null): void => {
    for (const { plot } of drawn)
      plot.setCursor(at === null ? { left: -10, top: -10 } : { left: plot.valToPos(at, 'x'), top: plot.height / 3 });
  };
  for (const chart of data.charts)
    if (chart.x.length > 1)
      drawn.push(drawChart(chart, data.marks, grid, { choose, moveTo }, kept.get(chart.name)?.hidden ?? new Set()));
  if (drawn.length === 0) grid.append(element(el('p', {}, 'There are no rows yet.')));
  let whole: Part = { min: 0, max: 0 };
  const look = ({ label, from, to }: ChartData['ranges'][number]): void => {
    looked.label = label;
    whole = { min: from, max: to };
    for (const { plot } of drawn) plot.setScale('x', { min: from, max: to });
    for (const button of ranges.querySelectorAll('button'))
      button.setAttribute('aria-pressed', `${button.textContent === label}`);
  };
  for (const range of data.ranges) {
    const button = element(el('button', { type: 'button', 'aria-pressed': 'false' }, range.label));
    button.addEventListener('click', () => look(range));
    ranges.append(button);
  }
  const first = data.ranges.find(({ label }) => label === looked.label) ?? data.ranges[0];
  if (first !== undefined) look(first);
  for (const { chart, plot } of drawn) {
    const part = kept.get(chart.name)?.part ?? null;
    if (part !== null) plot.setScale('x', part);
  }
  if (looked.cursorAt !== null) moveTo(looked.cursorAt);
  const redraw = (): void => {
    for (const each of drawn) each.redraw();
  };
  const sizes = new ResizeObserver(() => {
    for (const { plot, figure } of drawn) {
      const width = figure.querySelector('.plot')?.clientWidth ?? 0;
      if (width > 0 && width !== plot.width) plot.setSize({ width, height: plot.height });
    }
  });
  sizes.observe(grid);
  const stop = new AbortController();
  const { signal } = stop;
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw, { signal });
  // Paper is light, and a canvas knows no media query.
  const paper = (isPaper: boolean) => (): void => {
    document.documentElement.classList.toggle('paper', isPaper);
    redraw();
  };
  addEventListener('beforeprint', paper(true), { signal });
  addEventListener('afterprint', paper(false), { signal });
  const keep = (): void => {
    looked.cursorAt = null;
    for (const { chart, plot } of drawn) {
      const { idx } = plot.cursor;
      if (idx !== null && idx !== undefined) looked.cursorAt = plot.data[0][idx] ?? null;
      const hidden = chart.lines.flatMap(({ label }, index) => (plot.series[index + 1]?.show === false ? [label] : []));
      const { min = whole.min, max = whole.max } = plot.scales.x ?? {};
      // A double-click shows the data to its ends, without the margin.
      const times = plot.data[0];
      const isPart = min > (times[0] ?? whole.min) || max < (times.at(-1) ?? whole.max);
      kept.set(chart.name, { hidden: new Set(hidden), part: isPart ? { min, max } : null });
    }
  };
  return () => {
    keep();
    stop.abort();
    sizes.disconnect();
    for (const { plot } of drawn) plot.destroy();
    charts.remove();
  };
};

const MARKS =
  'Upright lines: solid where the weight rises, dashed where a hold begins, thick where the rollout turns back or ends. Times are UTC. Point at a chart or move with the arrow keys; drag to look closer, double-click to see all; a click or Enter goes to the decision of that time.';
