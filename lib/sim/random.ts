/**
 * All chance of the simulator: one seed, named streams. A stream may be split further by an index (a minute), so that what
 * happens in minute m depends on the seed and m alone: a crash, a fork or a late tick never shifts the draws of other minutes.
 *
 * The generator is sfc32 by Chris Doty-Humphrey (PractRand, 2010); seeds are spread with the 32-bit finalizer of
 * MurmurHash3 by Austin Appleby, names with FNV-1a by Fowler, Noll and Vo.
 */
export interface Generator {
  a: number;
  b: number;
  c: number;
  counter: number;
  /** The second half of the last normal pair; NaN: none. */
  spare: number;
}

const WARM_UP_ROUNDS = 12;
/** Below this mean Poisson and binomial draws are exact; above it they are normal with a correction for skewness. */
const EXACT_BELOW = 30;

const mix = (value: number): number => {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
};

/** A stream's number; compute it once per stream, `at` takes it. */
export const streamKey = (seed: number, name: string): number => {
  let h = 0x811c9dc5 ^ mix(seed);
  for (let i = 0; i < name.length; i += 1) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  return mix(h ^ mix(Math.floor(seed / 4294967296)));
};

/** Sets the generator to the beginning of the stream's part `index`. */
export const seek = (generator: Generator, key: number, index: number): Generator => {
  generator.a = mix(key ^ 0x9e3779b9);
  generator.b = mix(index ^ generator.a);
  generator.c = mix(Math.floor(index / 4294967296) ^ generator.b ^ key);
  generator.counter = 1;
  generator.spare = Number.NaN;
  for (let i = 0; i < WARM_UP_ROUNDS; i += 1) next(generator);
  return generator;
};

/** The stream `name` of a seed, from its beginning. */
export const stream = (seed: number, name: string, index = 0): Generator =>
  seek({ a: 0, b: 0, c: 0, counter: 0, spare: Number.NaN }, streamKey(seed, name), index);

/** 32 random bits, unsigned. */
export const next = (g: Generator): number => {
  const sum = (((g.a + g.b) | 0) + g.counter) | 0;
  g.counter = (g.counter + 1) | 0;
  g.a = g.b ^ (g.b >>> 9);
  g.b = (g.c + (g.c << 3)) | 0;
  g.c = (((g.c << 21) | (g.c >>> 11)) + sum) | 0;
  return sum >>> 0;
};

/** In (0, 1): never 0, so that its logarithm exists. */
export const uniform = (g: Generator): number => (next(g) + 0.5) / 4294967296;

/** Standard normal, by Box and Muller (1958). */
export const normal = (g: Generator): number => {
  if (!Number.isNaN(g.spare)) {
    const spare = g.spare;
    g.spare = Number.NaN;
    return spare;
  }
  const radius = Math.sqrt(-2 * Math.log(uniform(g)));
  const angle = 2 * Math.PI * uniform(g);
  g.spare = radius * Math.sin(angle);
  return radius * Math.cos(angle);
};

/** A whole number near mean + deviation·z, with the first Cornish-Fisher term for a skewness of `skew`/deviation. */
const rounded = (g: Generator, mean: number, deviation: number, skew: number): number => {
  const z = normal(g);
  return Math.max(0, Math.round(mean + deviation * z + (skew * (z * z - 1)) / 6));
};

/** Exact below a mean of 30 (inversion), a rounded normal with Poisson's skewness above. */
export const poisson = (g: Generator, mean: number): number => {
  if (!(mean > 0)) return 0;
  if (mean >= EXACT_BELOW) return rounded(g, mean, Math.sqrt(mean), 1);
  let term = Math.exp(-mean);
  let left = uniform(g) - term;
  let k = 0;
  while (left > 0 && k < 200) {
    k += 1;
    term *= mean / k;
    left -= term;
  }
  return k;
};

/** Successes among n trials; exact while n·min(p, 1−p) < 30 (inversion), a rounded normal with the right skewness above. */
export const binomial = (g: Generator, n: number, p: number): number => {
  if (!(n > 0) || !(p > 0)) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(g, n, 1 - p);
  const mean = n * p;
  if (mean >= EXACT_BELOW) return Math.min(n, rounded(g, mean, Math.sqrt(mean * (1 - p)), 1 - 2 * p));
  const odds = p / (1 - p);
  let term = Math.exp(n * Math.log1p(-p));
  let left = uniform(g) - term;
  let k = 0;
  while (left > 0 && k < n && k < 200) {
    k += 1;
    term *= ((n - k + 1) / k) * odds;
    left -= term;
  }
  return k;
};

/** Gamma with mean shape·scale, by Marsaglia and Tsang (2000), with their boost for shapes below 1. */
export const gamma = (g: Generator, shape: number, scale: number): number => {
  if (!(shape > 0)) return 0;
  if (shape < 1) return gamma(g, shape + 1, scale) * uniform(g) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = normal(g);
    const v = (1 + c * z) ** 3;
    if (v > 0 && Math.log(uniform(g)) < 0.5 * z * z + d - d * v + d * Math.log(v)) return d * v * scale;
  }
};

/**
 * A count of events that come in clumps: the number of clumps is Poisson, a clump's size is geometric. `dispersion` is the
 * variance divided by the mean (1: plain Poisson); sums of such counts with one dispersion are such counts again.
 */
export const clumped = (g: Generator, mean: number, dispersion: number): number => {
  if (!(mean > 0)) return 0;
  if (dispersion <= 1) return poisson(g, mean);
  const meanSize = (dispersion + 1) / 2;
  const clumps = mean / meanSize;
  const p = 1 / meanSize;
  // The skew is the ratio of the third and the second moment of a clump's size.
  if (clumps >= EXACT_BELOW) return rounded(g, mean, Math.sqrt(mean * dispersion), (p * p - 6 * p + 6) / (p * (2 - p)));
  const more = 1 - p;
  let total = 0;
  for (let left = poisson(g, clumps); left > 0; left -= 1) {
    total += 1 + Math.floor(Math.log(uniform(g)) / Math.log(more));
  }
  return total;
};
