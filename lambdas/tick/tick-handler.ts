import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { decisionMetric, METRICS, serviceName } from '../../lib/aws/environment.ts';
import { valueIn } from '../../lib/aws/json-text.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import type { World } from '../../lib/controller/ports.ts';
import { tick } from '../../lib/controller/tick.ts';
import { LATE_MINUTES } from '../../lib/rollout/metrics-turn.ts';
import { type TickFacts, tickFacts, tickLine } from './tick-line.ts';

/** What Lambda's poller of a queue takes for an answer: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
interface Failures {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * One wake-up fails the invocation when its tick fails: what was measured until then is published all the same. Of several each ticks for
 * itself, all at once; those that fail are told by their messages, since the poller would slow down for all of them if the invocation failed.
 *
 * @param worldOf made once; it counts the minutes that changed after they were judged
 * @param milliseconds after which nothing more is asked of AWS
 */
export const tickHandler = (
  worldOf: (deadline: Deadline, onRevised: (minutes: number) => void) => World,
  milliseconds: number,
): ((event: unknown) => Promise<Failures | undefined>) => {
  const logger = new Logger({ serviceName: serviceName(process.env) });
  const metrics = new Metrics({ namespace: METRICS.namespace, serviceName: serviceName(process.env) });
  const deadline = new Deadline();
  let revised = 0;
  const world = worldOf(deadline, (minutes) => {
    revised += minutes;
  });

  const tickOne = async (rollout: string): Promise<void> => {
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
  };

  /** A rollout that is named twice ticks once. */
  const tickAll = async (messages: readonly Message[]): Promise<Failures> => {
    const ticks = new Map<string, Promise<void>>();
    const ticked = await Promise.allSettled(
      messages.map(async ({ body }) => {
        const rollout = rolloutOf(valueIn(body));
        const once = ticks.get(rollout) ?? tickOne(rollout);
        ticks.set(rollout, once);
        return once;
      }),
    );
    const batchItemFailures = messages.flatMap(({ messageId, body }, index) => {
      const outcome = ticked[index];
      if (outcome?.status !== 'rejected') return [];
      logger.error('a tick failed', { wakeUp: body.slice(0, 200), error: outcome.reason });
      return [{ itemIdentifier: messageId }];
    });
    if (batchItemFailures.length > 0)
      metrics.addMetric(METRICS.ticksFailed, MetricUnit.Count, batchItemFailures.length);
    return { batchItemFailures };
  };

  return async (event) => {
    const began = Date.now();
    revised = 0;
    deadline.begin(milliseconds);
    try {
      if (isFromQueue(event)) return await tickAll(event.Records);
      await tickOne(rolloutOf(event));
      return undefined;
    } finally {
      if (revised > 0) metrics.addMetric(METRICS.rowsRevised, MetricUnit.Count, revised);
      metrics.addMetric(METRICS.tickDuration, MetricUnit.Milliseconds, Date.now() - began);
      metrics.publishStoredMetrics();
    }
  };
};

/** A wake-up as SQS hands it over. */
interface Message {
  readonly messageId: string;
  readonly body: string;
}

const isFromQueue = (event: unknown): event is { readonly Records: readonly Message[] } =>
  typeof event === 'object' && event !== null && 'Records' in event && Array.isArray(event.Records);

const rolloutOf = (event: unknown): string => {
  const { rollout } = (event ?? {}) as { readonly rollout?: unknown };
  if (typeof rollout === 'string' && /^[a-z0-9-]{1,40}$/.test(rollout)) return rollout;
  const given =
    typeof rollout === 'string' ? `the name ${JSON.stringify(rollout.slice(0, 80))}` : 'no name that is text';
  throw new Error(`Cannot tick: the event must be { "rollout": NAME }, given ${given}`);
};

/** What is as it should be is not published: lib/aws/environment.ts. */
const measure = (metrics: Metrics, { decision, drift, behindMinutes }: TickFacts): void => {
  if (decision !== 'wait') metrics.addMetric(decisionMetric(decision), MetricUnit.Count, 1);
  if (drift > 0) metrics.addMetric(METRICS.drift, MetricUnit.Count, drift);
  if (behindMinutes !== null && behindMinutes >= LATE_MINUTES)
    metrics.addMetric(METRICS.rowsBehind, MetricUnit.Count, behindMinutes);
};
