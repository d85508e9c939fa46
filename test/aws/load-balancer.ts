/** A plan with three rules, and both ports of a load balancer on localhost with the real SDK client. */
import { vi } from 'vitest';
import { routerOf } from '../../lib/aws/alb.ts';
import { loadBalancingClient } from '../../lib/aws/clients.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { rulesRead } from '../../lib/aws/rule-search.ts';
import { targetsOf } from '../../lib/aws/target-groups.ts';
import type { Router, Targets } from '../../lib/controller/ports.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { planFixture } from '../sim/plan-fixture.ts';
import { atRest, type Given, type LoadBalancing, loadBalancing } from '../stand-in/elasticloadbalancing.ts';
import { type StandIn, standIn } from '../stand-in/server.ts';

const PLACE = 'arn:aws:elasticloadbalancing:us-east-1:123456789012';
export const LISTENER = `${PLACE}:listener-rule/app/learn/50dc6c495c0c9188/0467ef3c8400ae65`;

export const RULE = `${LISTENER}/9683b2d02a6cabee`;
export const SECOND = `${LISTENER}/9683b2d02a6cabef`;
export const THIRD = `${PLACE}:listener-rule/app/learn/50dc6c495c0c9188/1467ef3c8400ae65/0683b2d02a6cabee`;
export const BASELINE = `${PLACE}:targetgroup/analyzer-original/73e2d6bc24d8a067`;
export const CANDIDATE = `${PLACE}:targetgroup/analyzer-ultra-fast/943f017f100becff`;
export const STRANGER = `${PLACE}:targetgroup/somebody-elses/a43f017f100becff`;

export const plan: Plan = {
  ...planFixture,
  traffic: { ...planFixture.traffic, rules: [RULE, SECOND, THIRD], baseline: BASELINE, candidate: CANDIDATE },
};

/** The same plan with the first rule only. */
export const onePlan: Plan = { ...plan, traffic: { ...plan.traffic, rules: [RULE] } };

export interface OnLocalhost {
  readonly router: Router;
  readonly targets: Targets;
  readonly balancing: LoadBalancing;
  readonly server: StandIn;
  /** How many were asked before each pause: nobody waits. */
  readonly pauses: readonly number[];
  /** Names of the operations that were asked, in order. */
  asked(): readonly string[];
}

export const onLocalhost = async (given: Partial<Given> = {}): Promise<OnLocalhost> => {
  const rest = atRest(plan.traffic, 4);
  const groups = { ...rest.groups, [STRANGER]: {}, ...given.groups };
  const balancing = loadBalancing({ ...given, rules: { ...rest.rules, ...given.rules }, groups });
  const server = await standIn({ elasticloadbalancing: balancing.service });
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  vi.stubEnv('AWS_DISABLE_REQUEST_COMPRESSION', 'true');
  const client = loadBalancingClient();
  const deadline = new Deadline();
  deadline.begin(30_000);
  const pauses: number[] = [];
  const pause = async (): Promise<void> => {
    pauses.push(server.calls.length);
  };
  return {
    router: routerOf(client, deadline, rulesRead(client, deadline), pause),
    targets: targetsOf(client, deadline),
    balancing,
    server,
    pauses,
    asked: () => server.calls.map(({ operation }) => operation),
  };
};
