import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRICS } from '../aws/environment.ts';
import type { FunctionName } from './functions.ts';

export interface AlarmsProps {
  readonly name: string;
  readonly functions: Readonly<Record<FunctionName, IFunction>>;
  /** Then a tick that fails does not fail its invocation, and is counted by the function itself. */
  readonly ticksTogether: boolean;
  readonly wakeUpDeadLetters: IQueue;
  readonly announceDeadLetters: IQueue;
  /** The function that posts in Slack, and what it could not post; undefined: there is none. */
  readonly slack?: { readonly posts: IFunction; readonly deadLetters: IQueue } | undefined;
  readonly onCall: ITopic;
  /** What the anchors of the runbook are appended to. */
  readonly runbook: string;
}

/** An alarm: `metric` reaches `threshold` in `minutes` of the last `outOf` minutes. */
interface Watched {
  /** Also the anchor of its section in the runbook. */
  readonly id: string;
  readonly says: string;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly minutes: number;
  readonly outOf: number;
  /** Default: not breaching. */
  readonly missing?: TreatMissingData;
  /** Told as well when it is over. */
  readonly tellsWhenOver: boolean;
}

const MINUTE = Duration.minutes(1);

/** Age of the oldest newest entry from which on a live rollout is left alone: heartbeats come every three minutes. */
const STALE_MINUTES = 6;

/**
 * The controller watches rollouts; these watch the controller. Missing data never is trouble by itself: functions that are not invoked and
 * queues that are empty publish nothing, which is how it is whenever nothing is live. Silence while something is live is asked explicitly.
 */
export class Alarms extends Construct {
  /** CloudWatch bills every metric that an alarm reads. */
  readonly billedMetrics: number;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const watched = watchedBy(props);
    for (const each of watched) this.#alarm(each, props);
    this.billedMetrics = watched.reduce((sum, { metric }) => sum + metricsIn(metric), 0);
  }

  #alarm({ id, says, metric, threshold, minutes, outOf, missing, tellsWhenOver }: Watched, props: AlarmsProps): void {
    const alarm = new Alarm(this, id, {
      alarmName: `${props.name}-${id}`,
      alarmDescription: `${says} What to do: ${props.runbook}#${id}`,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      datapointsToAlarm: minutes,
      evaluationPeriods: outOf,
      treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(props.onCall));
    if (tellsWhenOver) alarm.addOkAction(new SnsAction(props.onCall));
  }
}

const metricsIn = (metric: IMetric): number =>
  metric instanceof MathExpression ? Object.keys(metric.usingMetrics).length : 1;

