import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { trailOnDemand } from '../../lib/aws/trail.ts';
import { isFault } from '../../lib/controller/fault.ts';
import type { RuleChange, Trail } from '../../lib/controller/ports.ts';
import type { DriftSeen } from '../../lib/rollout/rollout.ts';
import { seedPlan } from '../judge/plan.ts';
import { cloudTrail, cloudTrailError, type EventGiven } from '../stand-in/cloudtrail.ts';
import { type StandIn, standIn } from '../stand-in/server.ts';
import { environment } from './environment.ts';
import { awsAt } from './journal-world.ts';

const { baseline, candidate, rules } = seedPlan.traffic;
const [RULE = ''] = rules;
const SEEN = Date.parse('2026-03-02T12:10:20Z');

const drift: DriftSeen = {
  code: 'WEIGHT_ABOVE',
  rule: RULE,
  live: 50,
  isGone: false,
  since: SEEN - 60_000,
  seenAt: SEEN,
  lookUps: 0,
  isAnswered: false,
};

const weights = (ofCandidate: number) => [
  {
    type: 'forward',
    order: 1,
    forwardConfig: {
      targetGroups: [
        { targetGroupArn: baseline, weight: 1000 - ofCandidate },
        { targetGroupArn: candidate, weight: ofCandidate },
      ],
      targetGroupStickinessConfig: { enabled: false },
    },
  },
];

/** As CloudTrail writes a call of ModifyRule by a person with a role. */
const event = (change: Readonly<Record<string, unknown>> = {}): EventGiven & Readonly<Record<string, unknown>> => ({
  eventVersion: '1.11',
  userIdentity: {
    type: 'AssumedRole',
    principalId: 'AROAEXAMPLE:kim',
    arn: 'arn:aws:sts::123456789012:assumed-role/Admin/kim',
    accountId: '123456789012',
  },
  eventTime: '2026-03-02T12:10:03Z',
  eventSource: 'elasticloadbalancing.amazonaws.com',
  eventName: 'ModifyRule',
  awsRegion: 'us-east-1',
  sourceIPAddress: '203.0.113.7',
  userAgent: 'aws-cli/2.17.1 md/awscrt#0.20.11 ua/2.0 os/linux#5.10',
  requestParameters: { ruleArn: RULE, actions: weights(500) },
  responseElements: { rules: [] },
  eventID: '0c9b6c0e-1111-4222-8333-444455556666',
  ...change,
});

let server: StandIn;
let events: readonly EventGiven[] = [];
let trail: Trail;

