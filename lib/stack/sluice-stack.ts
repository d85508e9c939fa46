import { ArnFormat, CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type Environment, SLACK_BUTTONS, SLACK_SECRET } from '../aws/environment.ts';
import { acknowledgeFindings } from './acknowledged.ts';
import { Alarms } from './alarms.ts';
import { Announcer } from './announcer.ts';
import { Chat, type SlackChannel } from './chat.ts';
import { ChatActions } from './chat-actions.ts';
import { PlanDashboard } from './dashboard.ts';
import { deadLetters } from './dead-letters.ts';
import { type DeployedPlan, plansFile } from './deployed-plans.ts';
import type { FixedParts } from './fixed-cost.ts';
import { Functions, functionArn } from './functions.ts';
import { JournalTable } from './journal-table.ts';
import { MinuteQueue } from './minute-queue.ts';
import { permissionsOf, slackPermissions } from './permissions.ts';
import { PlanRegistration } from './plan-registration.ts';
import { ReportsBucket } from './reports-bucket.ts';
import type { Settings } from './settings.ts';
import { SlackActions, type SlackApp } from './slack-actions.ts';
import { SlackMessages } from './slack-messages.ts';
import { type Emails, Topics } from './topics.ts';
import { WakeUps } from './wake-ups.ts';

export interface SluiceStackProps extends StackProps {
  /** Prefix of every fixed name; the functions are NAME-tick, NAME-command, NAME-announce and NAME-watchdog. */
  readonly name: string;
  readonly plans: readonly DeployedPlan[];
  readonly emails: Emails;
  /** Amazon Q, told everything that the topics say; an app of one's own, which keeps one message for each rollout; or both. */
  readonly slack?: {
    readonly channel?: (SlackChannel & { readonly buttons?: boolean }) | undefined;
    readonly app?: { readonly secret: string; readonly decide?: SlackApp | undefined } | undefined;
  };
  readonly tags?: Readonly<Record<string, string>>;
  readonly logRetentionDays: Settings['logRetentionDays'];
  /** Default: alone. */
  readonly ticks?: Settings['ticks'];
  /** Default: false. */
  readonly cloudTrail?: Settings['cloudTrail'];
  readonly runbook: string;
}

/** One installation of Sluice: the controller, what it remembers, what wakes it, and what watches it. Nothing in it runs while nothing is live. */
export class SluiceStack extends Stack {
  /** What it costs while nothing is live. */
  readonly fixedParts: FixedParts;

