import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, test } from 'vitest';
import { RUN_TIME, readEnvironment } from '../../lib/aws/environment.ts';
import type { SluiceStack } from '../../lib/stack/sluice-stack.ts';
import {
  allowedBy,
  type Resource,
  resourceOf,
  resourcesOf,
  seedPlan,
  sluiceStack,
  templateOf,
  written,
} from './synthesized.ts';

const SLACK = { workspaceId: 'T0EXAMPLE', channelId: 'C0EXAMPLE' };
const FUNCTIONS = ['Tick', 'Command', 'Announce', 'Watchdog'] as const;
let stack: SluiceStack;
let template: ReturnType<typeof templateOf>;

beforeAll(() => {
  stack = sluiceStack({ slack: { channel: SLACK }, tags: { team: 'learning' } });
  template = templateOf(stack);
});

const functionOf = (name: string): Resource => resourceOf(template, 'AWS::Lambda::Function', `Functions${name}`);
const roleOf = (name: string): Resource => resourceOf(template, 'AWS::IAM::Role', `Functions${name}Role`);
const allowed = (name: string) => allowedBy(roleOf(name));
const actionsOf = (name: string): readonly string[] => allowed(name).map(({ action }) => action);

describe('permissions', () => {
  test('a function may modify only rules tagged sluice:managed, of Application Load Balancers of this account and region', () => {
    for (const name of ['Tick', 'Command', 'Watchdog'])
      expect(allowed(name).filter(({ action }) => action.startsWith('elasticloadbalancing:Modify'))).toEqual([
        {
          action: 'elasticloadbalancing:ModifyRule',
          resource: 'arn:<AWS::Partition>:elasticloadbalancing:<AWS::Region>:<AWS::AccountId>:listener-rule/app/*',
          conditions: { StringEquals: { 'aws:ResourceTag/sluice:managed': 'true' } },
        },
      ]);
  });

  test('CloudTrail may be asked by ticks only, and only where the stack is told so', () => {
    const askers = (cloudTrail: boolean) => {
      const made = templateOf(sluiceStack({ cloudTrail }));
      return FUNCTIONS.filter((name) =>
        allowedBy(resourceOf(made, 'AWS::IAM::Role', `Functions${name}Role`)).some(({ action }) =>
          action.startsWith('cloudtrail:'),
        ),
      );
    };
    expect([askers(false), askers(true)]).toEqual([[], ['Tick']]);
  });

  test('what announces can move no traffic and wake nothing', () => {
    expect(
      actionsOf('Announce').filter((action) => /^(elasticloadbalancing|scheduler|iam|lambda):/.test(action)),
    ).toEqual([]);
  });

  test('no function may change an item in place or write outside the journal, and only ticks and commands may delete', () => {
    for (const name of FUNCTIONS) {
      const writes = allowed(name).filter(({ action }) => action.startsWith('dynamodb:') && !READS.test(action));
      for (const { action } of writes) expect(action).toMatch(/^dynamodb:(PutItem|DeleteItem)$/);
      for (const { resource } of writes) expect(resource).toMatch(/^<JournalTable\w+\.Arn>$/);
    }
    expect(actionsOf('Announce')).not.toContain('dynamodb:DeleteItem');
    expect(actionsOf('Watchdog')).not.toContain('dynamodb:DeleteItem');
  });

  test('every resource is given only for operations that IAM knows no resources for', () => {
    for (const name of FUNCTIONS)
      for (const { action, resource } of allowed(name)) if (resource === '*') expect(action).toMatch(WITHOUT_RESOURCES);
  });

  test('no action is a wildcard but the data keys that SNS asks for, and those through SNS only', () => {
    for (const name of FUNCTIONS)
      for (const { action, conditions } of allowed(name)) {
        if (!action.includes('*')) continue;
        expect(action).toBe('kms:GenerateDataKey*');
        expect(JSON.stringify(conditions)).toContain('kms:ViaService');
      }
  });

  test('schedules are made and deleted in the own group only, and only with the role of Scheduler', () => {
    for (const name of ['Tick', 'Command', 'Watchdog']) {
      const made = allowed(name).filter(({ action }) => /^scheduler:(Create|Delete)/.test(action));
      expect(made.map(({ resource }) => resource)).toEqual(
        made.map(() => 'arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/sluice/*'),
      );
      expect(allowed(name).filter(({ action }) => action === 'iam:PassRole')).toEqual([
        {
          action: 'iam:PassRole',
          resource: expect.stringMatching(/^<WakeUpsRole\w+\.Arn>$/),
          conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
        },
      ]);
    }
  });

  test('the tick and the watchdog reach the people on call and nobody else', () => {
    for (const name of ['Tick', 'Watchdog'])
      expect(
        allowed(name)
          .filter(({ action }) => action === 'sns:Publish')
          .map(({ resource }) => resource),
      ).toEqual([expect.stringMatching(/^<TopicsOnCall/)]);
  });

  test('only the announcer writes reports', () => {
    expect(FUNCTIONS.filter((name) => actionsOf(name).includes('s3:PutObject'))).toEqual(['Announce']);
  });

  test('a function has no permission but those of its role', () => {
    expect(
      resourcesOf(template, 'AWS::IAM::Policy').filter((policy) =>
        JSON.stringify(policy.Properties.Roles).includes('Functions'),
      ),
    ).toEqual([]);
    for (const name of FUNCTIONS) expect(roleOf(name).Properties.ManagedPolicyArns).toBeUndefined();
  });
});

