import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { decisionMetric, METRICS, serviceName } from '../../lib/aws/environment.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import type { World } from '../../lib/controller/ports.ts';
import { tick } from '../../lib/controller/tick.ts';
import { LATE_MINUTES } from '../../lib/rollout/metrics-turn.ts';
import { type TickFacts, tickFacts, tickLine } from './tick-line.ts';

/**
 * Fails when the tick does: what was measured until then is published all the same.
 * @param worldOf made once; it counts the minutes that changed after they were judged
 * @param milliseconds after which nothing more is asked of AWS
 */
export const tickHandler = (
  worldOf: (deadline: Deadline, onRevised: (minutes: number) => void) => World,
  milliseconds: number,
): ((event: unknown) => Promise<void>) => {
  const logger = new Logger({ serviceName: serviceName(process.env) });
  const metrics = new Metrics({ namespace: METRICS.namespace, serviceName: serviceName(process.env) });
  const deadline = new Deadline();
  let revised = 0;
  const world = worldOf(deadline, (minutes) => {
    revised += minutes;
  });
  return async (event) => {
    const began = Date.now();
    revised = 0;
    deadline.begin(milliseconds);
    try {
      const rollout = rolloutOf(event);
      const outcome = await tick(world, rollout);
      if (outcome === undefined) {
        logger.info('others were faster every time, and look after it', { rollout });
        return;
      }
      const facts = tickFacts(outcome);
      logger.info('tick', { ...tickLine(rollout, outcome), ...facts });
      measure(metrics, facts);
      const { unrecorded, unwritten } = outcome;
      for (const fault of unwritten)
        logger.error('could not write a rule', { rollout, fault: `${fault}`, said: `${fault.cause}` });
      if (unrecorded !== null)
        throw new Error(`Cannot record the tick of rollout ${rollout}: ${unrecorded}`, { cause: unrecorded.cause });
    } finally {
      if (revised > 0) metrics.addMetric(METRICS.rowsRevised, MetricUnit.Count, revised);
      metrics.addMetric(METRICS.tickDuration, MetricUnit.Milliseconds, Date.now() - began);
      metrics.publishStoredMetrics();
    }
  };
};

const rolloutOf = (event: unknown): string => {
  const { rollout } = (event ?? {}) as { readonly rollout?: unknown };
  if (typeof rollout === 'string' && /^[a-z0-9-]{1,40}$/.test(rollout)) return rollout;
  throw new Error(`Cannot tick: the event must be { "rollout": NAME }, given ${JSON.stringify(event)}`);
};

/** What is as it should be is not published: lib/aws/environment.ts. */
const measure = (metrics: Metrics, { decision, drift, behindMinutes }: TickFacts): void => {
  if (decision !== 'wait') metrics.addMetric(decisionMetric(decision), MetricUnit.Count, 1);
  if (drift > 0) metrics.addMetric(METRICS.drift, MetricUnit.Count, drift);
  if (behindMinutes !== null && behindMinutes >= LATE_MINUTES)
    metrics.addMetric(METRICS.rowsBehind, MetricUnit.Count, behindMinutes);
};
