import type { MetricSource } from './plan.ts';

/** The dimensions of one arm's metric. @param arm what `{arm}` stands for: its name in `traffic.names` */
export const dimensionsOf = (
  { dimensions }: MetricSource,
  arm: string,
  segment = '',
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(dimensions).map(([name, value]) => [
      name,
      value.replaceAll('{arm}', arm).replaceAll('{segment}', segment),
    ]),
  );
