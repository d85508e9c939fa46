import type { Side } from './claim.ts';
import { parseDuration } from './duration.ts';
import type { Parsed } from './parsed.ts';

export type Unit = '%' | 'ms' | 's' | '';

/** `[not] metric < limit [for DURATION]`, taken apart and not yet understood. */
export interface Expression {
  readonly text: string;
  readonly not: boolean;
  readonly metric: string;
  /** Absent for a metric that stands alone, as `noIncidents` does. */
  readonly comparison?: { readonly side: Side; readonly amount: number; readonly unit: Unit } | undefined;
  /** Absent: no `for`. */
  readonly forMinutes?: number | undefined;
}

const FORM = /^(not )?([A-Za-z][A-Za-z0-9]*)(?: ?(<=?|>=?|==?) ?(\S+(?: %| ms| s)?))?(?: for (\S+))?$/;
const LIMIT = /^(-?\d{1,15}(?:\.\d{1,9})?) ?(%|ms|s|)$/;

/** Takes an expression apart; which metric, unit and direction are sensible is the catalogue's business (criterion.ts). */
export function parseExpression(written: string): Parsed<Expression> {
  const text = written.trim().replace(/\s+/g, ' ');
  const [, not, metric, sign, limit, lasting] = FORM.exec(text) ?? [];
  if (metric === undefined || metric === 'not') {
    return { must: 'must be an expression such as `errorRate < 1%`, `not revenueDelta < -3%` or `noIncidents`' };
  }
  const comparison = readComparison(sign, limit);
  if ('must' in comparison) return comparison;
  const forMinutes = lasting === undefined ? undefined : parseDuration(lasting);
  if (lasting !== undefined && forMinutes === undefined)
    return { must: 'must give a duration such as 2m or 1h after `for`' };
  return { value: { text, not: not !== undefined, metric, comparison: comparison.value, forMinutes } };
}

function readComparison(sign: string | undefined, limit: string | undefined): Parsed<Expression['comparison']> {
  if (sign === undefined || limit === undefined) return { value: undefined };
  if (sign !== '<' && sign !== '>') return { must: `must compare with < or >, not with ${sign}` };
  const [, amount, unit] = LIMIT.exec(limit) ?? [];
  if (!(unit === '%' || unit === 'ms' || unit === 's' || unit === '')) {
    return { must: 'must compare with a plain number and its unit: %, ms, s, or none where the metric has none' };
  }
  return { value: { side: sign === '<' ? 'below' : 'above', amount: Number(amount), unit } };
}
