import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Check } from '../../lib/aws/request.ts';
import { environment } from '../aws/environment.ts';
import { seedSource } from '../rollout/fixture.ts';
import { ecsError } from '../stand-in/ecs.ts';
import { forward } from '../stand-in/elasticloadbalancing.ts';
import { queryError } from '../stand-in/query-protocol.ts';
import {
  BASELINE,
  CANDIDATE,
  FAIL_OVER,
  type PreflightAccount,
  preflightAccount,
  RULE,
  serviceOf,
  subscription,
} from './preflight-account.ts';

let account: PreflightAccount;
beforeEach(async () => {
  account = await preflightAccount();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await account.server.close();
});

const one = async (what: string, source?: string): Promise<Check> => {
  const [line, another] = await account.lines(what, source);
  if (line === undefined || another !== undefined) throw new Error(`there must be one line ${what}`);
  return line;
};

const group = (arn: string) => {
  const known = account.balancing.groups.get(arn);
  if (known === undefined) throw new Error(`there is no group ${arn}`);
  return known;
};

const targets = (healthy: number, unhealthy = 0) => [
  ...Array.from({ length: healthy }, () => ({ State: 'healthy' as const })),
  ...Array.from({ length: unhealthy }, () => ({ State: 'unhealthy' as const })),
];

const tags = () => account.balancing.rules.get(RULE)?.tags ?? new Map<string, string>();

const warns = (found: string) => ({
  verdict: 'warn',
  found: expect.stringContaining(found),
  next: expect.stringMatching(/./),
});
const fails = (found: string) => ({
  verdict: 'fail',
  found: expect.stringContaining(found),
  next: expect.stringMatching(/./),
});
const passes = (found: string) => ({ verdict: 'pass', found: expect.stringContaining(found), next: '' });

it('has one line for each check, in order, and all pass in an account that is ready', async () => {
  const checks = await account.checks();
  const table = checks.map(({ verdict, what, found, next }) => `${verdict} | ${what} | ${found} | ${next}`);
  expect(table.join('\n').replaceAll(RULE, 'RULE')).toMatchInlineSnapshot(`
    "pass | listener rules | the rule forwards to the plan's two target groups only | 
    pass | resting side | the rule rests on the baseline (tag sluice:resting) | 
    pass | weights | the rule sends everything to the baseline | 
    pass | managed tag | the rule has the tag sluice:managed | 
    pass | capacity | baseline 20 of 20 healthy; candidate 20 of 20 healthy; canary at 1 % needs 1; ramp at 10 % needs 2; rollout at 100 % needs 14; stabilisation at 100 % needs 14 | 
    pass | autoscaling of the baseline | learn/analyzer-original may shrink from 20 to 14; the way back needs 14 of 20 | 
    pass | rollback form | rule RULE: a rollback writes both groups with weight 0 and rule stickiness off | 
    pass | DNS fail-over | off for the candidate's target group | 
    pass | health checks | both groups: unhealthy after 60 s (2 × 30 s), healthy after 150 s (5 × 30 s), time-out 5 s | 
    pass | ECS and CodeDeploy | 2 ECS services: none moves traffic of these rules or target groups | 
    pass | tools that hold the rules | no tag of a rule names CloudFormation, Terraform or the AWS Load Balancer Controller | 
    pass | other rules | no other rule of the load balancer forwards to these target groups | 
    pass | baseline metrics | requests in the last 15 minutes; the day before 12,000 requests a minute, 90 % of the answers within 21 ms and 99 % within 46 ms, 0.0333 % failed, 0.00833 % unanswered; the baseline's failures by zone the day before: use1-az1 0.0333 %, use1-az2 0.0333 %; the baseline's failures came in clumps of 1 the day before and carried on from minute to minute: the watch takes blocks of 11 minutes, and may see a bad candidate as much later; tried on the day before with each of 2 zones as the candidate, the watch would have rolled back none | 
    pass | own metrics | 7 metrics of the plan came in for the baseline | 
    pass | alarms | OK: learn-critical-incident | 
    pass | permissions | every call of this checklist was allowed | 
    pass | who may invoke | only identities of this account with lambda:InvokeFunction | 
    pass | topics | people on call: 1 lambda; leads: 1 lambda; everyone: 1 lambda | 
    pass | phase canary | likely decided in time at 12,000 requests a minute; the watch sees failures from about ×4.5 within 2h (estimate) | 
    pass | phase ramp | likely decided in time at 12,000 requests a minute; the watch sees failures from about ×1.8 within 4h (estimate) | 
    pass | phase rollout | likely decided in time at 12,000 requests a minute | 
    pass | phase stabilisation | likely decided in time at 12,000 requests a minute | 
    pass | finish | the rollout ends 2025-11-15 16:00 UTC, likely as planned | "
  `);
});

