/** How figures are told: value, limit, and whether it was kept. The exit code is 1 where one was missed. */

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** NaN of none, which keeps no limit. */
export const most = (values: readonly number[]): number => (values.length === 0 ? Number.NaN : Math.max(...values));

export const spread = (values: readonly number[]): string =>
  `${Math.min(...values).toFixed(3)}–${Math.max(...values).toFixed(3)}`;

export const tell = (what: string, value: number, limit: number, unit: string, more = ''): void => {
  const kept = value <= limit;
  if (!kept) process.exitCode = 1;
  const rounded = Number(value.toPrecision(3));
  console.log(`${kept ? 'ok    ' : 'MISSED'}\t${what}\t${rounded} ${unit}\tlimit ${limit} ${unit}\t${more}`);
};
