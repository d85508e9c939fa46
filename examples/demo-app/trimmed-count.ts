/** What TC() of response times could mean: a count of answers, or something between the values that CloudWatch keeps. */

/** Of half of the answers each, in milliseconds. */
export const FAST = 100;
export const SLOW = 300;

/** Between the two, in seconds. */
export const THRESHOLDS: readonly number[] = [0.15, 0.2, 0.25];

/** How many answers TC() counted above a threshold, in seconds. */
export interface Counted {
  readonly threshold: number;
  readonly above: number;
}

/**
 * One line for each threshold: what was counted, and what each of the two would be. Counted exactly, the threshold does not matter, since no
 * answer lies between the two. Interpolated, the slow answers are spread evenly from the fast value up to their own.
 * @param slow answers that took `SLOW`
 * @param all answers, the demo's own quick ones too
 */
export const comparison = (counted: readonly Counted[], slow: number, all: number): readonly string[] =>
  counted.map(({ threshold, above }) => {
    const interpolated = (slow * (SLOW - 1000 * threshold)) / (SLOW - FAST);
    const share = (count: number): string => `${count.toFixed(1)} (${((100 * count) / all).toFixed(1)} %)`;
    return `TC(${threshold}:) ${share(above)} of ${all}; expected if exact ${share(slow)}, if interpolated ${share(interpolated)}`;
  });
