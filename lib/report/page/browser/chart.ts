/** One chart: uPlot, and around it a key that switches lines, a sentence of what lies under the cursor, and keys that move it. */
import uPlot from 'uplot';
import { el } from '../markup.ts';
import type { Chart, ChartData } from '../shape.ts';
import { element } from './dom.ts';
import { type Look, looksOf, markText, valueText } from './looks.ts';
import { APART_SECONDS, timeMarks, timeText } from './times.ts';

export interface Drawn {
  readonly chart: Chart;
  readonly figure: HTMLElement;
  readonly plot: uPlot;
  readonly redraw: () => void;
}

const HEIGHT = 230;
const FONT = '12px system-ui, sans-serif';

/** What a chart tells of: times in seconds since 1970. */
export interface Listener {
  /** Chosen by click or Enter. */
  readonly choose: (at: number) => void;
  /** Moved to by key; null: nowhere. */
  readonly moveTo: (at: number | null) => void;
}

/** @param hidden labels of lines that are switched off */
export const drawChart = (
  chart: Chart,
  marks: ChartData['marks'],
  room: HTMLElement,
  listener: Listener,
  hidden: ReadonlySet<string>,
): Drawn => {
  const looks = { now: looksOf(chart) };
  const key = element(el('ul', { class: 'lines' }));
  const readout = element(el('p', { class: 'readout quiet' }));
  const stage = element(
    el('div', {
      class: 'plot',
      tabindex: 0,
      role: 'group',
      'aria-label': `${chart.title}, a chart. Arrow keys move the cursor, Enter goes to the decision that stood there.`,
    }),
  );
  const title = el('figcaption', {}, el('h3', {}, chart.title), el('p', { class: 'quiet' }, chart.summary));
  const figure = element(el('figure', { 'data-chart': chart.name }, title));
  figure.append(key, stage, readout);
  room.append(figure);
  const plot = new uPlot(
    optionsOf(chart, marks, looks, hidden, stage.clientWidth, (at) => tell(chart, readout, key, at)),
    [[...chart.x], ...chart.lines.map(({ values }) => [...values])],
    stage,
  );
  for (const item of keyOf(chart, looks.now, plot)) key.append(item);
  tell(chart, readout, key, null);
  // Only the chart that is in use is read out.
  stage.addEventListener('focus', () => readout.setAttribute('aria-live', 'polite'));
  stage.addEventListener('blur', () => readout.removeAttribute('aria-live'));
  moveByKeys(stage, plot, listener);
  plot.over.addEventListener('click', () => {
    // The end of a drag is a click, too.
    if (plot.select.width === 0) chooseAt(plot, listener);
  });
  const redraw = (): void => {
    looks.now = looksOf(chart);
    key.replaceChildren(...keyOf(chart, looks.now, plot));
    plot.redraw(false, true);
  };
  return { chart, figure, plot, redraw };
};

