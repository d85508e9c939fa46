import { afterEach, describe, expect, it, vi } from 'vitest';
import { isFault } from '../../lib/controller/fault.ts';
import { forward, type TargetState } from '../stand-in/elasticloadbalancing.ts';
import { queryAnswer, queryError } from '../stand-in/query-protocol.ts';
import {
  BASELINE,
  CANDIDATE,
  LISTENER,
  type OnLocalhost,
  onLocalhost,
  RULE,
  SECOND,
  STRANGER,
  THIRD,
} from './load-balancer.ts';

let aws: OnLocalhost;
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.server.close();
});

const healthOf = async (...targets: readonly TargetState[]) => {
  aws = await onLocalhost({ groups: { [CANDIDATE]: { targets } } });
  return aws.targets.health(CANDIDATE);
};

const healthy: TargetState = { State: 'healthy' };
const unused: TargetState = { State: 'unused', Reason: 'Target.NotInUse' };

describe('the health of a target group', () => {
  it.each<[TargetState, number, number]>([
    [{ State: 'unhealthy', Reason: 'Target.FailedHealthChecks' }, 1, 2],
    [{ State: 'initial', Reason: 'Elb.InitialHealthChecking' }, 1, 2],
    [{ State: 'unused', Reason: 'Target.InvalidState' }, 1, 2],
    [unused, 1, 2],
    [{ State: 'unavailable', Reason: 'Target.HealthCheckDisabled' }, 2, 2],
    [{ State: 'draining', Reason: 'Target.DeregistrationInProgress' }, 1, 1],
    [{ State: 'unhealthy.draining' }, 1, 1],
  ])('counts beside a healthy target %j as %s healthy of %s', async (state, count, registered) => {
    expect(await healthOf(healthy, state)).toEqual({ healthy: count, registered });
    expect(aws.asked()).toEqual(['DescribeTargetHealth']);
  });

  it('counts a group without health checks while a target is registered', async () => {
    expect(await healthOf({ State: 'unavailable', Reason: 'Target.HealthCheckDisabled' })).toEqual({
      healthy: 1,
      registered: 1,
    });
  });

  it('counts nothing in an empty group', async () => {
    expect(await healthOf()).toEqual({ healthy: 0, registered: 0 });
  });

  it.each<[string, readonly TargetState[]]>([
    ['AWS does not know that of a target', [healthy, { State: 'unavailable', Reason: 'Elb.InternalError' }]],
    ['a target has no state', [healthy, {}]],
    ['no rule uses the group, so that nobody checks its targets', [unused, unused]],
  ])('is unknown, which is not unhealthy, when %s', async (_, targets) => {
    expect(await healthOf(...targets)).toMatchObject({ code: 'UNREADABLE' });
  });

  it('is unknown when the answer says nothing', async () => {
    aws = await onLocalhost();
    aws.server.fail('DescribeTargetHealth', queryAnswer('DescribeTargetHealth', {}));
    expect(await aws.targets.health(BASELINE)).toMatchObject({ code: 'UNREADABLE' });
  });

  it('is a fault when it cannot be read', async () => {
    aws = await onLocalhost();
    expect(await aws.targets.health(`${BASELINE}0`)).toMatchObject({
      code: 'NOT_FOUND',
      operation: `read the health of ${BASELINE}0`,
    });
    aws.server.fail('DescribeTargetHealth', queryError('Throttling', 'Rate exceeded'), 2);
    expect(await aws.targets.health(BASELINE)).toMatchObject({ code: 'THROTTLED' });
    aws.server.fail('DescribeTargetHealth', queryError('HealthUnavailable', 'internal error', 500), 2);
    expect(await aws.targets.health(BASELINE)).toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('the facts of a target group', () => {
  it('names every rule of the load balancer that forwards to it, on all listeners, default rules too', async () => {
    const byDefault = `${LISTENER}/0000000000000001`;
    const elsewhere = `${LISTENER}/0000000000000002`;
    aws = await onLocalhost({
      pageSize: 1,
      rules: {
        [byDefault]: { actions: [{ Type: 'forward', TargetGroupArn: BASELINE }], isDefault: true },
        [elsewhere]: { actions: [forward({ [STRANGER]: 1 })] },
      },
    });
    const facts = await aws.targets.facts(BASELINE);
    if (isFault(facts)) throw new Error(facts.toString());
    expect([...facts.usedBy].sort()).toEqual([RULE, SECOND, THIRD, byDefault].sort());
    expect(await aws.targets.facts(STRANGER)).toMatchObject({ usedBy: [elsewhere] });
  });

  it('counts targets that nobody checks as not healthy', async () => {
    aws = await onLocalhost({ groups: { [STRANGER]: { targets: [unused] } } });
    expect(await aws.targets.facts(STRANGER)).toEqual({
      healthy: 0,
      registered: 1,
      targetStickiness: false,
      usedBy: [],
    });
  });

  it('tells whether the group has stickiness of its own', async () => {
    const attributes = (value: string) =>
      new Map([
        ['stickiness.type', 'lb_cookie'],
        ['stickiness.enabled', value],
      ]);
    aws = await onLocalhost({
      groups: { [CANDIDATE]: { attributes: attributes('true') }, [BASELINE]: { attributes: attributes('false') } },
    });
    expect(await aws.targets.facts(CANDIDATE)).toMatchObject({ targetStickiness: true });
    expect(await aws.targets.facts(BASELINE)).toMatchObject({ targetStickiness: false });
  });

  it.each([
    'DescribeTargetHealth',
    'DescribeTargetGroupAttributes',
    'DescribeTargetGroups',
    'DescribeListeners',
    'DescribeRules',
  ])('are a fault when %s is refused', async (operation) => {
    aws = await onLocalhost();
    aws.server.fail(operation, queryError('AccessDenied', 'no', 403));
    expect(await aws.targets.facts(BASELINE)).toMatchObject({ code: 'REFUSED' });
  });
});
