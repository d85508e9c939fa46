/**
 * Share of a log-normal quantity above `threshold`, from its median and its 99th percentile.
 */
export const shareAbove = (threshold: number, median: number, p99: number): number =>
  upperTail((Math.log(threshold / median) * Z99) / Math.log(p99 / median));

/** The value below which nine of ten lie, from the median and the 99th percentile. */
export const ninetieth = (median: number, p99: number): number => median * (p99 / median) ** (Z90 / Z99);

/** Standard normal quantiles of 0.9 and 0.99. */
const Z90 = 1.2815515655446004;
const Z99 = 2.3263478740408408;

/**
 * P(Z > z) of the standard normal: the series of Marsaglia (2004) near the middle, Laplace's continued fraction in the tail;
 * relative error below 1e-9 up to z = 30.
 */
export const upperTail = (z: number): number => {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 0) return 1 - upperTail(-z);
  if (z < 3) {
    let sum = z;
    let term = z;
    for (let i = 3; i < 80; i += 2) {
      term *= (z * z) / i;
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = z;
  for (let i = 100; i > 0; i -= 1) fraction = z + i / fraction;
  return density / fraction;
};
