/** A part of independent runs, with the interval that its true share lies in. */
export interface Share {
  readonly runs: number;
  readonly share: number;
  readonly lower: number;
  readonly upper: number;
}

const OUTSIDE_EACH_SIDE = 0.025;
const HALVINGS = 50;

/**
 * The 95 % interval of Clopper and Pearson (Biometrika 26, 1934): it holds at least that often whatever the true share is, also for the
 * rare events that shorter intervals are too sure of (Brown, Cai, DasGupta 2001).
 *
 * @param of all runs, at least one
 */
export const shareOf = (runs: number, of: number): Share => ({
  runs,
  share: runs / of,
  lower: 1 - upperBound(of - runs, of),
  upper: upperBound(runs, of),
});

/** The share at which so few would come in one of 40 times. */
const upperBound = (count: number, of: number): number => {
  if (count === of) return 1;
  let [low, high] = [count / of, 1];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (atMost(count, of, middle) > OUTSIDE_EACH_SIDE) low = middle;
    else high = middle;
  }
  return high;
};

/** P(X ≤ count) of a binomial X, summed downwards from its largest term; for a share above count/of. */
const atMost = (count: number, of: number, share: number): number => {
  let logTerm = count * Math.log(share) + (of - count) * Math.log1p(-share);
  for (let i = 1; i <= count; i += 1) logTerm += Math.log((of - count + i) / i);
  let term = 1;
  let sum = 1;
  for (let i = count; i > 0 && term > 1e-17 * sum; i -= 1) {
    term *= (i / (of - i + 1)) * ((1 - share) / share);
    sum += term;
  }
  return Math.exp(logTerm) * sum;
};
