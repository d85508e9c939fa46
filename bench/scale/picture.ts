import { lineChart } from '../judge/line-chart.ts';
import type { Result } from './tables.ts';

const COLOURS = ['#c0392b', '#d68910', '#2c5aa0', '#5aa02c'] as const;
const TICKS = [1, 10, 100, 1000, 10_000];

/** The curve of docs/scale.md: ticks that are whole, by the number of live rollouts. */
export const curvePicture = (curve: readonly Result[]): string => {
  const names = [...new Set(curve.map(({ design }) => design.name))];
  return lineChart({
    title: 'Ticks that end within their minute with every question answered',
    x: {
      title: 'live rollouts in one region',
      from: 0,
      to: 4,
      ticks: TICKS.map(Math.log10),
      label: (power) => (10 ** power).toLocaleString('en-US'),
    },
    y: {
      title: 'whole ticks',
      from: 0,
      to: 100,
      ticks: [0, 25, 50, 75, 100],
      label: (percent) => `${percent} %`,
    },
    lines: names.map((name, index) => ({
      name,
      colour: COLOURS[index] ?? '#222',
      points: curve
        .filter(({ design }) => design.name === name)
        .map(({ scenario, seen }) => [Math.log10(scenario.rollouts), 100 * seen.whole] as const),
    })),
  });
};