it('asks with fewer than 40 calls for the seed plan, and changes nothing', async () => {
  await account.checks();
  const asked = account.server.calls.map(({ operation }) => operation);
  expect(asked.filter((operation) => /^(Modify|Put|Create|Delete|Publish|Update|Register)/.test(operation))).toEqual(
    [],
  );
  expect(asked.length).toBeLessThan(40);
});

describe('listener rules', () => {
  it('fail where one does not exist', async () => {
    account.balancing.rules.delete(RULE);
    expect(await one('listener rules')).toMatchObject(fails(`rule ${RULE} does not exist`));
  });

  it('fail where one forwards elsewhere too', async () => {
    account.balancing.setSplit(RULE, { [BASELINE]: 1, [`${BASELINE}0`]: 1 });
    expect(await one('listener rules')).toMatchObject(fails("must forward to the plan's two target groups only"));
  });

  it('fail where one logs users in with Amazon Cognito, since no function could write it back', async () => {
    const rule = account.balancing.rules.get(RULE);
    const logIn = { Type: 'authenticate-cognito' as const, Order: 1 };
    if (rule !== undefined) rule.actions = [logIn, ...rule.actions.map((each) => ({ ...each, Order: 2 }))];
    const line = await one('listener rules');
    expect(line).toMatchObject(fails('must not have authenticate-cognito'));
    expect(line.next).toContain('authenticate-oidc');
  });

  it('fail where one forwards to the baseline alone', async () => {
    account.balancing.setSplit(RULE, { [BASELINE]: 1 });
    expect(await one('listener rules')).toMatchObject(fails('must belong to every rule of the plan'));
  });
});

describe('the tags', () => {
  it('fail where a rule rests on the candidate', async () => {
    tags().set('sluice:resting', CANDIDATE.split(':').at(-1) ?? '');
    expect(await one('resting side')).toMatchObject(fails('rests on the candidate'));
  });

  it('are warned of where nobody says on which side a rule rests', async () => {
    tags().delete('sluice:resting');
    expect(await one('resting side')).toMatchObject(warns('has no tag sluice:resting'));
    tags().set('sluice:resting', 'targetgroup/another/1');
    expect(await one('resting side')).toMatchObject(warns('none of the two groups'));
  });

  it('fail without the tag that lets the functions write the rule', async () => {
    tags().delete('sluice:managed');
    expect(await one('managed tag')).toMatchObject(fails('every change of its weights would be refused'));
    tags().set('sluice:managed', 'yes');
    expect(await one('managed tag')).toMatchObject(fails('has the tag sluice:managed yes'));
  });
});

describe('weights', () => {
  it('fail while the candidate has traffic', async () => {
    account.balancing.setSplit(RULE, { [BASELINE]: 900, [CANDIDATE]: 100 });
    expect(await one('weights')).toMatchObject(fails('the candidate has 10 %'));
  });

  it('are not known of a rule that cannot be read', async () => {
    account.balancing.rules.delete(RULE);
    expect(await one('weights')).toMatchObject(warns('not known for 1 rule'));
  });
});