beforeEach(async () => {
  server = await standIn({ cloudtrail: cloudTrail(() => events) });
  awsAt(server.url);
  const asking = trailOnDemand({ ...environment, SLUICE_TRAIL: 'ask' }, process.env);
  if (asking === undefined) throw new Error('it may be asked');
  trail = asking;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const changes = async (given: readonly EventGiven[], of: Partial<DriftSeen> = {}): Promise<readonly RuleChange[]> => {
  events = given;
  const found = await trail.changes(seedPlan, { ...drift, ...of });
  if (isFault(found)) throw new Error(`${found}`);
  return found;
};

const toolOf = async (change: Readonly<Record<string, unknown>>): Promise<string | undefined> =>
  (await changes([event(change)]))[0]?.tool;

describe('who changed a rule', () => {
  it('is read from the event history by one signed request, with a minute or so around the change', async () => {
    expect(await changes([event()])).toEqual([
      {
        id: '0c9b6c0e-1111-4222-8333-444455556666',
        at: Date.parse('2026-03-02T12:10:03Z'),
        by: 'arn:aws:sts::123456789012:assumed-role/Admin/kim',
        tool: 'the AWS command line',
        weight: 50,
      },
    ]);
    const [asked, another] = server.calls;
    expect(another).toBeUndefined();
    expect(asked?.input).toEqual({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'ModifyRule' }],
      StartTime: (SEEN - 90_000) / 1000,
      EndTime: (SEEN + 30_000) / 1000,
      MaxResults: 50,
    });
    expect(asked?.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      authorization: expect.stringMatching(/us-east-1\/cloudtrail\/aws4_request.*content-type.*x-amz-target/),
    });
  });

  it('are the newest first; those of other rules, refused ones, and what cannot be read are none', async () => {
    const at = (eventTime: string, change = {}) => event({ eventTime, eventID: eventTime.slice(11, 19), ...change });
    const found = await changes([
      at('2026-03-02T12:09:40Z'),
      at('2026-03-02T12:10:05Z'),
      at('2026-03-02T12:10:06Z', { requestParameters: { ruleArn: `${RULE}0`, actions: weights(500) } }),
      at('2026-03-02T12:10:07Z', { errorCode: 'AccessDenied' }),
      at('2026-03-02T12:10:08Z', { requestParameters: null }),
      at('2026-03-02T12:00:00Z'),
    ]);
    expect(found.map(({ id }) => id)).toEqual(['12:10:05', '12:09:40']);
  });

  it('are none where only the conditions of the rule were changed', async () => {
    expect(await changes([event({ requestParameters: { ruleArn: RULE, conditions: [] } })])).toEqual([]);
  });

  it('are deletions where the rule is gone', async () => {
    const gone = event({ eventName: 'DeleteRule', requestParameters: { ruleArn: RULE } });
    expect(await changes([event(), gone], { code: 'RULE_FOREIGN', live: null, isGone: true })).toMatchObject([
      { weight: null, by: expect.stringContaining('kim') },
    ]);
  });

  it.each<[string, unknown, number | null]>([
    ['both groups', weights(1), 0.1],
    ['the baseline alone', [{ type: 'forward', targetGroupArn: baseline }], 0],
    ['another group', [{ type: 'forward', targetGroupArn: `${baseline}0` }], null],
    ['no forward', [{ type: 'fixed-response', fixedResponseConfig: { statusCode: '503' } }], null],
    ['nothing that can be read', 'HIDDEN_DUE_TO_SECURITY_REASONS', null],
  ])('leave a weight: %s', async (_, actions, weight) => {
    expect(await changes([event({ requestParameters: { ruleArn: RULE, actions } })])).toMatchObject([{ weight }]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['ECS', { sourceIPAddress: 'ecs.amazonaws.com', userAgent: 'ecs.amazonaws.com' }, 'an ECS service deployment'],
    [
      'CodeDeploy',
      { sourceIPAddress: 'codedeploy.amazonaws.com', userAgent: 'codedeploy.amazonaws.com' },
      'CodeDeploy',
    ],
    ['CodeDeploy of a region', { userAgent: 'codedeploy.eu-west-1.amazonaws.com' }, 'CodeDeploy'],
    [
      'CloudFormation',
      { userIdentity: { arn: 'arn:aws:sts::1:assumed-role/cdk/x', invokedBy: 'cloudformation.amazonaws.com' } },
      'CloudFormation (cdk deploy, or another update of a stack)',
    ],
    [
      'Terraform',
      { userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.0 (+https://www.terraform.io) terraform-provider-aws/6.32.1' },
      'Terraform',
    ],
    ['the controller', { userAgent: 'elbv2.k8s.aws/v2.11.0 aws-sdk-go-v2/1.41.1' }, 'the AWS Load Balancer Controller'],
    ['the console', { userAgent: 'Mozilla/5.0', sessionCredentialFromConsole: 'true' }, 'the AWS console'],
    ['the command line', { userAgent: '[aws-cli/2.17.1]' }, 'the AWS command line'],
    ['another service', { sourceIPAddress: 'elasticbeanstalk.amazonaws.com' }, 'elasticbeanstalk.amazonaws.com'],
    ['something else', { userAgent: 'Boto3/1.34 md/Botocore#1.34' }, 'the tool Boto3 1.34 md Botocore1.34'],
    ['nothing', { userAgent: undefined }, 'a tool that does not say its name'],
  ])('have a tool: %s', async (_, change, tool) => {
    expect(await toolOf(change)).toBe(tool);
  });

  it('is told in texts that mean nothing to Slack, to a terminal or to a mail program', async () => {
    const evil = '<!channel> *x* `y` [z](https://e.org)\u001b[31m\n@here';
    const userIdentity = { arn: `arn:aws:sts::1:assumed-role/Admin/${evil}` };
    const [change] = await changes([event({ userAgent: `x${evil.repeat(20)}`, userIdentity, eventID: evil })]);
    const said = `${change?.by} ${change?.tool} ${change?.id}`;
    expect(said).not.toMatch(/[^A-Za-z0-9 .:/+=,_-]/);
    expect(said.length).toBeLessThan(320);
  });

  it('is a service or a user where there is no ARN', async () => {
    const service = { type: 'AWSService', invokedBy: 'ecs.amazonaws.com' };
    expect(await changes([event({ userIdentity: service })])).toMatchObject([{ by: 'ecs.amazonaws.com' }]);
    expect(await changes([event({ userIdentity: {} })])).toMatchObject([{ by: 'somebody' }]);
  });

  it.each([
    ['AccessDeniedException', 'REFUSED'],
    ['ThrottlingException', 'THROTTLED'],
  ])('is a fault at once with %s', async (code, expected) => {
    server.fail('LookupEvents', cloudTrailError(code, 'no'));
    expect(await trail.changes(seedPlan, drift)).toMatchObject({
      code: expected,
      operation: `look up who changed ${RULE}`,
    });
    expect(server.calls).toHaveLength(1);
  });

  it('is a fault after two seconds without an answer', async () => {
    server.fail('LookupEvents', 'hang');
    const began = performance.now();
    expect(await trail.changes(seedPlan, drift)).toMatchObject({ code: 'UNAVAILABLE' });
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('is a fault where the answer is none', async () => {
    server.fail('LookupEvents', { body: '{"Events": 1}' });
    expect(await trail.changes(seedPlan, drift)).toMatchObject({ code: 'UNREADABLE' });
  });

  it('is not asked where the stack does not allow it', () => {
    expect(trailOnDemand(environment, process.env)).toBeUndefined();
  });
});

describe('a look-up that breaks', () => {
  it.each([
    ['cannot be loaded', async () => Promise.reject(new Error('no such file'))],
    [
      'has a bug',
      async () => ({
        cloudTrailOf: (): never => {
          throw new TypeError('undefined is not a function');
        },
      }),
    ],
  ])('is a fault like any other where it %s: the tick goes on', async (_, load) => {
    const trail = trailOnDemand({ SLUICE_TRAIL: 'ask' }, {}, load);
    expect(await trail?.changes(seedPlan, drift)).toMatchObject({ code: 'UNREADABLE' });
  });
});
