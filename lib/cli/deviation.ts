/** Where two values of JSON differ. Numbers are equal within what another order of adding may change. */

export interface Deviation {
  /** From the outside in, with dots: `judge.guards.0.sum`. */
  readonly path: string;
  readonly recorded: unknown;
  readonly today: unknown;
}

const RELATIVE = 1e-9;
const ABSOLUTE = 1e-12;

/** The first place, in the order of the recorded one's keys; undefined: they are equal. What JSON does not write is taken as it would come back. */
export const firstDeviation = (recorded: unknown, today: unknown, path = ''): Deviation | undefined => {
  const [one, other] = [asWritten(recorded), asWritten(today)];
  if (isNode(one) && isNode(other) && Array.isArray(one) === Array.isArray(other)) {
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
      const found = firstDeviation(one[key], other[key], path === '' ? key : `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return isEqual(one, other) ? undefined : { path, recorded: one, today: other };
};

const isNode = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const asWritten = (value: unknown): unknown => (typeof value === 'number' && !Number.isFinite(value) ? null : value);

const isEqual = (one: unknown, other: unknown): boolean => {
  if (typeof one !== 'number' || typeof other !== 'number') return one === other;
  return Math.abs(one - other) <= RELATIVE * Math.max(Math.abs(one), Math.abs(other)) + ABSOLUTE;
};
