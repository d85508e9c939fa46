/** How values are spread: bars of one width. */
export interface Histogram {
  readonly title: string;
  readonly unit: Unit;
  readonly bins: readonly Bin[];
}

export type Unit = 'minutes' | 'requests';

export interface Bin {
  readonly from: number;
  /** Exclusive; null: everything beyond. */
  readonly to: number | null;
  readonly runs: number;
}

const BINS_AT_MOST = 16;
/** Widths that read well as minutes and hours; days follow. */
const MINUTE_WIDTHS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720] as const;
const DAY_MINUTES = 1440;

/** Bars up to the 99th percentile; what lies further out shares the last one, or it would press all others into one. */
export const histogramOf = (title: string, unit: Unit, values: readonly number[]): Histogram => {
  const sorted = values.toSorted((one, other) => one - other);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) return { title, unit, bins: [] };
  const far = quantile(sorted, 0.99);
  const width = widthFor(unit, least, far);
  const first = Math.floor(least / width);
  const count = Math.floor(far / width) - first + 1;
  const bins: Bin[] = Array.from({ length: count }, (_, index) => ({
    from: (first + index) * width,
    to: (first + index + 1) * width,
    runs: sorted.filter((value) => Math.floor(value / width) === first + index).length,
  }));
  const end = (first + count) * width;
  const beyond = sorted.filter((value) => value >= end).length;
  return { title, unit, bins: beyond === 0 ? bins : [...bins, { from: end, to: null, runs: beyond }] };
};

const widthFor = (unit: Unit, least: number, far: number): number => {
  const fits = (width: number): boolean => Math.floor(far / width) - Math.floor(least / width) < BINS_AT_MOST;
  const usual = unit === 'minutes' ? MINUTE_WIDTHS.find(fits) : undefined;
  if (usual !== undefined) return usual;
  for (let scale = unit === 'minutes' ? DAY_MINUTES : 1; ; scale *= 10) {
    const found = [scale, 2 * scale, 5 * scale].find(fits);
    if (found !== undefined) return found;
  }
};

/** The least value that so large a part does not exceed (nearest rank). `sorted`: ascending, at least one. */
export const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