const optionsOf = (
  chart: Chart,
  marks: ChartData['marks'],
  looks: { readonly now: readonly Look[] },
  hidden: ReadonlySet<string>,
  width: number,
  onCursor: (at: number | null) => void,
): uPlot.Options => {
  const colour = (name: string) => (): string =>
    getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const axis = {
    stroke: colour('quiet'),
    font: FONT,
    grid: { stroke: colour('grid'), width: 1 },
    ticks: { show: false },
  };
  const hasWeight = chart.lines.some(({ role }) => role === 'weight');
  return {
    width,
    height: HEIGHT,
    padding: [18, hasWeight ? null : 12, null, null],
    legend: { show: false },
    cursor: { sync: { key: 'sluice' }, drag: { x: true, y: false }, points: { size: 7 } },
    tzDate: (at) => uPlot.tzDate(new Date(1000 * at), 'Etc/UTC'),
    scales: {
      x: { time: true },
      y: { range: (_, __, most) => [0, reach(chart, most)] },
      weight: { range: () => [0, 105] },
    },
    axes: [
      {
        ...axis,
        space: 64,
        size: 42,
        incrs: APART_SECONDS,
        values: (_, at, __, ___, apart) => [...timeMarks(at, apart)],
      },
      { ...axis, size: 58, values: (_, at) => at.map((each) => markText(chart.unit, each)), ...ticksOf(chart) },
      ...(hasWeight
        ? [
            {
              ...axis,
              scale: 'weight',
              side: 1 as const,
              size: 52,
              grid: { show: false },
              values: (_: uPlot, at: number[]) => at.map((each) => `${each} %`),
            },
          ]
        : []),
    ],
    series: [
      {},
      ...chart.lines.map((line, index): uPlot.Series => {
        const stepped = line.role === 'weight' || line.role === 'limit';
        const { width, dash } = looks.now[index] ?? { width: 1, dash: [] };
        return {
          label: line.label,
          show: !hidden.has(line.label),
          scale: line.role === 'weight' ? 'weight' : 'y',
          auto: line.role !== 'bound',
          stroke: () => looks.now[index]?.colour ?? '',
          width,
          dash: [...dash],
          points:
            line.role === 'trip'
              ? { show: true, size: 9, fill: () => looks.now[index]?.colour ?? '' }
              : { show: false },
          ...(stepped && uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
        };
      }),
    ],
    hooks: {
      draw: [(plot) => drawMarks(plot, marks)],
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
    },
  };
};

/** Powers of ten are marked as such. */
const ticksOf = ({ unit }: Chart): Partial<uPlot.Axis> => (unit === 'powerOfTen' ? { incrs: [1, 2, 5, 10] } : {});

const reach = ({ unit }: Chart, most: number | null): number => {
  if (most === null || most <= 0) return 1;
  return unit === 'powerOfTen' ? Math.max(2.3, most * 1.1) : most * 1.1;
};

const MARK_COLOURS = { rise: 'rise', hold: 'held', end: 'end' } as const;
const MARK_DASHES = { rise: [], hold: [3, 3], end: [] } as const;

/** Rises, holds and ends as lines from top to bottom; their words where there is room. */
const drawMarks = (plot: uPlot, marks: ChartData['marks']): void => {
  const { ctx, bbox } = plot;
  const styles = getComputedStyle(document.documentElement);
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = 'bottom';
  ctx.textAlign = 'left';
  let free = bbox.left;
  for (const { at, text, kind } of marks) {
    const x = Math.round(plot.valToPos(at, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = styles.getPropertyValue(`--${MARK_COLOURS[kind]}`);
    ctx.fillStyle = ctx.strokeStyle;
    ctx.lineWidth = (kind === 'end' ? 2 : 1) * ratio;
    ctx.setLineDash(MARK_DASHES[kind].map((length) => length * ratio));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const wide = ctx.measureText(text).width;
    const left = Math.min(x - 2 * ratio, bbox.left + bbox.width - wide);
    if (left < free) continue;
    ctx.fillText(text, left, bbox.top - 3 * ratio);
    free = left + wide + 8 * ratio;
  }
  ctx.restore();
};

const keyOf = (chart: Chart, looks: readonly Look[], plot: uPlot): readonly HTMLElement[] =>
  chart.lines.map(({ label }, index) => {
    const { colour, dash, width } = looks[index] ?? { colour: '', dash: [], width: 1 };
    const isShown = plot.series[index + 1]?.show !== false;
    const button = element(el('button', { type: 'button', 'aria-pressed': isShown ? 'true' : 'false' }));
    button.append(swatch(colour, dash, width), element(el('span', {}, label)), element(el('span', { class: 'value' })));
    button.addEventListener('click', () => {
      const shown = plot.series[index + 1]?.show === false;
      plot.setSeries(index + 1, { show: shown });
      button.setAttribute('aria-pressed', `${shown}`);
    });
    const item = element(el('li', {}));
    item.append(button);
    return item;
  });

const SVG = 'http://www.w3.org/2000/svg';

const swatch = (colour: string, dash: readonly number[], width: number): Element => {
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', '0 0 28 8');
  picture.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(SVG, 'line');
  const attributes = {
    x1: 0,
    y1: 4,
    x2: 28,
    y2: 4,
    stroke: colour,
    'stroke-width': width + 0.5,
    'stroke-dasharray': dash.join(' '),
  };
  for (const [name, value] of Object.entries(attributes)) line.setAttribute(name, `${value}`);
  picture.append(line);
  return picture;
};

/** What lies under the cursor, as a sentence and in the key. */
const tell = (chart: Chart, readout: HTMLElement, key: HTMLElement, index: number | null): void => {
  const at = index === null ? undefined : chart.x[index];
  const values = chart.lines.map((line) => (index === null ? '' : valueText(chart, line, line.values[index])));
  for (const [line, place] of key.querySelectorAll('.value').entries())
    place.textContent = values[line] === '' ? '' : ` ${values[line]}`;
  readout.textContent =
    at === undefined
      ? ''
      : `${timeText(at)}: ${chart.lines.flatMap(({ label, role }, line) => (role === 'limit' ? [] : [`${label} ${values[line]}`])).join(', ')}`;
};

const moveByKeys = (stage: HTMLElement, plot: uPlot, listener: Listener): void => {
  stage.addEventListener('keydown', (event) => {
    const { min, max } = plot.scales.x ?? {};
    const x = plot.data[0];
    const [first, last] = [x.findIndex((at) => at >= (min ?? 0)), x.findLastIndex((at) => at <= (max ?? Infinity))];
    const now = plot.cursor.idx ?? null;
    const pace = event.shiftKey ? 10 : 1;
    const places: Readonly<Record<string, number>> = {
      ArrowLeft: (now ?? last + 1) - pace,
      ArrowRight: (now ?? first - 1) + pace,
      Home: first,
      End: last,
    };
    if (event.key === 'Enter') chooseAt(plot, listener);
    if (event.key === 'Escape') listener.moveTo(null);
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    const at = x[Math.min(last, Math.max(first, place))];
    if (at !== undefined) listener.moveTo(at);
  });
};

const chooseAt = (plot: uPlot, { choose }: Listener): void => {
  const index = plot.cursor.idx;
  const at = index === null || index === undefined ? undefined : plot.data[0][index];
  if (at !== undefined) choose(at);
};
