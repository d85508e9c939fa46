/** What a rollout has cost so far, at list prices: counted where the journal tells it, assumed where it does not. */
import type { Plan } from '../plan/plan.ts';
import { billedForDayBefore, billedMetrics } from './billed-metrics.ts';
import { type PriceName, priceOf } from './prices.ts';
import { READS, type ReadKind, type Spending } from './spending.ts';

export interface CostLine {
  readonly what: string;
  readonly count: number;
  readonly usd: number;
}

/** `npm run bench` prints what of this can be measured without an account; the rest is waiting for AWS. */
export const ASSUMED = {
  /** Of all functions (lib/stack/functions.ts). */
  memoryGb: 0.5,
  tickSeconds: 0.3,
  watchdogSeconds: 0.1,
  commandSeconds: 0.5,
  announceSeconds: 1,
  /** Own lines, the metrics among them, and the three that Lambda writes of each invocation. */
  tickLogBytes: 1500,
  watchdogLogBytes: 900,
  commandLogBytes: 900,
  announceLogBytes: 1200,
  /** The journal stays; longer than a month it is the stack's fixed cost. */
  keptMonths: 1,
} as const;

/** In a month of 730 hours. */
const HOURS_PER_MONTH = 730;

/** The duration of ticks and the number of live rollouts; the other metrics are published when there is something to tell. */
const STEADY_METRICS = 2;

/** Entries of one file of the journal in the bucket. */
const PART_ENTRIES = 500;
/** Report, page, snapshot, the list of all rollouts and its page: each looked at and put; snapshot and list are read before. */
const PUTS_PER_REPORT = 5;
const GETS_PER_REPORT = 7;

/** Encrypted when it is published, decrypted when it is delivered; SNS asks less often than that. */
const KEY_USES_PER_MESSAGE = 2;

/** How many metrics CloudWatch has been asked for, as it bills them. */
export const metricsRead = (plan: Plan, { reads, preflights }: Pick<Spending, 'reads' | 'preflights'>): number => {
  const kinds = Object.keys(READS) as ReadKind[];
  const ofTicks = kinds.reduce((sum, kind) => sum + reads[kind] * billedMetrics(plan, READS[kind]), 0);
  return ofTicks + preflights * (billedMetrics(plan, READS.compared) + billedForDayBefore(plan));
};

/** The last line is the sum. What is shared by several live rollouts, such as the watchdog, counts in full for each. */
export const costOf = (plan: Plan, spending: Spending): readonly CostLine[] => {
  const lines = [
    line('CloudWatch metrics read', 'getMetricData', metricsRead(plan, spending)),
    metricHours(spending),
    line('journal, write units of 1 KB', 'dynamoDbWrite', spending.writeUnits),
    line('journal, read units of 4 KB', 'dynamoDbRead', spending.readUnits + unitsOfReports(spending)),
    keptJournal(spending),
    line('function invocations', 'lambdaRequest', invocationsOf(spending)),
    line('function time, GB-seconds', 'lambdaArmGigabyteSecond', gigabyteSeconds(spending)),
    line('wake-ups', 'schedulerInvocation', spending.ticks + spending.looks),
    line('logs, GB', 'logIngestion', logBytes(spending) / 1e9),
    messages(spending),
    reports(spending),
  ];
  return [...lines, { what: 'together', count: Number.NaN, usd: lines.reduce((sum, { usd }) => sum + usd, 0) }];
};

const line = (what: string, name: PriceName, count: number): CostLine => ({ what, count, usd: priceOf(name, count) });

const metricHours = ({ ticks, decisionHours }: Spending): CostLine => {
  const count = STEADY_METRICS * Math.ceil(ticks / 60) + decisionHours;
  return { what: 'own metrics, hours', count, usd: priceOf('cloudWatchCustomMetric', count / HOURS_PER_MONTH) };
};

/** Every entry is read once for the report, and once more when its part of the journal is put into the bucket. */
const unitsOfReports = ({ bytes }: Spending): number => Math.ceil((2 * bytes) / 4096);

const keptJournal = ({ bytes }: Spending): CostLine => {
  const count = (bytes / 1e9) * ASSUMED.keptMonths;
  const usd = priceOf('dynamoDbStorage', count) + priceOf('dynamoDbPointInTimeRecovery', count);
  return { what: 'journal and its backup kept for a month, GB', count, usd };
};

const invocationsOf = ({ ticks, looks, commands, announced }: Spending): number => ticks + looks + commands + announced;

const gigabyteSeconds = ({ ticks, looks, commands, announced }: Spending): number => {
  const { memoryGb, tickSeconds, watchdogSeconds, commandSeconds, announceSeconds } = ASSUMED;
  const seconds =
    ticks * tickSeconds + looks * watchdogSeconds + commands * commandSeconds + announced * announceSeconds;
  return memoryGb * seconds;
};

const logBytes = ({ ticks, looks, commands, announced }: Spending): number =>
  ticks * ASSUMED.tickLogBytes +
  looks * ASSUMED.watchdogLogBytes +
  commands * ASSUMED.commandLogBytes +
  announced * ASSUMED.announceLogBytes;

const messages = ({ messages: count }: Spending): CostLine => ({
  what: 'messages published',
  count,
  usd: priceOf('snsPublish', count) + priceOf('kmsRequest', KEY_USES_PER_MESSAGE * count),
});

const reports = ({ announced, ticks }: Spending): CostLine => {
  const parts = Math.ceil(ticks / PART_ENTRIES);
  const count = PUTS_PER_REPORT * announced + parts;
  const usd = priceOf('s3Put', count) + priceOf('s3Get', GETS_PER_REPORT * announced + parts);
  return { what: 'files put into the bucket', count, usd };
};
