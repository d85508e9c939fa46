/** The newest minutes of a share, as a ring: what a guard on it looks at. */
import type { Sums } from '../judge/share.ts';

export interface ShareWindow {
  /** Total, bad, baseline's total and bad of each minute. */
  readonly values: number[];
  readonly minutes: number;
  /** Where the next minute goes, and how many are there. */
  next: number;
  filled: number;
  /** Sum of the bad ones, up to rounding. */
  bad: number;
}

const WIDTH = 4;

export const emptyWindow = (minutes: number): ShareWindow => ({
  values: Array.from({ length: WIDTH * minutes }, () => 0),
  minutes,
  next: 0,
  filled: 0,
  bad: 0,
});

export const clearWindow = (window: ShareWindow): void => {
  window.values.fill(0);
  window.filled = 0;
  window.bad = 0;
};

export const pushMinute = (window: ShareWindow, sums: Sums): void => {
  const { values, minutes } = window;
  const at = WIDTH * window.next;
  window.bad += sums[1] - (values[at + 1] ?? 0);
  values[at] = sums[0];
  values[at + 1] = sums[1];
  values[at + 2] = sums[2];
  values[at + 3] = sums[3];
  window.next = window.next + 1 === minutes ? 0 : window.next + 1;
  if (window.filled < minutes) window.filled += 1;
};

export const isFull = ({ filled, minutes }: ShareWindow): boolean => filled === minutes;

/** Summed anew, so that no rounding is left over from minutes that are gone. */
export const sumsOf = ({ values }: ShareWindow): Sums => {
  let [total, bad, baselineTotal, baselineBad] = [0, 0, 0, 0];
  for (let i = 0; i < values.length; i += WIDTH) {
    total += values[i] ?? 0;
    bad += values[i + 1] ?? 0;
    baselineTotal += values[i + 2] ?? 0;
    baselineBad += values[i + 3] ?? 0;
  }
  return [total, bad, baselineTotal, baselineBad, 0];
};
