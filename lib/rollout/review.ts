/** What people look back on in phases with daily checkpoints: the day and the week, summed up row by row in constant space. Nothing is decided by it. */
import { ENOUGH_BLOCKS, gather, noneGathered, type Products } from '../judge/ratio.ts';
import { type BusinessRow, minuteOf, type Row } from '../judge/row.ts';
import { DAY_MINUTES, MINUTE_MS } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { isWeekly } from '../plan/timeline.ts';
import { activeHolds } from './holds.ts';
import type { HoldCode } from './reason.ts';
import type { Review, RolloutState, Span, Week } from './rollout.ts';

/** Somebody looks back on this rollout's days. */
export const isReviewed = ({ phases }: Plan): boolean => phases.some(({ daily }) => daily);

const HOLDS_AT_MOST = 10;

const emptySpan = (from: Instant): Span => ({
  from,
  to: from,
  requests: 0,
  failures: 0,
  heldMinutes: 0,
  holds: [],
  moreHolds: 0,
});

const emptyWeek = (plan: Plan, from: Instant): Week => ({
  ...emptySpan(from),
  sales: noneGathered(plan.metrics.revenue !== undefined),
});

export const newReview = (plan: Plan, from: Instant): Review => ({
  day: emptySpan(from),
  week: emptyWeek(plan, from),
  weeks: 0,
  closed: null,
});

/** Adds a row of the phase. A hold that begins and ends between two rows is not seen. */
export const reviewRow = (review: Review, row: Row, { holds }: Pick<RolloutState, 'holds'>): Review => {
  const active = activeHolds({ holds });
  return { ...review, day: addRow(review.day, row, active), week: addRow(review.week, row, active) };
};

const addRow = <S extends Span>(span: S, row: Row, active: ReturnType<typeof activeHolds>): S => {
  const begun = active.filter(({ code, since }) => isNew(span, code, since));
  const room = HOLDS_AT_MOST - span.holds.length;
  return {
    ...span,
    to: minuteOf(row) + MINUTE_MS,
    requests: span.requests + (row.candidate?.requests ?? 0),
    failures: span.failures + (row.candidate?.failures ?? 0),
    heldMinutes: span.heldMinutes + (active.length > 0 ? 1 : 0),
    ...(begun.length === 0
      ? {}
      : {
          holds: [...span.holds, ...begun.slice(0, room).map(({ code, since }) => ({ code, since }))],
          moreHolds: span.moreHolds + Math.max(0, begun.length - room),
        }),
  };
};

/** One that lasts since the span before is told in this one, too; beyond the ten a hold counts in the minute in which it began. */
const isNew = (span: Span, code: HoldCode, since: Instant): boolean =>
  span.holds.length < HOLDS_AT_MOST
    ? !span.holds.some((hold) => hold.code === code && hold.since === since)
    : since >= span.to;

/** Adds a minute's revenue: of the candidate alone, since at weight 100 there is no other. */
export const reviewSales = (review: Review, row: BusinessRow): Review => {
  const { sales } = review.week;
  if (sales.revenue.length === 0) return review;
  const alone = { ...row, baseline: { ...row.baseline, revenue: 0, requests: 0 } };
  return { ...review, week: { ...review.week, sales: gather(sales, alone) } };
};

/** A daily checkpoint was passed: the next day begins, and after seven of them the next week. */
export const closeDay = (plan: Plan, review: Review, checkpointsDone: number): Review => {
  const isWeek = isWeekly(checkpointsDone * DAY_MINUTES);
  return {
    day: emptySpan(review.day.to),
    week: isWeek ? emptyWeek(plan, review.week.to) : review.week,
    weeks: review.weeks + (isWeek ? 1 : 0),
    closed: { day: review.day, week: isWeek ? review.week : null },
  };
};

/** Revenue of both sides since the last rise below weight 100, where enough of it was gathered: what the weeks are compared with. */
export const salesOf = (plan: Plan, state: RolloutState): Products | undefined => {
  const { tallies, guards } = state.judge;
  const isAsked = isReviewed(plan) && state.weight > 0 && state.weight < 100;
  const [most] = [tallies.revenue, guards.sinceRise.revenue].toSorted((a, b) => (b[0] ?? 0) - (a[0] ?? 0));
  return isAsked && most !== undefined && (most[0] ?? 0) >= ENOUGH_BLOCKS ? most : state.salesBefore;
};