const READS = /^dynamodb:(Query|DescribeStream|GetRecords|GetShardIterator|ListStreams)$/;
const WITHOUT_RESOURCES =
  /^(elasticloadbalancing:Describe\w+|cloudwatch:(GetMetricData|DescribeAlarms)|scheduler:ListSchedules|dynamodb:ListStreams|ecs:List(Clusters|Services)|autoscaling:DescribeAutoScalingGroups|application-autoscaling:DescribeScalableTargets)$/;

describe('functions', () => {
  test('have fixed names, by which the command line and the environment find them', () => {
    expect(FUNCTIONS.map((name) => functionOf(name).Properties.FunctionName)).toEqual([
      'sluice-tick',
      'sluice-command',
      'sluice-announce',
      'sluice-watchdog',
    ]);
  });

  test('run Node 24 on arm64, with source maps', () => {
    for (const name of FUNCTIONS)
      expect(functionOf(name).Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        Environment: { Variables: { NODE_OPTIONS: '--enable-source-maps' } },
      });
  });

  test("log into groups that forget, and so does the CDK's own that invokes the registration", () => {
    const functions = resourcesOf(template, 'AWS::Lambda::Function');
    expect(functions).toHaveLength(FUNCTIONS.length + 1);
    for (const { Properties } of functions) {
      const group = written(Properties.LoggingConfig?.LogGroup).slice(1, -1);
      expect(resourceOf(template, 'AWS::Logs::LogGroup', group)).toMatchObject({
        DeletionPolicy: 'Delete',
        Properties: { RetentionInDays: 30 },
      });
    }
  });

  test('get the same whole environment', () => {
    const [first, ...others] = FUNCTIONS.map((name) => functionOf(name).Properties.Environment.Variables);
    for (const other of others) expect(other).toEqual(first);
    const variables = Object.fromEntries(Object.entries(first).map(([name, value]) => [name, written(value)]));
    expect(readEnvironment(variables)).toMatchObject({
      SLUICE_SCHEDULE_GROUP: 'sluice',
      SLUICE_TICK_FUNCTION: 'arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:sluice-tick',
    });
  });

  test('that are woken are not retried and take no event older than a minute', () => {
    const asynchronous = resourcesOf(template, 'AWS::Lambda::EventInvokeConfig');
    expect(asynchronous).toHaveLength(2);
    for (const { Properties } of asynchronous)
      expect(Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60, Qualifier: '$LATEST' });
  });

  test('take a fixed part of the account’s concurrency, the watchdog one', () => {
    const reserved = FUNCTIONS.map((name) => functionOf(name).Properties.ReservedConcurrentExecutions);
    expect(reserved).toEqual([10, 5, undefined, 1]);
  });

  test('end before the next wake-up comes', () => {
    const seconds = FUNCTIONS.map((name) => functionOf(name).Properties.Timeout);
    expect(seconds).toEqual([30, 30, 60, 30]);
  });

  test('ask nothing more of AWS five seconds before they are ended', () => {
    for (const name of FUNCTIONS) {
      const { Timeout } = functionOf(name).Properties;
      expect(Timeout - RUN_TIME[name.toLowerCase() as Lowercase<typeof name>].workSeconds).toBeGreaterThanOrEqual(5);
    }
  });

  test('have no URL and no policy of their own: only whom IAM lets invoke them in this account can', () => {
    template.resourceCountIs('AWS::Lambda::Url', 0);
    template.resourceCountIs('AWS::Lambda::Permission', 0);
  });
});

