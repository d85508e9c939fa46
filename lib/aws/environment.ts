import { createHash } from 'node:crypto';

/**
 * What the stack tells its functions, the same to each: environment variables by name, and what each holds. The stack's `environment`
 * satisfies it, the functions read it. Region, credentials and `AWS_ENDPOINT_URL*` are the SDK's own and not listed here.
 *
 * Not a schema: loading a function that needs zod for nothing else takes a twentieth longer.
 */
const VARIABLES = {
  SLUICE_TABLE: "name of the journal's table",
  SLUICE_SCHEDULE_GROUP: 'name of the EventBridge Scheduler group in which the wake-ups live',
  SLUICE_SCHEDULE_ROLE: 'ARN of the role with which Scheduler invokes the functions',
  SLUICE_SCHEDULE_DEAD_LETTERS: 'ARN of the queue of wake-ups that could not be delivered',
  SLUICE_TICK_FUNCTION: 'ARN of the function that a rollout is ticked by',
  SLUICE_MINUTE_WAKE_UPS:
    'ARN of what minute wake-ups go to: the tick function, or the queue that hands it several at once',
  SLUICE_WATCHDOG_FUNCTION: 'ARN of the watchdog',
  SLUICE_TOPIC_EVERYONE: 'ARN of the topic for everyone',
  SLUICE_TOPIC_LEADS: 'ARN of the topic for the leads',
  SLUICE_TOPIC_ON_CALL: 'ARN of the topic for the people on call',
  SLUICE_REPORTS: 'name of the bucket of reports',
  SLUICE_TRAIL: '`ask`: the tick may ask CloudTrail who changed a rule; `off`: it may not',
} as const;

export type Environment = Readonly<Record<keyof typeof VARIABLES, string>>;

/** Throws one error that names every missing variable: a deployment without them is broken. */
export const readEnvironment = (variables: Readonly<Record<string, string | undefined>>): Environment =>
  readAll(VARIABLES, variables);

const readAll = <Name extends string>(
  wanted: Readonly<Record<Name, string>>,
  variables: Readonly<Record<string, string | undefined>>,
): Readonly<Record<Name, string>> => {
  const read = Object.keys(wanted).map((name) => [name, variables[name] ?? ''] as const);
  const missing = read.flatMap(([name, value]) => (value === '' ? [name] : []));
  if (missing.length === 0) return Object.fromEntries(read) as Readonly<Record<Name, string>>;
  throw new Error(`The environment variables ${missing.join(', ')} must be set; the stack sets them`);
};

/** Tells installations apart, also those of other accounts and regions; says nothing of them to who reads it. */
export const installationOf = ({ SLUICE_TICK_FUNCTION }: Pick<Environment, 'SLUICE_TICK_FUNCTION'>): string =>
  createHash('sha256').update(SLUICE_TICK_FUNCTION).digest('hex').slice(0, 12);

/** What only the functions of Slack are told besides. */
const SLACK_VARIABLES = {
  SLUICE_SLACK_SECRET: "name or ARN of the secret with the app's signing secret and bot token",
  SLUICE_SLACK_TEAM: 'id of the only workspace whose people may decide',
  SLUICE_SLACK_APP: 'id of the app',
  SLUICE_SLACK_COMMANDS: 'name of the function that carries out what the app passes on',
} as const;

export type SlackEnvironment = Readonly<Record<keyof typeof SLACK_VARIABLES, string>>;

/** What only the function of the channel's buttons is told besides. */
const CHAT_VARIABLES = { SLUICE_CHAT_CHANNEL: 'id of the Slack channel that may hold and roll back' } as const;

export type ChatEnvironment = Readonly<Record<keyof typeof CHAT_VARIABLES, string>>;

type Variables = Readonly<Record<string, string | undefined>>;

export const readSlackEnvironment = (variables: Variables): SlackEnvironment => readAll(SLACK_VARIABLES, variables);

export const readChatEnvironment = (variables: Variables): ChatEnvironment => readAll(CHAT_VARIABLES, variables);
/** Of every function of Slack: name or ARN of the secret of the app. */
export const SLACK_SECRET = 'SLUICE_SLACK_SECRET';

/** Of the function that posts: `on` where another one answers the buttons. */
export const SLACK_BUTTONS = 'SLUICE_SLACK_BUTTONS';

export const readSlackSecret = (variables: Readonly<Record<string, string | undefined>>): string => {
  const secret = variables[SLACK_SECRET] ?? '';
  if (secret === '') throw new Error(`The environment variable ${SLACK_SECRET} must be set; the stack sets it`);
  return secret;
};

/** Whether one invocation ticks several rollouts, whose wake-ups a queue has gathered. */
export const ticksTogether = (environment: Environment): boolean =>
  environment.SLUICE_MINUTE_WAKE_UPS !== environment.SLUICE_TICK_FUNCTION;

/** How long each function may run, and after how long it neither asks AWS nor waits for an answer: it ends by itself, and says why. */
export const RUN_TIME = {
  tick: { timeoutSeconds: 30, workSeconds: 25 },
  command: { timeoutSeconds: 30, workSeconds: 25 },
  announce: { timeoutSeconds: 60, workSeconds: 50 },
  watchdog: { timeoutSeconds: 30, workSeconds: 25 },
  // Slack waits for three seconds.
  slackActions: { timeoutSeconds: 10, workSeconds: 2.5 },
  slackCommands: { timeoutSeconds: 30, workSeconds: 22 },
  chatActions: { timeoutSeconds: 30, workSeconds: 25 },
  slack: { timeoutSeconds: 60, workSeconds: 45 },
} as const;

/**
 * What the functions report of themselves as CloudWatch metrics (EMF), with the one dimension `service`: the name of the installation, so
 * that the alarms of one do not ring for another's rollouts. A metric costs something in each hour in which it is published, so two come every minute, and the others when there is something to tell: a value that is missing is
 * as it should be.
 */
export const METRICS = {
  namespace: 'Sluice',
  /** Tick, always: milliseconds from wake-up to the end. */
  tickDuration: 'TickDuration',
  /** Several ticks in one invocation, above 0: ticks that failed. One alone fails its invocation instead. */
  ticksFailed: 'TicksFailed',
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
  /** Announce, above 0: reports of live rollouts that could not be written. */
  reportsFailed: 'ReportsFailed',
  /** Slack, above 0: rollouts whose channel, or whose message, was refused. */
  slackRefused: 'SlackRefused',
  /** Command, and the functions of Slack, above 0: requests without a proof that holds, or of what whoever asks may not ask. */
  requestsRefused: 'RequestsRefused',
} as const;

/** Powertools' own variable, which the stack sets to its name: https://docs.aws.amazon.com/powertools/typescript/latest/environment-variables/ */
export const serviceName = (variables: Readonly<Record<string, string | undefined>>): string =>
  variables.POWERTOOLS_SERVICE_NAME ?? 'sluice';

/** Tick: one metric for each decision but `wait`, `DecisionAdvance`, `DecisionRollBack`. */
export const decisionMetric = (decision: string): string =>
  `Decision${decision.slice(0, 1).toUpperCase()}${decision.slice(1)}`;
