/** What ticking every minute costs in a month, by list prices without free tiers. */
import { priceOf } from '../../lib/report/prices.ts';
import type { Counted } from './counted.ts';
import type { Design, Simulated } from './simulate.ts';

const MINUTES_A_MONTH = 30 * 24 * 60;
const GIGABYTES = 0.5;
/** Of one wake-up in a queue: its own message, and its share of the calls that receive and delete ten at a time. */
const QUEUE_REQUESTS = 1.2;

export interface Cost {
  readonly metrics: number;
  readonly everythingElse: number;
}

export const costOf = ({ queue, counted }: Design, seen: Simulated): Cost => {
  const ticks = seen.ticks * (1 - seen.lost);
  const perTick = (of: (counted: Counted) => number): number => {
    const largest = counted.at(-1);
    return largest === undefined ? 0 : of(largest) / largest.wakeUps;
  };
  const aMinute =
    priceOf('schedulerInvocation', seen.ticks) +
    priceOf('sqsRequest', queue === undefined ? 0 : QUEUE_REQUESTS * seen.ticks) +
    priceOf('lambdaRequest', seen.invocations) +
    priceOf('lambdaArmGigabyteSecond', seen.busySeconds * GIGABYTES) +
    priceOf('dynamoDbWrite', ticks * perTick(({ written }) => written)) +
    priceOf('dynamoDbRead', ticks * perTick(({ read }) => read)) +
    priceOf('logIngestion', (ticks * perTick(({ logBytes }) => logBytes)) / 1e9);
  return {
    metrics: priceOf('getMetricData', seen.metrics) * MINUTES_A_MONTH,
    everythingElse: aMinute * MINUTES_A_MONTH,
  };
};