describe('capacity', () => {
  it('fails without a healthy target, and where the first phase lacks some', async () => {
    group(CANDIDATE).targets = targets(0, 4);
    const line = await one('capacity');
    expect(line).toMatchObject(fails('the candidate must have healthy targets; it has 0 of 4'));
    expect(line.found).toContain('canary at 1 % needs 1, the candidate has 0');
  });

  it('fails where the candidate is too small for the first phase, by the fleet that the plan names', async () => {
    group(CANDIDATE).targets = targets(2);
    const source = seedSource.replace('\nphases:', '\nhealthyTargets: { baseline: 400 }\nphases:');
    const line = await one('capacity', source);
    expect(line).toMatchObject(fails('canary at 1 % needs 3, the candidate has 2'));
    expect(line.next).toContain('scale the candidate up before the start');
  });

  it('warns of the later phase that lacks some, by name and number', async () => {
    group(CANDIDATE).targets = targets(4);
    expect(await one('capacity')).toMatchObject(warns('rollout at 100 % needs 14, the candidate has 4'));
  });

  it('warns of unhealthy targets of the baseline, since the healthy ones count as the whole fleet', async () => {
    group(BASELINE).targets = targets(18, 2);
    expect(await one('capacity')).toMatchObject(warns('baseline 18 of 20 healthy'));
  });
});

describe('autoscaling of the baseline', () => {
  it('warns where an ECS service may shrink below the way back', async () => {
    account.given.scalableTargets = [{ ResourceId: 'service/learn/analyzer-original', MinCapacity: 4 }];
    expect(await one('autoscaling of the baseline')).toMatchObject(
      warns('learn/analyzer-original may shrink from 20 to 4; the way back needs 14 of 20'),
    );
  });

  it('warns where an EC2 Auto Scaling group may, and passes once its instances are kept', async () => {
    account.given.clusters = {};
    const shrinks = { AutoScalingGroupName: 'web', MinSize: 2, DesiredCapacity: 20, TargetGroupARNs: [BASELINE] };
    account.given.scalingGroups = [shrinks];
    expect(await one('autoscaling of the baseline')).toMatchObject(warns('web may shrink from 20 to 2'));
    account.given.scalingGroups = [{ ...shrinks, SuspendedProcesses: [{ ProcessName: 'Terminate' }] }];
    expect(await one('autoscaling of the baseline')).toMatchObject(passes('web may shrink from 20 to 20'));
  });

  it('warns where nobody is known to register the targets', async () => {
    account.given.clusters = {};
    expect(await one('autoscaling of the baseline')).toMatchObject(
      warns('neither an Auto Scaling group nor an ECS service'),
    );
  });

  it('passes for a function', async () => {
    account.balancing.groups.set(BASELINE, { ...group(BASELINE), type: 'lambda' });
    expect(await one('autoscaling of the baseline')).toMatchObject(passes('the target is a function'));
  });
});

describe('rollback form', () => {
  it('warns of rule stickiness', async () => {
    account.balancing.setSplit(RULE, { [BASELINE]: 999, [CANDIDATE]: 0 }, true);
    expect(await one('rollback form')).toMatchObject(warns('has stickiness on'));
  });

  it('says that a rollback forwards to the baseline alone with target-level stickiness', async () => {
    group(CANDIDATE).attributes.set('stickiness.enabled', 'true');
    expect(await one('rollback form')).toMatchObject(passes('a rollback forwards to the baseline alone'));
  });
});

describe('DNS fail-over', () => {
  it.each([
    ['at its default', (attributes: Map<string, string>) => attributes.set(FAIL_OVER, '1'), 'count is 1'],
    ['unsaid', (attributes: Map<string, string>) => attributes.delete(FAIL_OVER), 'count is not said'],
    [
      'by percentage',
      (attributes: Map<string, string>) => attributes.set(FAIL_OVER.replace('count', 'percentage'), '50'),
      'percentage is 50',
    ],
  ])('is warned of when it is %s', async (_, change, found) => {
    change(group(CANDIDATE).attributes);
    expect(await one('DNS fail-over')).toMatchObject(warns(found));
  });

  it('is nothing for a function', async () => {
    account.balancing.groups.set(CANDIDATE, { ...group(CANDIDATE), type: 'lambda', attributes: new Map() });
    expect(await one('DNS fail-over')).toMatchObject(passes("not for a function's target group"));
  });
});

