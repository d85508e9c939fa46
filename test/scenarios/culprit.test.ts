import { describe, expect, it } from 'vitest';
import { callCommand, callTick } from '../../lib/sim/calls.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { intercept } from '../../lib/sim/intercept.ts';
import { operatorOf } from '../../lib/sim/people.ts';
import { begin, type NoticeSeen, proceed } from '../../lib/sim/rehearsal.ts';
import type { TrailSetting } from '../../lib/sim/trail.ts';
import { shortSource } from './run.ts';

/** One change half an hour into the canary, and the hour after it, tick by tick; `asked` are the minutes after the change at which CloudTrail was asked. */
const hourAfter = async (
  cloudTrail: TrailSetting,
  faults: readonly string[],
  { minutes = 60, holdAt = Number.POSITIVE_INFINITY } = {},
): Promise<{ readonly told: readonly NoticeSeen[]; readonly asked: readonly number[]; readonly bytes: number }> => {
  const began = await begin({
    source: shortSource,
    seed: 1,
    faults: faults.map((text) => {
      const fault = readFault(text);
      if ('problem' in fault) throw new Error(fault.problem);
      return fault;
    }),
    signOffs: 'given',
    cloudTrail,
    untilInstant: CHANGED + minutes * 60_000,
  });
  if ('refused' in began) throw new Error(began.refused.join());
  const asked: number[] = [];
  const seen = intercept(began.world, {
    before: ({ name }) => {
      if (name === 'trail.changes') asked.push(Math.floor((began.world.data.now - CHANGED) / 60_000));
    },
  });
  let isHeld = false;
  while (await proceed(began, seen)) {
    if (isHeld || began.world.data.now < holdAt) continue;
    isHeld = true;
    await callCommand(began.world, began.plan.rollout, { kind: 'hold', why: 'in a test' }, operatorOf(began.plan));
  }
  const told = began.run.notices.filter(({ at }) => Date.parse(at) >= CHANGED);
  return { told, asked, bytes: JSON.stringify(JSON.parse(began.world.data.head?.body ?? '').state).length };
};

const CHANGED = Date.parse('2025-10-31T12:30Z');

const about = (told: readonly NoticeSeen[], subject: string): readonly string[] =>
  told
    .filter((notice) => notice.subject.includes(subject))
    .map(({ at, audience, text }) => `${at.slice(11, 16)} ${audience}: ${text}`);

