import { formatNumber } from '../plan/metric.ts';
import { type Section, section, table } from './blocks.ts';
import { ASSUMED, costOf } from './cost.ts';
import type { Ledger } from './ledger.ts';
import { PRICE_DATE, PRICE_REGION } from './prices.ts';

/** What the rollout has cost so far. */
export const costSection = ({ plan, spending }: Ledger): Section => {
  const rows = costOf(plan, spending).map(({ what, count, usd }) => [
    what,
    Number.isNaN(count) ? '' : formatNumber(count),
    usd.toFixed(2),
  ]);
  const { tickSeconds, watchdogSeconds, memoryGb } = ASSUMED;
  const note = `List prices of ${PRICE_REGION} of ${PRICE_DATE}, without free tiers, at pace ${plan.pace}. Counted from the journal; times and lines of logs are assumed (a tick ${tickSeconds} s, a look of the watchdog ${watchdogSeconds} s, at ${memoryGb} GB). Not in it: the stack's fixed cost, deliveries to subscribers, the service's own resources.`;
  return section('Cost', table('What the rollout has cost so far', ['what', 'count', 'USD'], rows), note);
};