describe('health checks', () => {
  const checks = (arn: string, change: object) =>
    account.balancing.groups.set(arn, { ...group(arn), checks: { ...group(arn).checks, ...change } });

  it('warn where the groups differ', async () => {
    checks(CANDIDATE, { intervalSeconds: 10, unhealthyAfter: 3 });
    expect(await one('health checks')).toMatchObject(
      warns(
        'baseline: unhealthy after 60 s (2 × 30 s), healthy after 150 s (5 × 30 s), time-out 5 s; candidate: unhealthy after 30 s (3 × 10 s)',
      ),
    );
  });

  it('say when they are off in both', async () => {
    for (const arn of [BASELINE, CANDIDATE]) checks(arn, { enabled: false });
    expect(await one('health checks')).toMatchObject(passes('both groups: off'));
  });
});

describe('ECS and CodeDeploy', () => {
  it.each([
    [
      'productionListenerRule',
      {
        productionListenerRule: RULE,
        alternateTargetGroupArn: CANDIDATE,
        testListenerRule: undefined,
        roleArn: undefined,
      },
    ],
    [
      'testListenerRule',
      {
        testListenerRule: RULE,
        alternateTargetGroupArn: CANDIDATE,
        productionListenerRule: undefined,
        roleArn: undefined,
      },
    ],
  ])('fail where a service has the rule as its %s', async (_, advancedConfiguration) => {
    account.given.clusters = {
      learn: [
        serviceOf('analyzer', BASELINE, { loadBalancers: [{ targetGroupArn: BASELINE, advancedConfiguration }] }),
      ],
    };
    expect(await one('ECS and CodeDeploy')).toMatchObject(
      fails(`ECS service learn/analyzer writes the weights of ${RULE}`),
    );
  });

  it('fail where CodeDeploy or another controller moves tasks between these groups', async () => {
    account.given.clusters = {
      learn: [serviceOf('analyzer', BASELINE, { deploymentController: { type: 'CODE_DEPLOY' } })],
    };
    expect(await one('ECS and CodeDeploy')).toMatchObject(fails('learn/analyzer is deployed by CODE_DEPLOY'));
    const taskSets = [{ loadBalancers: [{ targetGroupArn: CANDIDATE }] }];
    account.given.clusters = {
      learn: [{ serviceName: 'analyzer', taskSets, deploymentController: { type: 'EXTERNAL' } }],
    };
    expect(await one('ECS and CodeDeploy')).toMatchObject(fails('learn/analyzer is deployed by EXTERNAL'));
  });

  it('fail where ECS itself does it in another way than task by task', async () => {
    const deploymentConfiguration = { strategy: 'BLUE_GREEN' } as const;
    account.given.clusters = { learn: [serviceOf('analyzer', BASELINE, { deploymentConfiguration })] };
    expect(await one('ECS and CodeDeploy')).toMatchObject(fails('deployed as BLUE_GREEN'));
  });

  it('say when they did not look at every service', async () => {
    account.given.clusters = {
      learn: Array.from({ length: 401 }, (_, index) => ({ serviceName: `service-${index}` })),
    };
    expect(await one('ECS and CodeDeploy')).toMatchObject(warns('only 400 ECS services were looked at'));
    expect(await one('autoscaling of the baseline')).toMatchObject(warns('not all'));
  });

  it('are not known while ECS cannot be asked', async () => {
    account.server.fail('ListClusters', ecsError('ServerException', 'down', 500), 2);
    expect(await one('ECS and CodeDeploy')).toMatchObject(
      warns('not known: cannot list the ECS clusters (UNAVAILABLE)'),
    );
  });
});

