import type { Complaint, Path } from './problem.ts';

/** A complaint about every value of a list that was there before. */
export function* repeated(
  list: readonly (string | undefined)[] | undefined,
  pathOf: (index: number) => Path,
  what: string,
): Generator<Complaint> {
  const seen = new Set<string>();
  for (const [index, value] of (list ?? []).entries()) {
    if (value === undefined) continue;
    if (seen.has(value)) yield { path: pathOf(index), must: `must differ from the other ${what}` };
    seen.add(value);
  }
}