const watchedBy = (props: AlarmsProps): readonly Watched[] => {
  const { name, functions, wakeUpDeadLetters, announceDeadLetters } = props;
  const { tick, watchdog, announce } = functions;
  return [
    {
      id: 'tick-errors',
      says: 'Ticks fail: rollouts are not looked at, and guards do not guard.',
      // A single failure is nothing: the next wake-up looks again.
      metric: props.ticksTogether ? failedOf(name, tick) : sumOf(tick, 'Errors'),
      threshold: 1,
      minutes: 3,
      outOf: 5,
      tellsWhenOver: true,
    },
    {
      id: 'tick-silent',
      says: `A live rollout has had no entry for ${STALE_MINUTES} minutes or more: nobody guards its candidate.`,
      metric: ownMetric(name, METRICS.staleMinutes),
      threshold: STALE_MINUTES,
      minutes: 3,
      outOf: 3,
      tellsWhenOver: true,
    },
    {
      id: 'tick-throttles',
      says: 'Lambda turns ticks away: too many rollouts at once, or the account has no concurrency left.',
      metric: sumOf(tick, 'Throttles'),
      threshold: 1,
      minutes: 3,
      outOf: 5,
      tellsWhenOver: true,
    },
    {
      id: 'watchdog-errors',
      says: 'The watchdog fails: nobody would notice that ticks have stopped.',
      metric: sumOf(watchdog, 'Errors'),
      threshold: 1,
      minutes: 3,
      outOf: 5,
      tellsWhenOver: true,
    },
    {
      id: 'watchdog-silent',
      says: 'A rollout was live when the watchdog last looked, and it has not looked for 5 minutes: perhaps nothing is woken.',
      // It says itself how many are live, so its last word is what counts while it is silent; when nothing is left that word is 0.
      metric: new MathExpression({
        expression: 'IF(FILL(live, REPEAT) > 0, IF(FILL(looks, 0) < 1, 1, 0), 0)',
        usingMetrics: { live: ownMetric(name, METRICS.liveRollouts), looks: sumOf(watchdog, 'Invocations') },
        label: 'live rollouts without a watchdog',
        period: MINUTE,
      }),
      threshold: 1,
      minutes: 5,
      outOf: 15,
      // After 15 minutes even the last word is out of sight: then the alarm stays as it is until the watchdog is back.
      missing: TreatMissingData.IGNORE,
      tellsWhenOver: true,
    },
    {
      id: 'watchdog-throttles',
      says: 'Lambda turns the watchdog away: it still runs, or the account has no concurrency left.',
      metric: sumOf(watchdog, 'Throttles'),
      threshold: 1,
      minutes: 3,
      outOf: 5,
      tellsWhenOver: true,
    },
    {
      id: 'wake-ups-lost',
      says: 'EventBridge Scheduler could not deliver a wake-up.',
      metric: waiting(wakeUpDeadLetters),
      threshold: 1,
      minutes: 1,
      outOf: 1,
      // Over only when somebody has emptied the queue, who knows.
      tellsWhenOver: false,
    },
    {
      id: 'announcements-lost',
      says: 'Entries of the journal could not be announced: somebody may wait for a message that does not come.',
      metric: waiting(announceDeadLetters),
      threshold: 1,
      minutes: 1,
      outOf: 1,
      tellsWhenOver: false,
    },
    {
      id: 'announcements-late',
      says: 'Announcements are more than 2 minutes behind the journal.',
      metric: announce.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: MINUTE }),
      threshold: 120_000,
      minutes: 3,
      outOf: 5,
      tellsWhenOver: true,
    },
    {
      id: 'reports-failed',
      says: 'The report of a live rollout could not be written, and is as old as the last one that was.',
      metric: ownMetric(name, METRICS.reportsFailed),
      threshold: 1,
      minutes: 1,
      outOf: 1,
      // The next report that is written says nothing of this one.
      tellsWhenOver: false,
    },
    {
      id: 'requests-refused',
      says: 'Somebody keeps asking, by command or in Slack, what they may not ask, or without a proof of who they are.',
      metric: ownMetric(name, METRICS.requestsRefused).with({ statistic: Stats.SUM, period: Duration.minutes(5) }),
      // One is a slip, or a clock that is wrong.
      threshold: 5,
      minutes: 1,
      outOf: 1,
      tellsWhenOver: false,
    },
    ...(props.slack === undefined ? [] : slackWatched(name, props.slack)),
  ];
};

/** Whoever is called only in Slack is not called while these ring: the topics tell it. */
const slackWatched = (name: string, { posts, deadLetters }: NonNullable<AlarmsProps['slack']>): readonly Watched[] => [
  {
    id: 'slack-late',
    says: 'Slack is more than 5 minutes behind the journal: nobody is called there. Mail and topics go on.',
    metric: posts.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: MINUTE }),
    threshold: 300_000,
    minutes: 3,
    outOf: 5,
    tellsWhenOver: true,
  },
  {
    id: 'slack-refused',
    says: 'Slack takes nothing for the channel of a rollout: nobody is called there. Mail and topics go on.',
    metric: ownMetric(name, METRICS.slackRefused),
    threshold: 1,
    minutes: 1,
    outOf: 1,
    // The next post that is taken says nothing of this one.
    tellsWhenOver: false,
  },
  {
    id: 'slack-lost',
    says: 'Entries of the journal were given up for Slack after 6 hours.',
    metric: waiting(deadLetters),
    threshold: 1,
    minutes: 1,
    outOf: 1,
    tellsWhenOver: false,
  },
];

const sumOf = (made: IFunction, metricName: 'Errors' | 'Throttles' | 'Invocations'): Metric =>
  made.metric(metricName, { statistic: Stats.SUM, period: MINUTE });

/** Failed invocations, and ticks that failed among others. */
const failedOf = (name: string, tick: IFunction): MathExpression =>
  new MathExpression({
    expression: 'FILL(errors, 0) + FILL(failed, 0)',
    usingMetrics: { errors: sumOf(tick, 'Errors'), failed: ownMetric(name, METRICS.ticksFailed) },
    label: 'failed ticks',
    period: MINUTE,
  });

const ownMetric = (service: string, metricName: string): Metric =>
  new Metric({
    namespace: METRICS.namespace,
    metricName,
    dimensionsMap: { service },
    statistic: Stats.MAXIMUM,
    period: MINUTE,
  });

const waiting = (queue: IQueue): Metric =>
  queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: MINUTE });
