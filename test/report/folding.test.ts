import { describe, expect, it } from 'vitest';
import {
  AT,
  addPoint,
  type Folding,
  type Joining,
  KEPT,
  keepMinutes,
  MINUTES,
  nothingFolded,
  type Point,
  pointsOf,
} from '../../lib/report/folding.ts';

const DAY = 1440;
const OWN: readonly Joining[] = ['largest', 'last'];

/** A minute with 100 requests, of which the tenth is bad; its first own number is the minute within the hour, its second the minute. */
const minute = (at: number, weight = 1, kept = 0): Point => [at, 1, kept, weight, at % 60, at, 100, 10];

const folded = (minutes: number, weightAt: (at: number) => number = () => 1): Folding => {
  const folding = nothingFolded();
  for (let at = 0; at < minutes; at++) addPoint(folding, OWN, minute(at, weightAt(at)));
  return folding;
};

const sumOf = (points: readonly Point[], column: number): number =>
  points.reduce((sum, point) => sum + (point[column] ?? 0), 0);

describe('minutes without decisions', () => {
  const points = pointsOf(folded(3 * DAY));
  const newest = 3 * DAY - 1;

  it('are hours after a day, five minutes before that, and themselves at the end', () => {
    const minutesAt = (from: number, to: number) => {
      const there = points.filter((point) => newest - (point[AT] ?? 0) >= from && newest - (point[AT] ?? 0) < to);
      return [...new Set(there.map((point) => point[MINUTES]))];
    };
    expect(minutesAt(0, 30)).toEqual([1]);
    expect(minutesAt(40, DAY - 60)).toEqual([5]);
    expect(minutesAt(DAY + 60, 3 * DAY)).toEqual([60]);
  });

  it('lose no count, and keep the largest and the last of what is not counted', () => {
    expect([sumOf(points, MINUTES), sumOf(points, 6), sumOf(points, 7)]).toEqual([3 * DAY, 300 * DAY, 30 * DAY]);
    expect(points[0]?.slice(4, 6)).toEqual([59, 59]);
  });

  it('are joined with none of another weight', () => {
    const [first, second, third] = pointsOf(folded(3 * DAY, (at) => (at < 90 ? 1 : 10)));
    expect([first, second, third].map((point) => point?.slice(0, 4))).toEqual([
      [0, 60, 0, 1],
      [60, 30, 0, 1],
      [90, 30, 0, 10],
    ]);
  });
});

describe('minutes around a decision', () => {
  it('stay by themselves for good', () => {
    const folding = nothingFolded();
    for (let at = 0; at < 3 * DAY; at++) {
      addPoint(folding, OWN, minute(at));
      if (at === 105) keepMinutes(folding, 90, 100);
    }
    const points = pointsOf(folding);
    expect(points.filter((point) => point[KEPT] === 1).map((point) => point[AT])).toEqual([
      90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100,
    ]);
    expect(points.slice(0, 3).map((point) => point.slice(0, 2))).toEqual([
      [0, 60],
      [60, 30],
      [90, 1],
    ]);
    expect(sumOf(points, MINUTES)).toBe(3 * DAY);
  });

  it('are 2,500 at most: of a rollout that flaps for two weeks the oldest are folded', () => {
    const folding = nothingFolded();
    for (let at = 0; at < 14 * DAY; at++) addPoint(folding, OWN, minute(at, 1, 1));
    const points = pointsOf(folding);
    expect(points.filter((point) => point[KEPT] === 1).length).toBeLessThanOrEqual(2530);
    expect(points.length).toBeLessThan(3000);
    expect([points[0]?.[KEPT], points.at(-1)?.[KEPT]]).toEqual([0, 1]);
    expect(sumOf(points, 6)).toBe(1400 * DAY);
  });
});