describe('the journal', () => {
  const table = (): Resource => resourceOf(template, 'AWS::DynamoDB::Table');

  test('is keyed by rollout and revision, and listed by kind', () => {
    expect(table().Properties).toMatchObject({
      KeySchema: [
        { AttributeName: 'rollout', KeyType: 'HASH' },
        { AttributeName: 'revision', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'rollout', AttributeType: 'S' },
        { AttributeName: 'revision', AttributeType: 'N' },
        { AttributeName: 'kind', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'directory',
          KeySchema: [
            { AttributeName: 'kind', KeyType: 'HASH' },
            { AttributeName: 'rollout', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['owner'] },
        },
      ],
    });
  });

  test('outlives the stack, can be restored, is encrypted, and expires nothing', () => {
    expect(table()).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      },
    });
    expect(table().Properties.TimeToLiveSpecification).toBeUndefined();
  });

  test('wakes the announcer for new entries with notices only, from the first record on, and gives up in bounded time', () => {
    const { Properties } = resourceOf(template, 'AWS::Lambda::EventSourceMapping');
    expect(Properties).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 10,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 8,
      MaximumRecordAgeInSeconds: 900,
    });
    expect(written(Properties.DestinationConfig.OnFailure.Destination)).toMatch(/^<AnnounceDeadLetters/);
    expect(Properties.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))).toEqual([
      { eventName: ['INSERT'], dynamodb: { NewImage: { notices: { N: [{ exists: true }] } } } },
    ]);
  });
});

describe('the message in Slack', () => {
  const made = () => templateOf(sluiceStack({ slack: { app: { secret: 'sluice/slack' } } }));

  test('is made by nothing unless the stack is told of a secret', () => {
    for (const type of ['AWS::Lambda::Function', 'AWS::Lambda::EventSourceMapping', 'AWS::SQS::Queue'])
      expect(Object.keys(template.findResources(type)).filter((id) => /Slack/.test(id))).toEqual([]);
  });

  test('is made by a function that may read the journal, keep what it posted, and read this secret, and nothing else', () => {
    const grants = allowedBy(resourceOf(made(), 'AWS::IAM::Role', 'FunctionsSlackRole')).map(
      ({ action, resource }) => `${action} ${resource.replace(/[0-9A-F]{8}/g, '')}`,
    );
    expect(grants).toEqual([
      'logs:CreateLogStream <FunctionsSlackLogs.Arn>',
      'logs:PutLogEvents <FunctionsSlackLogs.Arn>',
      'dynamodb:PutItem <JournalTable.Arn>',
      'dynamodb:Query <JournalTable.Arn>',
      'secretsmanager:GetSecretValue arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:sluice/slack-??????',
      'dynamodb:ListStreams *',
      'dynamodb:DescribeStream <JournalTable.StreamArn>',
      'dynamodb:GetRecords <JournalTable.StreamArn>',
      'dynamodb:GetShardIterator <JournalTable.StreamArn>',
      'sqs:SendMessage <SlackDeadLetters.Arn>',
    ]);
  });

  test('may name its secret by the whole ARN', () => {
    const secret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:sluice/slack-AbCdEf';
    const role = resourceOf(
      templateOf(sluiceStack({ slack: { app: { secret } } })),
      'AWS::IAM::Role',
      'FunctionsSlackRole',
    );
    expect(allowedBy(role).find(({ action }) => action.startsWith('secretsmanager:'))?.resource).toBe(secret);
  });

  test('is woken by every entry and by nothing else, again and again for six hours, then it is given up where it shows', () => {
    const { Properties } = resourceOf(made(), 'AWS::Lambda::EventSourceMapping', 'SlackMessages');
    expect(Properties).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRecordAgeInSeconds: 21_600,
    });
    expect(Properties.MaximumRetryAttempts).toBeUndefined();
    expect(written(Properties.DestinationConfig.OnFailure.Destination)).toMatch(/^<SlackDeadLetters/);
    expect(Properties.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))).toEqual([
      { eventName: ['INSERT'], dynamodb: { NewImage: { body: { S: [{ exists: true }] } } } },
    ]);
  });

  test('is told the name of its secret, never the secret, and nobody else is', () => {
    const functions = resourcesOf(made(), 'AWS::Lambda::Function');
    const told = functions.filter(
      ({ Properties }) => 'SLUICE_SLACK_SECRET' in (Properties.Environment?.Variables ?? {}),
    );
    expect(told.map(({ Properties }) => Properties.FunctionName)).toEqual(['sluice-slack']);
    expect(told[0]?.Properties).toMatchObject({
      Timeout: 60,
      Environment: { Variables: { SLUICE_SLACK_SECRET: 'sluice/slack' } },
    });
  });
});

