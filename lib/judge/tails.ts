/**
 * Tail probabilities, for tests at one planned look. The judge's own decisions need none of them: its bounds hold at every look.
 * Formulas by their numbers in the Digital Library of Mathematical Functions (dlmf.nist.gov) and in Abramowitz & Stegun.
 */

/** P(Z > z) of a standard normal Z: the series A&S 26.2.11 in the middle, the continued fraction 26.2.14 far out. */
export const normalTail = (z: number): number => {
  if (z < 0) return 1 - normalTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z >= 3) {
    let fraction = z;
    for (let k = 60; k >= 1; k--) fraction = z + k / fraction;
    return density / fraction;
  }
  let term = z;
  let sum = z;
  for (let odd = 3; term > 1e-17 * sum; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return 0.5 - density * sum;
};

/** The z that a standard normal exceeds with this probability, which is between 0 and 0.5. */
export const normalQuantile = (tail: number): number => {
  let [low, high] = [0, 40];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalTail(middle) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

/** P(|T| > t) of Student's t with so many degrees of freedom (A&S 26.7.1). */
export const studentTails = (t: number, freedom: number): number =>
  betaShare(freedom / (freedom + t * t), freedom / 2, 0.5);

/**
 * Twice the smaller tail of `events` of `total` trials with this chance each, at most 1: the exact binomial test (A&S 26.5.24). Counts may be
 * fractions.
 */
export const binomialTails = (events: number, total: number, chance: number): number => {
  const atLeast = events <= 0 ? 1 : betaShare(chance, events, total - events + 1);
  const atMost = events >= total ? 1 : betaShare(1 - chance, total - events, events + 1);
  return Math.min(1, 2 * Math.min(atLeast, atMost));
};

/** The regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22) in the manner of Lentz. */
export const betaShare = (x: number, a: number, b: number): number => {
  // The fraction converges fast on this side of the mean only (DLMF 8.17.4).
  if (x > (a + 1) / (a + b + 2)) return 1 - betaShare(1 - x, b, a);
  const front = Math.exp(
    a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b) - Math.log(a),
  );
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < TERMS_AT_MOST; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return Math.min(1, front * fraction);
};

/** Terms needed grow with the square root of the larger count. */
const TERMS_AT_MOST = 100_000;

const awayFromZero = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);

/** Stirling's series (DLMF 5.11.1), after moving the argument up to where it is exact. */
const logGamma = (value: number): number => {
  let shifted = value;
  let product = 1;
  while (shifted < 10) {
    product *= shifted;
    shifted += 1;
  }
  const inverse = 1 / (shifted * shifted);
  const series =
    (1 / 12 + inverse * (-1 / 360 + inverse * (1 / 1260 + inverse * (-1 / 1680 + inverse / 1188)))) / shifted;
  return (shifted - 0.5) * Math.log(shifted) - shifted + Math.log(2 * Math.PI) / 2 + series - Math.log(product);
};
