/** What a team has in its account before Sluice comes, and what the template makes, in moto. */
import {
  type Action,
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { type Refusal, readActions, refusalOf } from '../stand-in/modify-rule.ts';
import { readForm } from '../stand-in/query-protocol.ts';
import { ACCOUNT, type Assembly, physicalName, REGION } from './bundles.ts';
import { askJson, askQuery } from './signed-only-in-name.ts';

export interface ServiceGiven {
  readonly name: string;
  readonly rules?: number;
  /** Actions before the forward. */
  readonly before?: readonly Action[];
  /** Of the rules. */
  readonly sticky?: boolean;
  /** Of the candidate's group. */
  readonly targetSticky?: boolean;
}

/** A service behind the load balancer, resting on its baseline. ARNs. */
export interface DeployedService {
  readonly rules: readonly string[];
  readonly baseline: string;
  readonly candidate: string;
}

/** How a rule forwards; null: to that group not at all. */
export interface Forward {
  readonly baseline: number | null;
  readonly candidate: number | null;
  readonly sticky: boolean;
}

/** One message as a queue that subscribes to the topic gets it. */
export interface Received {
  readonly subject: string;
  readonly text: string;
  readonly rollout: string;
}

export type Audience = 'everyone' | 'leads' | 'onCall';

export interface MotoAccount {
  deploy(given: ServiceGiven): Promise<DeployedService>;
  /** Bucket, topics with a queue each, and the schedules' group. */
  make(assembly: Assembly): Promise<void>;
  actions(rule: string): Promise<readonly Action[]>;
  /** What AWS says against a ModifyRule that moto would take: stickiness of target groups, secrets, weights. Undefined: nothing. */
  complaint(input: Readonly<Record<string, unknown>>): Refusal | undefined;
  forward(service: DeployedService, rule: string): Promise<Forward>;
  /** As the service's own stack does with its next update. */
  rest(service: DeployedService): Promise<void>;
  /** Everything that came since it was last asked. */
  receive(): Promise<Readonly<Record<Audience, readonly Received[]>>>;
  /** Names of the files in the bucket of reports. */
  files(rollout: string): Promise<readonly string[]>;
  file(key: string): Promise<string>;
}

const TARGETS = 20;
const AUDIENCES: readonly Audience[] = ['everyone', 'leads', 'onCall'];

export const motoAccount = async (url: string): Promise<MotoAccount> => {
  const client = { endpoint: url, region: REGION, credentials: { accessKeyId: 'owner', secretAccessKey: 'owner' } };
  const balancing = new ElasticLoadBalancingV2Client(client);
  const storage = new S3Client({ ...client, forcePathStyle: true });
  const [subnets, [vpc]] = await Promise.all([
    askQuery(url, 'ec2', { Action: 'DescribeSubnets', Version: '2016-11-15' }, 'subnetId'),
    askQuery(url, 'ec2', { Action: 'DescribeVpcs', Version: '2016-11-15' }, 'vpcId'),
  ]);
  const made = await balancing.send(new CreateLoadBalancerCommand({ Name: 'learn', Subnets: subnets.slice(0, 2) }));
  const listens = await balancing.send(
    new CreateListenerCommand({
      LoadBalancerArn: made.LoadBalancers?.[0]?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  );
  const listener = listens.Listeners?.[0]?.ListenerArn;
  let priority = 0;
  /** Whether it has stickiness of its own. */
  const groups = new Map<string, boolean>();
  /** With their secrets, which moto forgets with the first change that does not send them. */
  const logIns = new Map<string, readonly Action[]>();

  const group = async (name: string): Promise<string> => {
    const created = await balancing.send(
      new CreateTargetGroupCommand({ Name: name, Protocol: 'HTTP', Port: 80, VpcId: vpc, TargetType: 'ip' }),
    );
    const arn = created.TargetGroups?.[0]?.TargetGroupArn ?? '';
    const targets = Array.from({ length: TARGETS }, (_, index) => ({ Id: `10.0.0.${index + 1}` }));
    await balancing.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: targets }));
    groups.set(arn, false);
    return arn;
  };

  const deploy: MotoAccount['deploy'] = async ({
    name,
    rules = 1,
    before = [],
    sticky = false,
    targetSticky = false,
  }) => {
    const [baseline, candidate] = [await group(`${name}-original`), await group(`${name}-ultra-fast`)];
    if (targetSticky) {
      const Attributes = [{ Key: 'stickiness.enabled', Value: 'true' }];
      await balancing.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: candidate, Attributes }));
      groups.set(candidate, true);
    }
    const forward: Action = {
      Type: 'forward',
      Order: before.length + 1,
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: baseline, Weight: 999 },
          { TargetGroupArn: candidate, Weight: 0 },
        ],
        TargetGroupStickinessConfig: sticky ? { Enabled: true, DurationSeconds: 600 } : { Enabled: false },
      },
    };
    const arns: string[] = [];
    for (let index = 0; index < rules; index++) {
      priority += 1;
      const created = await balancing.send(
        new CreateRuleCommand({
          ListenerArn: listener,
          Priority: priority,
          Conditions: [{ Field: 'path-pattern', Values: [`/${name}/${index}/*`] }],
          Actions: [...before, forward],
          Tags: [
            { Key: 'sluice:managed', Value: 'true' },
            { Key: 'sluice:resting', Value: fullName(baseline) },
          ],
        }),
      );
      const arn = created.Rules?.[0]?.RuleArn ?? '';
      logIns.set(arn, before);
      arns.push(arn);
    }
    return { rules: arns, baseline, candidate };
  };

  const make: MotoAccount['make'] = async (assembly) => {
    for (const { id } of assembly.of('AWS::S3::Bucket'))
      await storage.send(new CreateBucketCommand({ Bucket: physicalName(id) }));
    const scheduler = new SchedulerClient(client);
    for (const { Properties } of assembly.of('AWS::Scheduler::ScheduleGroup'))
      await scheduler.send(new CreateScheduleGroupCommand({ Name: Properties.Name }));
    const topics = new SNSClient(client);
    for (const { id } of assembly.of('AWS::SNS::Topic')) {
      const { TopicArn } = await topics.send(new CreateTopicCommand({ Name: physicalName(id) }));
      const audience = AUDIENCES.find((each) => physicalName(id).includes(each.toLowerCase()));
      await askJson(url, 'sqs', 'AmazonSQS.CreateQueue', { QueueName: audience });
      const Endpoint = `arn:aws:sqs:${REGION}:${ACCOUNT}:${audience}`;
      await topics.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
    }
  };

  const bucket = async (): Promise<string> => {
    const { Buckets = [] } = await storage.send(new ListBucketsCommand({}));
    return Buckets[0]?.Name ?? '';
  };

  const actions: MotoAccount['actions'] = async (rule) => {
    const { Rules = [] } = await balancing.send(new DescribeRulesCommand({ RuleArns: [rule] }));
    return Rules[0]?.Actions ?? [];
  };

  return {
    deploy,
    make,
    actions,
    complaint: (input) =>
      refusalOf(readActions(readForm(input).Actions), logIns.get(String(input.RuleArn)) ?? [], (arn) =>
        groups.get(arn),
      ),
    forward: async ({ baseline, candidate }, rule) => {
      const forward = (await actions(rule)).find(({ Type }) => Type === 'forward');
      const alone = { TargetGroupArn: forward?.TargetGroupArn, Weight: 1 };
      const groups = forward?.ForwardConfig?.TargetGroups ?? [alone];
      const weightOf = (arn: string): number | null =>
        groups.find(({ TargetGroupArn }) => TargetGroupArn === arn)?.Weight ?? null;
      return {
        baseline: weightOf(baseline),
        candidate: weightOf(candidate),
        sticky: forward?.ForwardConfig?.TargetGroupStickinessConfig?.Enabled === true,
      };
    },
    rest: async ({ rules, candidate }) => {
      const Tags = [{ Key: 'sluice:resting', Value: fullName(candidate) }];
      await balancing.send(new AddTagsCommand({ ResourceArns: [...rules], Tags }));
    },
    receive: async () => {
      const [everyone, leads, onCall] = await Promise.all(AUDIENCES.map((name) => emptied(url, name)));
      return { everyone: everyone ?? [], leads: leads ?? [], onCall: onCall ?? [] };
    },
    files: async (rollout) => {
      const command = new ListObjectsV2Command({ Bucket: await bucket(), Prefix: `${rollout}/` });
      const { Contents = [] } = await storage.send(command);
      return Contents.map(({ Key = '' }) => Key).sort();
    },
    file: async (key) => {
      const { Body } = await storage.send(new GetObjectCommand({ Bucket: await bucket(), Key: key }));
      return (await Body?.transformToString('utf-8')) ?? '';
    },
  };
};

/** As CloudWatch and the tag name a target group. */
const fullName = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);

interface ReceivedMessages {
  readonly Messages?: readonly { readonly Body: string; readonly ReceiptHandle: string }[];
}

const emptied = async (url: string, queue: string): Promise<readonly Received[]> => {
  const QueueUrl = `${url}/${ACCOUNT}/${queue}`;
  const received: Received[] = [];
  for (;;) {
    const { Messages = [] } = await askJson<ReceivedMessages>(url, 'sqs', 'AmazonSQS.ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: 10,
    });
    if (Messages.length === 0) return received;
    for (const { Body, ReceiptHandle } of Messages) {
      const { Subject, Message, MessageAttributes } = JSON.parse(Body);
      received.push({ subject: Subject, text: Message, rollout: MessageAttributes.rollout.Value });
      await askJson(url, 'sqs', 'AmazonSQS.DeleteMessage', { QueueUrl, ReceiptHandle });
    }
  }
};