describe('topics', () => {
  const key = (): Resource => resourceOf(template, 'AWS::KMS::Key');

  test('lie under one key of our own that rotates: under the AWS-managed one alarms go silent', () => {
    const topics = resourcesOf(template, 'AWS::SNS::Topic');
    expect(topics).toHaveLength(3);
    for (const { Properties } of topics) expect(written(Properties.KmsMasterKeyId)).toMatch(/^<TopicsKey\w+\.Arn>$/);
    expect(key().Properties.EnableKeyRotation).toBe(true);
  });

  test('have a key that CloudWatch alarms and SNS may use for this account', () => {
    const statements: readonly { Principal: { Service?: unknown } }[] = key().Properties.KeyPolicy.Statement;
    expect(statements.filter(({ Principal }) => Principal.Service !== undefined)).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: ['cloudwatch.amazonaws.com', 'sns.amazonaws.com'] },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
  });

  test('let CloudWatch publish, since a policy of their own replaces the one that does, and refuse plain HTTP', () => {
    const policies = resourcesOf(template, 'AWS::SNS::TopicPolicy');
    expect(policies).toHaveLength(3);
    for (const { Properties } of policies)
      expect(Properties.PolicyDocument.Statement).toMatchObject([
        { Effect: 'Deny', Action: 'sns:Publish', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        {
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ]);
  });

  test('tell the addresses of their audience', () => {
    const subscriptions = resourcesOf(template, 'AWS::SNS::Subscription').map(
      ({ Properties }) => `${Properties.Protocol} ${Properties.Endpoint} ${written(Properties.TopicArn).slice(1, 13)}`,
    );
    expect(subscriptions.sort()).toEqual(['email all@example.org TopicsEveryo', 'email ring@example.org TopicsOnCall']);
  });
});

test('what other programs need to know are outputs: the command function, the bucket, and the topics for subscribers of their own', () => {
  const outputs = Object.entries<{ readonly Value: unknown }>(template.toJSON().Outputs);
  expect(outputs.map(([name, { Value }]) => `${name} ${written(Value).replace(/[0-9A-F]{8}/, '')}`)).toEqual([
    'CommandFunction <FunctionsCommandFunction>',
    'ReportsBucket <ReportsBucket>',
    'TopicEveryone <TopicsEveryone>',
    'TopicLeads <TopicsLeads>',
    'TopicOnCall <TopicsOnCall>',
  ]);
});

describe('wake-ups', () => {
  test('are made at run time: the stack has their group, which goes with it, and no schedule', () => {
    expect(resourceOf(template, 'AWS::Scheduler::ScheduleGroup')).toMatchObject({
      Properties: { Name: 'sluice' },
      DeletionPolicy: 'Delete',
    });
    template.resourceCountIs('AWS::Scheduler::Schedule', 0);
  });

  test('wake the tick and the watchdog only, and only from schedules of this group', () => {
    const role = resourceOf(template, 'AWS::IAM::Role', 'WakeUpsRole');
    expect(
      allowedBy(role).map(({ action, resource }) => `${action} ${resource.replace(/^.*(?=:function)/, '')}`),
    ).toEqual([
      'lambda:InvokeFunction :function:sluice-tick',
      'lambda:InvokeFunction :function:sluice-watchdog',
      expect.stringMatching(/^sqs:SendMessage <WakeUpsDeadLetters/),
    ]);
    const [{ Principal, Condition }] = role.Properties.AssumeRolePolicyDocument.Statement;
    expect(Principal).toEqual({ Service: 'scheduler.amazonaws.com' });
    expect(written(Condition.StringEquals['aws:SourceArn'])).toBe(
      'arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule-group/sluice',
    );
    expect(Condition.StringEquals['aws:SourceAccount']).toEqual({ Ref: 'AWS::AccountId' });
  });
});

describe('wake-ups that are gathered', () => {
  let gathered: ReturnType<typeof templateOf>;
  beforeAll(() => {
    gathered = templateOf(sluiceStack({ ticks: 'together' }));
  });
  const queueOf = (): Resource => resourceOf(gathered, 'AWS::SQS::Queue', 'Minutes');

  test('are not, unless it is asked for', () => {
    expect(Object.keys(template.findResources('AWS::SQS::Queue')).filter((id) => id.startsWith('Minutes'))).toEqual([]);
    const { Variables } = functionOf('Tick').Properties.Environment;
    expect(Variables.SLUICE_MINUTE_WAKE_UPS).toEqual(Variables.SLUICE_TICK_FUNCTION);
  });

  test('wait in a queue that forgets them after a minute and hands none over twice', () => {
    expect(queueOf().Properties).toMatchObject({
      MessageRetentionPeriod: 60,
      VisibilityTimeout: 60,
      SqsManagedSseEnabled: true,
    });
  });

  test('are handed to the tick function, twenty at once, with two invocations left for those that come by themselves', () => {
    const mapping = resourceOf(gathered, 'AWS::Lambda::EventSourceMapping', 'Minutes').Properties;
    expect(mapping).toMatchObject({
      BatchSize: 20,
      MaximumBatchingWindowInSeconds: 10,
      ScalingConfig: { MaximumConcurrency: 8 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(written(mapping.FunctionName)).toMatch(/^<FunctionsTick/);
    const tick = resourceOf(gathered, 'AWS::Lambda::Function', 'FunctionsTick').Properties;
    expect(tick.ReservedConcurrentExecutions).toBe(10);
    expect(tick.Environment.Variables.SLUICE_MINUTE_WAKE_UPS).toEqual(mapping.EventSourceArn);
  });

  test('are put there by Scheduler, and taken by the tick function and no other', () => {
    const scheduler = allowedBy(resourceOf(gathered, 'AWS::IAM::Role', 'WakeUpsRole'));
    expect(scheduler.map(({ action, resource }) => `${action} ${resource}`)).toContainEqual(
      expect.stringMatching(/^sqs:SendMessage <MinutesQueue/),
    );
    const taken = FUNCTIONS.map((name) =>
      allowedBy(resourceOf(gathered, 'AWS::IAM::Role', `Functions${name}Role`))
        .filter(({ resource }) => resource.startsWith('<MinutesQueue'))
        .map(({ action }) => action)
        .toSorted(),
    );
    expect(taken).toEqual([['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], [], [], []]);
  });

  test('ring the same alarm when a tick fails among others', () => {
    const alarm = resourceOf(gathered, 'AWS::CloudWatch::Alarm', 'Alarmstickerrors').Properties;
    const metrics: readonly { readonly MetricStat?: { readonly Metric: { readonly MetricName: string } } }[] =
      alarm.Metrics;
    expect(metrics.flatMap(({ MetricStat }) => MetricStat?.Metric.MetricName ?? [])).toEqual(['Errors', 'TicksFailed']);
  });

  test('bring no finding of AwsSolutions that is not acknowledged', () => {
    const checked = sluiceStack({ ticks: 'together' });
    expect(new AwsSolutionsChecks(checked).validateScope(checked).violations).toEqual([]);
  });
});

describe('reports', () => {
  test('lie in a bucket that is private, encrypted, versioned, forgets old versions and outlives the stack', () => {
    expect(resourceOf(template, 'AWS::S3::Bucket')).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        LifecycleConfiguration: {
          Rules: [expect.objectContaining({ NoncurrentVersionExpiration: { NoncurrentDays: 90 } })],
        },
      },
    });
    expect(resourceOf(template, 'AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement).toMatchObject([
      { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ]);
  });
});

describe('the registration of plans', () => {
  test('runs after everything a rollout needs', () => {
    const after = resourceOf(template, 'Custom::Trigger').DependsOn ?? [];
    for (const part of ['Journal', 'Topics', 'Reports', 'WakeUps', 'Functions', 'Announcer', 'Alarms'])
      expect(after.some((id) => id.startsWith(part))).toBe(true);
  });

  test('invokes the version of the command function that was just deployed', () => {
    const { HandlerArn } = resourceOf(template, 'Custom::Trigger').Properties;
    expect(written(HandlerArn)).toMatch(/^<FunctionsCommandFunctionCurrentVersion/);
  });
});

describe('chat', () => {
  test('tells the channel what every topic says', () => {
    const channel = resourceOf(template, 'AWS::Chatbot::SlackChannelConfiguration').Properties;
    expect(channel).toMatchObject({ SlackWorkspaceId: SLACK.workspaceId, SlackChannelId: SLACK.channelId });
    expect(channel.SnsTopicArns).toHaveLength(3);
  });

  test('can draw alarms at most: without guardrails of its own a channel could do everything', () => {
    const channel = resourceOf(template, 'AWS::Chatbot::SlackChannelConfiguration').Properties;
    expect(channel.GuardrailPolicies.map(written)).toEqual([expect.stringMatching(/^<ChatGuardrails/)]);
    for (const [type, id] of [
      ['AWS::IAM::ManagedPolicy', 'ChatGuardrails'],
      ['AWS::IAM::Policy', 'ChatRole'],
    ] as const)
      expect(resourceOf(template, type, id).Properties.PolicyDocument.Statement).toEqual([
        {
          Effect: 'Allow',
          Action: ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics'],
          Resource: '*',
        },
      ]);
    expect(JSON.stringify(template.toJSON())).not.toContain('AdministratorAccess');
  });
});

describe('the stack', () => {
  test('puts its tags on what can have tags', () => {
    for (const type of ['AWS::DynamoDB::Table', 'AWS::S3::Bucket'])
      expect(resourceOf(template, type).Properties.Tags).toContainEqual({ Key: 'team', Value: 'learning' });
  });

  test('has no plan and no chat unless it is given some', () => {
    const bare = templateOf(sluiceStack({ plans: [] }));
    bare.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
    bare.resourceCountIs('AWS::Chatbot::SlackChannelConfiguration', 0);
  });

  test('gives another installation names of its own', () => {
    const other = JSON.stringify(templateOf(sluiceStack({ name: 'gate', plans: [seedPlan()] })).toJSON());
    expect(other).toContain('"gate-tick"');
    expect(other).toContain('"gate-ultra-fast-analyzer"');
    expect(other).not.toMatch(/"sluice-(tick|command|announce|watchdog)/);
  });

  test.each([
    ['anywhere', {}],
    ['in an account and region that are known', { account: '123456789012', region: 'eu-west-1' }],
  ])('has no finding of AwsSolutions that is not acknowledged with a reason, %s', (_, env) => {
    const checked = sluiceStack({ slack: { channel: SLACK, app: { secret: 'sluice/slack' } } }, env);
    const { violations } = new AwsSolutionsChecks(checked).validateScope(checked);
    expect(
      violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map((resource) => `${ruleName} ${JSON.stringify(resource)}`),
      ),
    ).toEqual([]);
  });
});