describe('who changed a rule', () => {
  it('is told the people on call in a message of its own, as soon as CloudTrail knows', async () => {
    const { told, asked } = await hourAfter('answers', ['weight 0 by hand from 00:30']);
    expect(about(told, 'held: WEIGHT_LOWERED_OUTSIDE')[0]).toMatch(
      /CloudTrail is asked who did it.*a message follows\.$/,
    );
    expect(about(told, 'who changed the rule')).toEqual([
      '12:38 onCall: Most likely arn:aws:sts::123456789012:assumed-role/Admin/kim changed rule 9683b2d02a6cabee at 2025-10-31 12:30:00 UTC, with the AWS console (CloudTrail event event-2). It is the newest such change that CloudTrail has between 2025-10-31 12:28:45 UTC and 2025-10-31 12:30:45 UTC.',
    ]);
    expect(asked).toEqual([3, 8]);
  });

  it.each([
    ['ecs', 'an ECS service deployment'],
    ['codedeploy', 'CodeDeploy'],
    ['cloudformation', 'CloudFormation'],
    ['terraform', 'Terraform'],
    ['load-balancer-controller', 'the AWS Load Balancer Controller'],
  ])('may be a tool: %s', async (writer, named) => {
    const { told } = await hourAfter('answers', [`weight 50 by ${writer} from 00:30`], { minutes: 10 });
    expect(about(told, 'who changed the rule (WEIGHT_ABOVE)')).toEqual([expect.stringContaining(`with ${named}`)]);
  });

  it.each([
    ['foreign rule from 00:30', 'changed'],
    ['gone rule from 00:30', 'deleted'],
  ])('%s: it was %s', async (fault, verb) => {
    const { told } = await hourAfter('answers', [fault], { minutes: 10 });
    expect(about(told, 'who changed the rule (RULE_FOREIGN)')).toEqual([expect.stringContaining(`kim ${verb} rule`)]);
  });

  it('stays unknown after three questions in vain, which is told once', async () => {
    const { told, asked } = await hourAfter('refuses', ['weight 0 by hand from 00:30']);
    expect(asked).toEqual([3, 8, 16]);
    expect(about(told, 'who changed the rule')).toEqual([
      expect.stringMatching(
        /^12:46 onCall: CloudTrail was asked 3 times .*REFUSED: cannot look up.*event name ModifyRule/,
      ),
    ]);
  });

  it('is not asked for while nothing drifts, nor without leave; then the message says where to look', async () => {
    expect((await hourAfter('answers', [])).asked).toEqual([]);
    const { told, asked } = await hourAfter('notAsked', ['weight 0 by hand from 00:30']);
    expect([asked, about(told, 'who changed')]).toEqual([[], []]);
    expect(about(told, 'held: WEIGHT_LOWERED_OUTSIDE')[0]).toContain('Event history, event name ModifyRule');
  });

  it('is asked for anew when it happens again later', async () => {
    const { told, asked } = await hourAfter('answers', [
      'weight 50 by ecs from 00:30',
      'weight 40 by terraform from 00:50',
    ]);
    expect(asked).toEqual([3, 8, 23, 28]);
    expect(about(told, 'who changed the rule')).toEqual([
      expect.stringContaining('an ECS service deployment'),
      expect.stringContaining('Terraform'),
    ]);
  });

  it('is asked for three times only while a rise that cannot be taken back stands', async () => {
    const { told, asked } = await hourAfter('refuses', ['weight 50 by ecs from 00:30', 'writes refused from 00:29']);
    expect(told.some(({ subject }) => subject.includes('weight corrected: WEIGHT_ABOVE'))).toBe(true);
    expect(asked).toEqual([3, 8, 16]);
  });

  it('is asked for of two drifts of different kinds beside each other', async () => {
    const { told } = await hourAfter('answers', ['weight 50 by ecs from 00:30', 'weight 0 by hand from 00:32']);
    expect(about(told, 'who changed the rule')).toEqual([
      expect.stringContaining('an ECS service deployment'),
      expect.stringContaining('Admin/kim'),
    ]);
  });

  it('is found although the ticks were silent and a command was recorded between the change and the tick that saw it', async () => {
    const faults = ['weight 0 by hand from 00:30', 'no ticks from 00:30 for 3m'];
    const { told } = await hourAfter('answers', faults, { holdAt: CHANGED + 2 * 60_000 });
    expect(told.map(({ subject }) => subject)).toContainEqual(expect.stringContaining('held: OPERATOR'));
    expect(about(told, 'who changed the rule')).toEqual([expect.stringContaining('Admin/kim')]);
  });

  it('counts one question as one, also in a tick that writes several entries', async () => {
    const faults = ['weight 50 by ecs from 00:30', 'no ticks from 00:32 for 2h'];
    const { asked } = await hourAfter('refuses', faults, { minutes: 150 });
    expect(asked).toEqual([122, 123, 124]);
  });

  it('is recorded as asked for by a tick that has nothing else to record, so that a doubled wake-up does not ask again', async () => {
    const fault = readFault('weight 50 by ecs from 00:30');
    if ('problem' in fault) throw new Error(fault.problem);
    const options = { source: shortSource, seed: 1, signOffs: 'given', cloudTrail: 'refuses' } as const;
    const began = await begin({ ...options, faults: [fault], untilInstant: CHANGED + 3 * 60_000 });
    if ('refused' in began) throw new Error(began.refused.join());
    while (await proceed(began));
    const asked: number[] = [];
    const { data } = began.world;
    const seen = intercept(began.world, {
      before: ({ name }) => {
        if (name === 'trail.changes') asked.push((data.now - CHANGED) / 1000 - 180);
      },
    });
    for (const second of [10, 20, 25, 30]) {
      data.now = CHANGED + (180 + second) * 1000;
      await callTick(seen, began.plan.rollout);
    }
    expect(asked).toEqual([20]);
  });

  it('leaves the state as small as it was', async () => {
    const drifted = await hourAfter('answers', ['weight 50 by ecs from 00:30']);
    expect(drifted.bytes).toBeLessThan((await hourAfter('answers', [])).bytes + 20);
  });
});
