import { describe, expect, it } from 'vitest';
import { command } from '../../lib/controller/command.ts';
import { tick } from '../../lib/controller/tick.ts';
import type { Rehearsal } from '../../lib/sim/rehearsal.ts';
import { complete } from '../../lib/sim/run.ts';
import { at, entryOf } from '../controller/world.ts';
import { principal } from '../rollout/fixture.ts';
import { codes, run, shortSource, story } from './run.ts';

describe('sign-offs', () => {
  it('nothing rises beyond the ramp without them: reminders, SIGN_OFF_EXPIRED, held', async () => {
    const ran = await run({ signOffs: 'none' });
    expect([ran.outcome, ran.weight, ran.violations]).toEqual(['held', 10, []]);
    expect(story(ran).filter((line) => /SIGN_OFF/.test(line))).toEqual([
      '11-01 18:05 ramp wait AWAITING_SIGN_OFF',
      '11-03 04:00 ramp wait AWAITING_SIGN_OFF',
      '11-03 10:00 ramp wait AWAITING_SIGN_OFF',
      '11-03 16:00 ramp hold SIGN_OFF_EXPIRED',
    ]);
    expect(ran.announcements.filter(({ audience }) => audience === 'leads')).toHaveLength(3);
  });

  it('asked on Friday for a start on Monday they expire on Tuesday', async () => {
    const source = shortSource
      .replace('start: 2025-10-31T12:00:00Z', 'start: 2025-10-30T12:00:00Z')
      .replace('start: 2025-11-01T14:00:00Z', 'start: 2025-10-31T14:00:00Z')
      .replace('start: 2025-11-02T16:00:00Z', 'start: 2025-11-03T16:00:00Z');
    const ran = await run({ source, signOffs: 'none' });
    expect(story(ran).at(-1)).toBe('11-04 16:00 ramp hold SIGN_OFF_EXPIRED');
  });

  it('a NO-GO holds, and unanswered for holdFor rolls back', async () => {
    const ran = await run({ signOffs: 'no-go' });
    expect(codes(ran)).toContain('hold NO_GO');
    expect([ran.outcome, ran.weight, ran.violations]).toEqual(['rolledBack', 0, []]);
    const at = (code: string) => Date.parse(ran.decisions.find(({ reason }) => reason.code === code)?.at ?? '');
    expect(at('HELD_TOO_LONG') - at('NO_GO')).toBeGreaterThanOrEqual(24 * 3_600_000);
    expect(at('HELD_TOO_LONG') - at('NO_GO')).toBeLessThanOrEqual(24 * 3_600_000 + 60_000);
  });
});

describe('separated duties', () => {
  const source = shortSource.replace('release:', 'separationOfDuty: true\nrelease:');

  it('are no hindrance where leads are other people than who started', async () => {
    const ran = await run({ source });
    expect([ran.outcome, ran.violations]).toEqual(['finished', []]);
  });

  it('keep the gate shut while the starter alone has given GO, and open it with another one', async () => {
    const [role, other] = ['engineering', 'operations'] as const;
    const two = source.replace(
      'signOff: { roles: [engineering, operations, product, finance] }',
      `signOff: { roles: [${role}], auto: [${other}] }`,
    );
    const rehearsal = await at('2025-11-01T18:10', { source: two, signOffs: 'none' });
    const go = (as: string, who: string) =>
      command(
        rehearsal.world,
        rehearsal.plan.rollout,
        { kind: 'signOff', phase: 'ramp', role: as, answer: 'GO', why: '' },
        who,
      );
    const session = (lead: string, name: string) => `arn:aws:sts::123456789012:assumed-role/${lead}/${name}`;
    // The simulator's operator, who started it, has this name.
    expect(await go(role, session('EngineeringLead', 'rehearsal'))).toMatchObject({ ok: true });
    await tick(rehearsal.world, rehearsal.plan.rollout);
    expect(entryOf(rehearsal).decision.reason).toMatchObject({ code: 'AWAITING_SIGN_OFF', missing: [], alone: {} });
    expect(await go(other, session('OperationsLead', 'somebody-else'))).toMatchObject({ ok: true });
    await tick(rehearsal.world, rehearsal.plan.rollout);
    expect(entryOf(rehearsal).decision.reason).toMatchObject({ code: 'AWAITING_START', phase: 'rollout' });
  });
});

describe('leads who answer by themselves', () => {
  const ROLES = [
    ['engineering', 'EngineeringLead'],
    ['operations', 'OperationsLead'],
    ['product', 'ProductLead'],
    ['finance', 'FinanceLead'],
  ] as const;
  const sign = async (
    rehearsal: Rehearsal,
    answer: 'GO' | 'NO-GO',
    roles: readonly (typeof ROLES)[number][] = ROLES,
  ) => {
    for (const [role, name] of roles) {
      const asked = { kind: 'signOff', phase: 'ramp', role, answer, why: 'seen' } as const;
      expect(await command(rehearsal.world, rehearsal.plan.rollout, asked, principal(name))).toMatchObject({
        ok: true,
      });
    }
  };

  it('may say GO early, from the bake on: then nobody is asked at the gate', async () => {
    const rehearsal = await at('2025-11-01T16:00', { signOffs: 'none' });
    await sign(rehearsal, 'GO');
    const ran = await complete({ ...rehearsal, until: Number.POSITIVE_INFINITY });
    expect(codes(ran)).not.toContain('wait AWAITING_SIGN_OFF');
    expect([ran.outcome, ran.weight]).toEqual(['finished', 100]);
  });

  it('may say NO-GO, which holds, and GO again, which frees', async () => {
    const rehearsal = await at('2025-11-01T19:00', { signOffs: 'none' });
    await sign(rehearsal, 'GO');
    await sign(rehearsal, 'NO-GO', ROLES.slice(0, 1));
    await sign(rehearsal, 'GO', ROLES.slice(0, 1));
    const ran = await complete({ ...rehearsal, until: Number.POSITIVE_INFINITY });
    expect(codes(ran)).toContain('hold NO_GO');
    expect(codes(ran)).not.toContain('rollBack HELD_TOO_LONG');
    expect([ran.outcome, ran.weight]).toEqual(['finished', 100]);
  });
});

describe('380 candidate requests in two hours', () => {
  it('extends, then holds and says what is missing: never advances, never rolls back', async () => {
    const ran = await run({ requestsPerMinute: 317 });
    expect([ran.outcome, ran.weight, ran.violations]).toEqual(['held', 1, []]);
    expect(codes(ran).filter((code) => code === 'extend EXTENDED')).toHaveLength(8);
    expect(codes(ran).filter((code) => /rollBack/.test(code))).toEqual([]);
    expect(codes(ran).filter((code) => code.startsWith('advance'))).toHaveLength(1);
    const reason = ran.decisions.at(-1)?.reason;
    const open =
      reason?.code === 'INSUFFICIENT_DATA'
        ? reason.assessments.filter(({ verdict }) => verdict === 'insufficient')
        : [];
    expect(open.map(({ metric }) => metric)).toContain('availability');
    expect(open.every(({ more, missing }) => more !== undefined || missing !== undefined)).toBe(true);
  });
});
