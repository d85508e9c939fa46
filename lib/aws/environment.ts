import * as z from 'zod';

const text = z.string().min(1);

/**
 * What the stack tells its functions, the same to each, by name of the environment variable. One schema: the stack's `environment` satisfies
 * it, the functions read it. Region, credentials and `AWS_ENDPOINT_URL*` are the SDK's own and not listed here.
 */
const schema = z.object({
  /** Name of the journal's table. */
  SLUICE_TABLE: text,
  /** Name of the EventBridge Scheduler group in which the wake-ups live. */
  SLUICE_SCHEDULE_GROUP: text,
  /** Role with which Scheduler invokes the functions. */
  SLUICE_SCHEDULE_ROLE: text,
  /** Queue of wake-ups that could not be delivered. */
  SLUICE_SCHEDULE_DEAD_LETTERS: text,
  /** ARNs of the functions that are woken. */
  SLUICE_TICK_FUNCTION: text,
  SLUICE_WATCHDOG_FUNCTION: text,
  /** ARNs of the topics, one for each audience. */
  SLUICE_TOPIC_EVERYONE: text,
  SLUICE_TOPIC_LEADS: text,
  SLUICE_TOPIC_ON_CALL: text,
  /** Name of the bucket of reports. */
  SLUICE_REPORTS: text,
});

export type Environment = z.output<typeof schema>;

/** Throws one error that names every missing variable: a deployment without them is broken. */
export const readEnvironment = (variables: Readonly<Record<string, string | undefined>>): Environment => {
  const read = schema.safeParse(variables);
  if (read.success) return read.data;
  const missing = read.error.issues.map(({ path }) => path.join('.'));
  throw new Error(`The environment variables ${missing.join(', ')} must be set; the stack sets them`);
};

/**
 * What the functions report of themselves as CloudWatch metrics (EMF), with the one dimension `service`: the name of the installation, so
 * that the alarms of one do not ring for another's rollouts. A metric costs something in each hour in which it is published, so two come every minute, and the others when there is something to tell: a value that is missing is
 * as it should be.
 */
export const METRICS = {
  namespace: 'Sluice',
  /** Tick, always: milliseconds from wake-up to the end. */
  tickDuration: 'TickDuration',
  /** Tick, when it is late: minutes from the newest judged row to now. */
  rowsBehind: 'RowsBehind',
  /** Tick, above 0: minutes whose counts changed after they were judged. */
  rowsRevised: 'RowsRevised',
  /** Tick, above 0: rules whose live weight is not the recorded one. */
  drift: 'Drift',
  /** Watchdog, always: rollouts that own a rule and have not ended. */
  liveRollouts: 'LiveRollouts',
  /** Watchdog, from 5 on: age of the oldest newest entry among them, in minutes. */
  staleMinutes: 'StaleMinutes',
} as const;

/** Powertools' own variable, which the stack sets to its name: https://docs.aws.amazon.com/powertools/typescript/latest/environment-variables/ */
export const serviceName = (variables: Readonly<Record<string, string | undefined>>): string =>
  variables.POWERTOOLS_SERVICE_NAME ?? 'sluice';

/** Tick: one metric for each decision but `wait`, `DecisionAdvance`, `DecisionRollBack`. */
export const decisionMetric = (decision: string): string =>
  `Decision${decision.slice(0, 1).toUpperCase()}${decision.slice(1)}`;
