/** What the criteria of a phase say of a tally. */
import { assessCriterion, type Incidents, isProvenFail, type Look } from './criterion.ts';
import type { Assessment } from './verdict.ts';

/** All criteria, in the plan's order, with bounds. */
export const assessAll = (look: Look, incidents: Incidents): Assessment[] =>
  look.criteria.map((criterion) => assessCriterion(look, criterion, incidents));

/**
 * The first criterion that is proven to fail. Bounds are looked for only when there is one: cheap enough for every
 * row.
 */
export const firstProvenFail = (look: Look): Assessment | undefined => {
  const failed = look.criteria.find((criterion) => isProvenFail(look, criterion));
  return failed === undefined ? undefined : assessCriterion(look, failed, 'none');
};