it('fails where another rule forwards to one of the groups', async () => {
  const other = RULE.replace(/[^/]+$/, '0000000000000001');
  account.balancing.rules.set(other, { actions: [forward({ [CANDIDATE]: 1 })], tags: new Map(), isDefault: false });
  expect(await one('other rules')).toMatchObject(fails(`it also serves ${other}`));
});

describe('tools that hold the rules', () => {
  it('pass with the stack of the service, and say what its update would do', async () => {
    tags().set('aws:cloudformation:stack-name', 'analyzer');
    expect(await one('tools that hold the rules')).toEqual({
      ...passes('aws:cloudformation:stack-name analyzer): an update that writes it during the rollout'),
      what: 'tools that hold the rules',
    });
  });

  it.each([
    ['ManagedBy', 'Terraform'],
    ['terraform', 'true'],
    ['managed-by', 'opentofu'],
  ])('warn of Terraform, where a tag has its name: %s %s', async (key, value) => {
    tags().set(key, value);
    expect(await one('tools that hold the rules')).toMatchObject(warns(`has a tag of Terraform (${key} ${value})`));
  });

  it('pass where the tag says that Terraform does not hold it', async () => {
    tags().set('terraform', 'false');
    expect(await one('tools that hold the rules')).toMatchObject(passes('no tag of a rule names'));
  });

  it.each(['elbv2.k8s.aws/cluster', 'ingress.k8s.aws/stack', 'gateway.k8s.aws/stack'])(
    'fail with a rule of the AWS Load Balancer Controller: %s',
    async (key) => {
      tags().set(key, 'prod');
      expect(await one('tools that hold the rules')).toMatchObject(
        fails(`belongs to the AWS Load Balancer Controller (${key} prod)`),
      );
    },
  );

  it('are not known while the tags cannot be read', async () => {
    account.server.fail('DescribeTags', queryError('Throttling', 'Rate exceeded'), 4);
    expect(await one('tools that hold the rules')).toMatchObject(warns('not known'));
  });
});

describe('baseline metrics', () => {
  it('fail without traffic', async () => {
    account.given.traffic = { requests: 0, failures: 0, unanswered: 0 };
    const line = await one('baseline metrics');
    expect(line).toMatchObject(fails('the baseline has reported no requests for 15 minutes'));
    expect(line.found).toContain('the day before is not known');
    expect(await one('phase canary')).toMatchObject({
      ...warns('not known'),
      next: 'sluice check PLAN --requests-per-minute N',
    });
  });

  it("warn of an unanswered share above the plan's own limit", async () => {
    account.given.traffic.unanswered = 10;
    expect(await one('baseline metrics')).toMatchObject(warns('0.0833 % unanswered: more than 0.05 %'));
  });

  it('fail where CloudWatch cannot be read', async () => {
    account.server.fail('GetMetricData', ecsError('InternalServiceError', 'down', 500), 20);
    const checks = await account.checks();
    expect(checks).toContainEqual({
      what: 'baseline metrics',
      ...fails("CloudWatch cannot be read (UNAVAILABLE); the baseline's day before cannot be read (UNAVAILABLE)"),
    });
    expect(checks).toContainEqual({
      what: 'own metrics',
      ...warns('not known: cannot read the metrics (UNAVAILABLE)'),
    });
    expect(checks).toContainEqual({
      what: 'phase canary',
      ...warns("not known: cannot read the baseline's day before"),
    });
  });
});

describe('own metrics', () => {
  it('are warned of by name while the baseline publishes none', async () => {
    account.given.silent.add('Orders').add('CPUUtilization').add('Failures');
    const line = await one('own metrics');
    expect(line).toMatchObject(warns('cpu (AWS/ECS CPUUtilization)'));
    expect(line.found).toContain('orders (Learn/Business Orders)');
  });

  it('are none in a plan without any', async () => {
    const [head = '', tail = ''] = [seedSource.split('\nmetrics:')[0], seedSource.split('\nshow:')[1]];
    const bare = `${head}\nshow:${tail}`
      .replace('show: [latencyP50, latencyP95, latencyP999, memory, network]', 'show: [latencyP50]')
      .replaceAll(/, (?:not )?(?:revenueDelta|segmentSpread|segmentErrorRatio) [<>] -?[\d.]+%?/g, '')
      .replaceAll(/ {2}- (?:revenueDelta|cpu) .*\n/g, '');
    expect(await one('own metrics', bare)).toMatchObject(passes('the plan has none'));
  });
});

