import { afterEach, describe, expect, it, vi } from 'vitest';
import { trailOnDemand } from '../../lib/aws/trail.ts';
import type { Trail } from '../../lib/controller/ports.ts';
import { assert } from '../../lib/plan/assert.ts';
import type { DriftSeen } from '../../lib/rollout/rollout.ts';
import { trailOf } from '../../lib/sim/trail.ts';
import { environment } from '../aws/environment.ts';
import { awsAt } from '../aws/journal-world.ts';
import { seedPlan } from '../judge/plan.ts';
import { cloudTrail } from '../stand-in/cloudtrail.ts';
import { standIn } from '../stand-in/server.ts';

const { rules, baseline, candidate } = seedPlan.traffic;
const [RULE = ''] = rules;
const SEEN = Date.parse('2026-03-02T12:10:00Z');
const MINUTE = 60_000;

/** What was done to a rule: the weight it was given, or null for its deletion. */
interface Done {
  readonly id: string;
  readonly rule: string;
  /** Before it was seen. */
  readonly secondsAgo: number;
  readonly weight: number | null;
}

interface TrailWorld {
  readonly trail: Trail;
  close(): Promise<void>;
}

/** Long after all of it was done. */
const simulated = async (done: readonly Done[]): Promise<TrailWorld> => {
  const changes = done.map(({ id, rule, secondsAgo, weight }) => ({
    rule,
    isDeletion: weight === null,
    made: { id, at: SEEN - 1000 * secondsAgo, by: 'kim', tool: 'the AWS console', weight },
  }));
  const trail = trailOf({ now: SEEN + 60 * MINUTE, rules: [], changes }, 'answers');
  assert(trail !== undefined, 'it may be asked');
  return { trail, close: async () => {} };
};

const onLocalhost = async (done: readonly Done[]): Promise<TrailWorld> => {
  const groups = (weight: number) => [
    { targetGroupArn: candidate, weight: 10 * weight },
    { targetGroupArn: baseline, weight: 1000 - 10 * weight },
  ];
  const events = done.map(({ id, rule, secondsAgo, weight }) => ({
    eventID: id,
    eventName: weight === null ? 'DeleteRule' : 'ModifyRule',
    eventTime: `${new Date(SEEN - 1000 * secondsAgo).toISOString().slice(0, 19)}Z`,
    userIdentity: { arn: 'kim' },
    requestParameters: {
      ruleArn: rule,
      ...(weight === null ? {} : { actions: [{ type: 'forward', forwardConfig: { targetGroups: groups(weight) } }] }),
    },
  }));
  const server = await standIn({ cloudtrail: cloudTrail(() => events) });
  awsAt(server.url);
  const trail = trailOnDemand({ ...environment, SLUICE_TRAIL: 'ask' }, process.env);
  assert(trail !== undefined, 'it may be asked');
  return { trail, close: server.close };
};

const drift: DriftSeen = {
  code: 'WEIGHT_LOWERED_OUTSIDE',
  rule: RULE,
  live: 5,
  isGone: false,
  since: SEEN - MINUTE,
  seenAt: SEEN,
  lookUps: 0,
  isAnswered: false,
};

const DONE: readonly Done[] = [
  { id: 'long-ago', rule: RULE, secondsAgo: 600, weight: 5 },
  { id: 'first', rule: RULE, secondsAgo: 50, weight: 5 },
  { id: 'other-rule', rule: `${RULE}0`, secondsAgo: 40, weight: 5 },
  { id: 'second', rule: RULE, secondsAgo: 20, weight: 7 },
  { id: 'deleted', rule: RULE, secondsAgo: 10, weight: null },
];

describe.each([
  ['in memory', simulated],
  ['on AWS', onLocalhost],
])('changes of a rule %s', (_, open) => {
  let world: TrailWorld;
  afterEach(async () => {
    vi.unstubAllEnvs();
    await world.close();
  });

  it('are those that could be the drift, the newest first, with the weight that they left', async () => {
    world = await open(DONE);
    expect(await world.trail.changes(seedPlan, drift)).toMatchObject([
      { id: 'second', weight: 7, at: SEEN - 20_000 },
      { id: 'first', weight: 5 },
    ]);
  });

  it('are deletions of a rule that is gone', async () => {
    world = await open(DONE);
    expect(
      await world.trail.changes(seedPlan, { ...drift, code: 'RULE_FOREIGN', live: null, isGone: true }),
    ).toMatchObject([{ id: 'deleted', weight: null }]);
  });

  it('may be none', async () => {
    world = await open([]);
    expect(await world.trail.changes(seedPlan, drift)).toEqual([]);
  });
});
