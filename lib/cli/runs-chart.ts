/** The picture `runs.svg`: how the runs ended, with their intervals, and the histograms below. Written out by hand: it is bars and text. */
import { formatDuration } from '../plan/duration.ts';
import { formatNumber } from '../plan/metric.ts';
import type { RunOutcome } from '../sim/rehearsal.ts';
import type { Bin, Histogram, Unit } from './histogram.ts';
import type { Group, RunsSummary } from './runs-summary.ts';
import { falseRollbackSentence, OUTCOME_WORDS, percent, runsHeadline } from './runs-text.ts';

const WIDTH = 900;
const LEFT = 70;
const RIGHT = 860;
const TOP = 90;
const COLOURS: Readonly<Record<RunOutcome, string>> = {
  finished: '#8cc09a',
  held: '#efc078',
  rolledBack: '#e0909b',
  running: '#bdbdbd',
};
const BAR_COLOUR = '#3b6ea5';
const INK = '#222';
const GRID = '#ddd';

/** A part of the picture, drawn from y = 0 downwards. */
interface Panel {
  readonly height: number;
  readonly body: string;
}

export const runsChart = (summary: RunsSummary): string => {
  const panels = [outcomePanel(summary.groups), ...summary.histograms.map(histogramPanel)];
  let y = TOP;
  const placed = panels.map(({ height, body }) => {
    const group = `<g transform="translate(0 ${y})">\n${body}\n</g>`;
    y += height;
    return group;
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="13" fill="${INK}">`,
    `<title>${escaped(runsHeadline(summary))}</title>`,
    `<rect width="${WIDTH}" height="${y}" fill="#fff"/>`,
    text(30, 34, `${summary.rollout}: ${formatNumber(summary.runs)} rehearsals`, 'font-size="20" font-weight="600"'),
    text(30, 60, falseRollbackSentence(summary)),
    ...placed,
    '</svg>',
  ].join('\n')}\n`;
};

const BARS_FROM = 370;
const BARS_TO = 720;
const ROW = 30;

const outcomePanel = (groups: readonly Group[]): Panel => {
  const bottom = 24 + groups.length * ROW;
  const axis = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    line(barX(share), 20, barX(share), bottom, GRID),
    text(barX(share), bottom + 18, `${100 * share} %`, 'text-anchor="middle" font-size="12"'),
  ]);
  return {
    height: bottom + 66,
    body: [
      text(30, 8, 'Share of all runs by outcome and reason, with its 95 % interval', 'font-weight="600"'),
      ...axis,
      ...groups.flatMap(outcomeBar),
    ].join('\n'),
  };
};

const barX = (share: number): number => BARS_FROM + share * (BARS_TO - BARS_FROM);

const outcomeBar = (group: Group, index: number): readonly string[] => {
  const { outcome, reason, share, lower, upper, runs } = group;
  const y = 28 + index * ROW;
  const middle = y + 9;
  return [
    text(BARS_FROM - 10, middle + 4, `${OUTCOME_WORDS[outcome]}: ${reason}`, 'text-anchor="end" font-size="12"'),
    `<rect x="${BARS_FROM}" y="${y}" width="${round(barX(share) - BARS_FROM)}" height="18" fill="${COLOURS[outcome]}"/>`,
    line(barX(lower), middle, barX(upper), middle, INK),
    line(barX(lower), middle - 4, barX(lower), middle + 4, INK),
    line(barX(upper), middle - 4, barX(upper), middle + 4, INK),
    text(BARS_TO + 14, middle + 4, `${percent(share)} (${formatNumber(runs)})`, 'font-size="12"'),
  ];
};

const PLOT_TOP = 24;
const PLOT_BOTTOM = 204;

const histogramPanel = ({ title, unit, bins }: Histogram): Panel => {
  const step = niceStep(Math.max(...bins.map(({ runs }) => runs)));
  const most = step * Math.ceil(Math.max(...bins.map(({ runs }) => runs)) / step);
  const yOf = (runs: number): number => PLOT_BOTTOM - (runs / most) * (PLOT_BOTTOM - PLOT_TOP);
  const ticks = Array.from({ length: most / step + 1 }, (_, index) => index * step);
  const width = Math.min(90, (RIGHT - LEFT) / bins.length);
  const bars = bins.map(
    ({ runs }, index) =>
      `<rect x="${round(LEFT + index * width + 1)}" y="${round(yOf(runs))}" width="${round(width - 2)}" height="${round(PLOT_BOTTOM - yOf(runs))}" fill="${BAR_COLOUR}"/>`,
  );
  return {
    height: PLOT_BOTTOM + 80,
    body: [
      text(30, 0, title, 'font-weight="600"'),
      ...ticks.flatMap((runs) => [
        line(LEFT, yOf(runs), RIGHT, yOf(runs), GRID),
        text(LEFT - 8, yOf(runs) + 4, formatNumber(runs), 'text-anchor="end" font-size="12"'),
      ]),
      ...bars,
      line(LEFT, PLOT_BOTTOM, RIGHT, PLOT_BOTTOM, INK),
      ...edgeLabels(bins, unit, width),
      text(
        (LEFT + RIGHT) / 2,
        PLOT_BOTTOM + 42,
        unit === 'minutes' ? 'time' : 'requests',
        'text-anchor="middle" font-size="12"',
      ),
      text(
        0,
        0,
        'runs',
        `text-anchor="middle" font-size="12" transform="translate(24 ${(PLOT_TOP + PLOT_BOTTOM) / 2}) rotate(-90)"`,
      ),
    ].join('\n'),
  };
};

/** Where bars begin; the last one ends where its label says, or holds everything beyond. */
const edgeLabels = (bins: readonly Bin[], unit: Unit, width: number): readonly string[] => {
  const say = unit === 'minutes' ? formatDuration : formatNumber;
  const every = width < 55 ? 2 : 1;
  const edges = bins.map(({ from, to }) => (to === null ? `≥ ${say(from)}` : say(from)));
  const end = bins.at(-1)?.to ?? null;
  return [...edges, ...(end === null ? [] : [say(end)])].flatMap((label, index) =>
    index % every === 0
      ? [text(round(LEFT + index * width), PLOT_BOTTOM + 18, label, 'text-anchor="middle" font-size="12"')]
      : [],
  );
};

/** Of the counts' axis: four to nine steps, whole runs. */
const niceStep = (most: number): number => {
  for (let scale = 1; ; scale *= 10) {
    const found = [scale, 2 * scale, 5 * scale].find((step) => most / step <= 6);
    if (found !== undefined) return found;
  }
};

const round = (value: number): number => Math.round(10 * value) / 10;

const line = (x1: number, y1: number, x2: number, y2: number, colour: string): string =>
  `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${colour}"/>`;

const text = (x: number, y: number, words: string, more = ''): string =>
  `<text x="${x}" y="${round(y)}"${more === '' ? '' : ` ${more}`}>${escaped(words)}</text>`;

/** XML has no form at all for control characters. */
const escaped = (words: string): string =>
  words
    .replace(/[\p{Cc}\p{Cs}]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