describe('alarms', () => {
  it.each([
    ['in alarm', { 'learn-critical-incident': { state: 'ALARM' } }, 'incident open: alarm learn-critical-incident'],
    ['missing', {}, 'does not exist or has no data'],
  ] as const)('fail while one is %s', async (_, alarms, found) => {
    account.given.alarms = alarms;
    expect(await one('alarms')).toMatchObject(fails(found));
  });
});

describe('permissions', () => {
  it('name the IAM action of every call that was refused, each on its own line', async () => {
    const denied = (action: string) =>
      `User: arn:aws:sts::123456789012:assumed-role/x is not authorized to perform: ${action} on resource: *`;
    account.server.fail('ListServices', ecsError('AccessDeniedException', denied('ecs:ListServices')));
    account.server.fail('DescribeTags', queryError('AccessDenied', denied('elasticloadbalancing:DescribeTags'), 403));
    account.server.fail('DescribeAlarms', ecsError('AccessDenied', 'no', 403));
    account.server.fail('GetPolicy', { status: 403, body: JSON.stringify({ Message: denied('lambda:GetPolicy') }) });
    const lines = await account.lines('permissions');
    expect(lines.map(({ verdict, next }) => `${verdict}: ${next}`)).toEqual([
      'fail: allow the command and tick functions cloudwatch:DescribeAlarms',
      'warn: allow the command function elasticloadbalancing:DescribeTags',
      'warn: allow the command function ecs:ListServices',
      'warn: allow the command function lambda:GetPolicy',
    ]);
  });

  it('are not known of calls that came to no answer', async () => {
    account.server.fail('GetPolicy', 'reset');
    expect(await one('permissions')).toMatchObject(warns('not known for 1 call'));
    account.server.fail('GetPolicy', 'reset');
    expect(await one('who may invoke')).toMatchObject(
      warns("not known: cannot read the command function's policy (UNAVAILABLE)"),
    );
  });

  it.each([
    ['DescribeTags', 'managed tag'],
    ['DescribeTags', 'resting side'],
    ['DescribeTargetHealth', 'capacity'],
    ['DescribeTargetHealth', 'listener rules'],
    ['DescribeTargetHealth', 'rollback form'],
    ['DescribeTargetHealth', 'other rules'],
    ['DescribeTargetGroupAttributes', 'DNS fail-over'],
    ['DescribeTargetGroupAttributes', 'health checks'],
    ['DescribeAutoScalingGroups', 'autoscaling of the baseline'],
    ['DescribeScalableTargets', 'autoscaling of the baseline'],
    ['DescribeServices', 'ECS and CodeDeploy'],
    ['DescribeAlarms', 'alarms'],
    ['ListSubscriptionsByTopic', 'topics'],
    ['GetPolicy', 'who may invoke'],
  ])('never let a line pass that had to be asked: %s refused, %s', async (operation, what) => {
    account.server.fail(operation, queryError('AccessDenied', 'no', 403), 20);
    expect((await one(what)).verdict).not.toBe('pass');
  });
});

describe('who may invoke', () => {
  it('names every principal that the function lets in by itself', async () => {
    const allow = (Principal: unknown) => ({
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Principal,
      Resource: '*',
    });
    account.given.policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        allow('*'),
        allow({ Service: 'events.amazonaws.com' }),
        allow({ AWS: ['123456789012', '*'] }),
        { ...allow({ AWS: 'nobody' }), Effect: 'Deny' },
      ],
    });
    expect(await one('who may invoke')).toMatchObject(warns('also lets in *, events.amazonaws.com, 123456789012'));
    expect((await one('who may invoke')).found).not.toContain('nobody');
  });

  it('is not known from a policy that cannot be read', async () => {
    account.given.policy = 'no policy';
    expect(await one('who may invoke')).toMatchObject(warns('UNREADABLE'));
  });
});

