/** How lines look: by colour and by dashes, so that either is enough. Colours come from the style sheet, which knows light and dark. */
import type { Chart, Line } from '../shape.ts';

export interface Look {
  readonly colour: string;
  readonly dash: readonly number[];
  readonly width: number;
}

const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [14, 4], [5, 5]];

export const looksOf = (chart: Chart): readonly Look[] => {
  const styles = getComputedStyle(document.documentElement);
  const colour = (name: string): string => styles.getPropertyValue(`--${name}`).trim();
  const candidates = chart.lines.filter(({ role }) => role === 'candidate');
  const limits = chart.lines.filter(({ role }) => role === 'limit');
  const ofCandidate = (line: Line): Look => {
    const index = candidates.indexOf(line);
    if (candidates.length === 1) return { colour: colour('candidate'), dash: [], width: 2 };
    return { colour: colour(`line-${index + 1}`), dash: DASHES[index] ?? [], width: 1.75 };
  };
  const looks: Readonly<Record<Line['role'], (line: Line) => Look>> = {
    candidate: ofCandidate,
    baseline: () => ({ colour: colour('baseline'), dash: [6, 3], width: 1.5 }),
    bound: () => ({ colour: colour('bound'), dash: [1, 3], width: 1.5 }),
    trip: () => ({ colour: colour('end'), dash: [], width: 2 }),
    weight: () => ({ colour: colour('weight'), dash: [], width: 1.25 }),
    limit: (line) => ({ colour: colour('limit'), dash: line === limits[0] ? [10, 4] : [4, 4], width: 1 }),
  };
  return chart.lines.map((line) => looks[line.role](line));
};

const PLACES: Readonly<Record<Chart['unit'], (value: number) => string>> = {
  percent: (value) => `${short(value)} %`,
  requests: (value) => Math.round(value).toLocaleString('en-US'),
  powerOfTen: (value) => short(10 ** value),
};

const short = (value: number): string =>
  Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 4 });

export const valueText = (chart: Chart, line: Line, value: number | null | undefined): string => {
  if (value === null || value === undefined) return 'nothing';
  return line.role === 'weight' ? `${short(value)} %` : PLACES[chart.unit](value);
};

/** A mark of the axis. */
export const markText = (unit: Chart['unit'], value: number): string => PLACES[unit](value);