  constructor(scope: Construct, id: string, props: SluiceStackProps) {
    const {
      name,
      plans,
      emails,
      slack,
      tags = {},
      logRetentionDays,
      ticks,
      cloudTrail = false,
      runbook,
      ...stackProps
    } = props;
    super(scope, id, {
      description: 'Sluice: shifts ALB traffic in phases, as fast as the evidence allows',
      ...stackProps,
    });
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value);
    const journal = new JournalTable(this, 'Journal');
    const topics = new Topics(this, 'Topics', { name, emails });
    const reports = new ReportsBucket(this, 'Reports');
    const tick = functionArn(this, name, 'tick');
    const watchdog = functionArn(this, name, 'watchdog');
    const minutes = ticks === 'together' ? new MinuteQueue(this, 'Minutes') : undefined;
    const minuteQueue = minutes?.queue.queueArn;
    const wakeUps = new WakeUps(this, 'WakeUps', { name, wakes: [tick, watchdog], minuteQueue });
    const announceDeadLetters = deadLetters(this, 'AnnounceDeadLetters');
    const { everyone, leads, onCall } = topics.of;
    const environment = {
      SLUICE_TABLE: journal.table.tableName,
      SLUICE_SCHEDULE_GROUP: wakeUps.groupName,
      SLUICE_SCHEDULE_ROLE: wakeUps.role.roleArn,
      SLUICE_SCHEDULE_DEAD_LETTERS: wakeUps.deadLetters.queueArn,
      SLUICE_TICK_FUNCTION: tick,
      SLUICE_MINUTE_WAKE_UPS: minuteQueue ?? tick,
      SLUICE_WATCHDOG_FUNCTION: watchdog,
      SLUICE_TOPIC_EVERYONE: everyone.topicArn,
      SLUICE_TOPIC_LEADS: leads.topicArn,
      SLUICE_TOPIC_ON_CALL: onCall.topicArn,
      SLUICE_REPORTS: reports.bucket.bucketName,
      SLUICE_TRAIL: cloudTrail ? 'ask' : 'off',
    } satisfies Environment;
    const app = slack?.app;
    const slackSecret = app && this.#secretArn(app.secret);
    const permissions = permissionsOf({
      table: journal.table.tableArn,
      index: journal.indexArn,
      stream: journal.table.tableStreamArn ?? '',
      rules: this.formatArn({ service: 'elasticloadbalancing', resource: 'listener-rule', resourceName: 'app/*' }),
      schedules: wakeUps.schedulesArn,
      scheduleRole: wakeUps.role.roleArn,
      topics: { everyone: everyone.topicArn, leads: leads.topicArn, onCall: onCall.topicArn },
      key: topics.key.keyArn,
      keyVia: `sns.${this.region}.${this.urlSuffix}`,
      reports: reports.bucket.bucketArn,
      announceDeadLetters: announceDeadLetters.queueArn,
      minuteQueue,
      command: functionArn(this, name, 'command'),
      slackSecret,
      slackCommands: functionArn(this, name, 'slack-commands'),
      cloudTrail,
      services: this.formatArn({ service: 'ecs', resource: 'service', resourceName: '*' }),
    });
    const slackDeadLetters = app && deadLetters(this, 'SlackDeadLetters');
    const commandFiles = { 'plans.json': plansFile(plans) };
    const functions = new Functions(this, 'Functions', {
      name,
      logRetentionDays,
      environment,
      permissions,
      commandFiles,
      slack:
        app === undefined || slackSecret === undefined || slackDeadLetters === undefined
          ? undefined
          : {
              environment: { [SLACK_SECRET]: app.secret, [SLACK_BUTTONS]: app.decide === undefined ? 'off' : 'on' },
              permissions: slackPermissions({
                table: journal.table.tableArn,
                stream: journal.table.tableStreamArn ?? '',
                secret: slackSecret,
                deadLetters: slackDeadLetters.queueArn,
              }),
            },
    });
    const slackMessages = slackDeadLetters &&
      functions.slack && { posts: functions.slack, deadLetters: slackDeadLetters };
    minutes?.wake(functions.of.tick);
    const { announce, command } = functions.of;
    const announcer = new Announcer(this, 'Announcer', {
      table: journal.table,
      announce,
      deadLetters: announceDeadLetters,
    });
    if (slackMessages !== undefined)
      new SlackMessages(this, 'SlackMessages', {
        table: journal.table,
        slack: slackMessages.posts,
        deadLetters: slackMessages.deadLetters,
      });
    const alarms = new Alarms(this, 'Alarms', {
      name,
      functions: functions.of,
      ticksTogether: minutes !== undefined,
      wakeUpDeadLetters: wakeUps.deadLetters,
      announceDeadLetters,
      slack: slackMessages,
      onCall,
      runbook,
    });
    for (const { plan } of plans) new PlanDashboard(this, `Dashboard-${plan.rollout}`, { name, plan });
    const shared = { name, logRetentionDays, environment };
    if (app?.decide !== undefined)
      new SlackActions(this, 'SlackActions', { ...shared, secret: app.secret, ...app.decide, permissions });
    if (slack?.channel !== undefined) {
      const { buttons = false, ...channel } = slack.channel;
      const { channelId } = channel;
      const made = buttons
        ? new ChatActions(this, 'ChatActions', { ...shared, channelId, permissions: permissions.chatActions })
        : undefined;
      new Chat(this, 'Chat', {
        name,
        ...channel,
        topics: [everyone, leads, onCall],
        buttons: made && { arns: made.buttonArns, invoke: functionArn(this, name, 'chat-actions') },
      });
    }
    const after = [journal, topics, reports, wakeUps, functions, announcer, alarms];
    new PlanRegistration(this, 'PlanRegistration', { name, logRetentionDays, command, after });
    new CfnOutput(this, 'CommandFunction', { value: command.functionName });
    new CfnOutput(this, 'ReportsBucket', { value: reports.bucket.bucketName });
    new CfnOutput(this, 'TopicEveryone', { value: everyone.topicArn });
    new CfnOutput(this, 'TopicLeads', { value: leads.topicArn });
    new CfnOutput(this, 'TopicOnCall', { value: onCall.topicArn });
    this.fixedParts = { alarmMetrics: alarms.billedMetrics, dashboards: plans.length, keys: 1 };
    acknowledgeFindings(this);
  }
  /** Secrets Manager appends six characters to a name. */
  #secretArn(secret: string): string {
    if (secret.startsWith('arn:')) return secret;
    const resourceName = `${secret}-??????`;
    return this.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