describe('topics', () => {
  const { SLUICE_TOPIC_ON_CALL, SLUICE_TOPIC_EVERYONE } = environment;

  it('fail while nobody on call has confirmed, and name no address', async () => {
    account.given.subscriptions.set(SLUICE_TOPIC_ON_CALL, [
      subscription('email', 'jane@example.com', 'PendingConfirmation'),
      subscription('email', 'joe@example.com', 'PendingConfirmation'),
      subscription('email', 'gone@example.com', 'Deleted'),
    ]);
    const line = await one('topics');
    expect(line).toMatchObject(
      fails('people on call: no confirmed subscription; people on call: 2 email not confirmed'),
    );
    expect(JSON.stringify(line)).not.toContain('@');
  });

  it('warn of an audience that nobody belongs to', async () => {
    account.given.subscriptions.delete(SLUICE_TOPIC_EVERYONE);
    expect(await one('topics')).toMatchObject(warns('everyone: no confirmed subscription'));
  });
});

describe('each phase', () => {
  it('fails where the baseline itself does not keep the limit', async () => {
    account.given.traffic.failures = 70;
    expect(await one('phase canary')).toMatchObject({ verdict: 'pass' });
    expect(await one('phase ramp')).toMatchObject(fails('"errorRate < 0.5%" can never pass'));
  });

  it('fails where the baseline itself is slower than the limit', async () => {
    account.given.traffic.slow = 70;
    expect(await one('phase canary')).toMatchObject({ verdict: 'pass' });
    account.given.traffic.slow = 110;
    expect(await one('phase canary')).toMatchObject(warns('latencyP99 < 200ms needs'));
    account.given.traffic.slow = 130;
    expect(await one('phase canary')).toMatchObject(
      fails('"latencyP99 < 200ms" can never pass, 1.08 % of the baseline\'s own answers took longer than 200ms'),
    );
  });

  it('warns where the traffic will not decide in time', async () => {
    account.given.traffic = { requests: 317, failures: 0, unanswered: 0 };
    expect(await one('phase canary')).toMatchObject({
      ...warns('availability > 99.9% needs 10,567 requests (D = 3): use'),
      next: 'a larger weight, a longer bake or a wider limit: sluice check PLAN --requests-per-minute N',
    });
  });
});

it('warns of a finish that is not as planned', async () => {
  account.given.traffic = { requests: 317, failures: 0, unanswered: 0 };
  expect(await one('finish')).toMatchObject(warns('phase canary is likely to be held until an operator acts'));
});

describe('the test page', () => {
  it('is for an operator of a deployed plan', async () => {
    expect(await account.ring('Intern')).toMatchObject({
      ok: false,
      refused: expect.stringContaining('only an operator'),
    });
    expect(account.sns.published).toEqual([]);
  });

  it('says that it is a test, and that it was published', async () => {
    const reply = await account.ring('Sre');
    expect(reply).toMatchObject({
      ok: true,
      checks: expect.arrayContaining([expect.objectContaining({ what: 'test page', ...passes('published') })]),
    });
    expect(account.sns.published).toMatchObject([
      {
        topic: environment.SLUICE_TOPIC_ON_CALL,
        subject: expect.stringContaining('TEST'),
        messages: { default: expect.stringContaining('nothing is wrong') },
      },
    ]);
  });

  it('fails with the topic', async () => {
    account.server.fail('Publish', queryError('AuthorizationError', 'no', 403));
    const reply = await account.ring('Sre');
    expect(reply).toMatchObject({
      checks: expect.arrayContaining([expect.objectContaining({ what: 'test page', ...fails('REFUSED') })]),
    });
  });
});
