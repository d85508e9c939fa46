/** Who started a rollout does not open its gates alone, where the plan wants duties separated. */
import { describe, expect, it } from 'vitest';
import { personOf } from '../../lib/rollout/authority.ts';
import { decide } from '../../lib/rollout/decide.ts';
import { explain } from '../../lib/rollout/explain.ts';
import type { SignOff } from '../../lib/rollout/rollout.ts';
import { HOUR, NOW, planOf, seedPlan, seedSource, situationOf } from './fixture.ts';

const session = (role: string, name: string): string => `arn:aws:sts::123456789012:assumed-role/${role}/${name}`;
const ANN = session('Sre', 'ann');

/** The ramp asks `roles`, and `auto` sign by themselves. */
const asking = (roles: string, auto = ''): typeof seedPlan =>
  planOf(
    seedSource
      .replace(
        'signOff: { roles: [engineering, operations, product, finance] }',
        `signOff: { roles: [${roles}], auto: [${auto}] }`,
      )
      .replace('start: 2025', 'separationOfDuty: true\nstart: 2025'),
  );
const TWO = asking('engineering, operations');

const go = (role: string, actor: string): SignOff => ({ role, answer: 'GO', actor, at: NOW - HOUR });
const ofEngineering = (name: string): SignOff => go('engineering', session('EngineeringLead', name));
const ofOperations = (name: string): SignOff => go('operations', session('OperationsLead', name));

/** The ramp's gate has passed, and the next phase lies far ahead. */
const atTheGate = (signOffs: readonly SignOff[], starter: string | null | undefined = ANN, plan = TWO, now = NOW) =>
  decide(
    situationOf(1, {
      plan,
      state: {
        status: 'passed',
        gate: { passedAt: NOW - HOUR, askedAt: NOW - HOUR, reminders: 0 },
        signOffs,
        ...(starter === undefined ? {} : { starter }),
      },
      evidence: { now },
    }),
  );
const codeAt = (...given: Parameters<typeof atTheGate>): string => atTheGate(...given).reason.code;

describe('a gate at which people are asked', () => {
  it('opens when one of those who gave GO is not who started', () => {
    expect(codeAt([ofEngineering('ann'), ofOperations('bob')])).toBe('AWAITING_START');
  });

  it('does not open on the GO of the starter for every role, whatever the role it was given in', () => {
    expect(codeAt([ofEngineering('ann'), ofOperations('ann')])).toBe('AWAITING_SIGN_OFF');
  });

  it('counts no GO by itself as somebody', () => {
    const plan = asking('engineering', 'operations');
    expect(codeAt([ofEngineering('ann'), go('operations', 'auto')], ANN, plan)).toBe('AWAITING_SIGN_OFF');
    expect(codeAt([ofEngineering('ann'), ofOperations('bob')], ANN, plan)).toBe('AWAITING_START');
    expect(codeAt([ofEngineering('bob'), go('operations', 'auto')], ANN, plan)).toBe('AWAITING_START');
  });

  it('does not open on a NO-GO of somebody else', () => {
    const no: SignOff = { ...ofOperations('bob'), answer: 'NO-GO' };
    expect(codeAt([ofEngineering('ann'), no])).toBe('NO_GO');
  });

  it('takes two people where a deployment started, or where it is not known who did', () => {
    const plan = asking('engineering', 'operations');
    for (const starter of [null, undefined]) {
      expect(codeAt([ofEngineering('ann'), ofOperations('bob')], starter)).toBe('AWAITING_START');
      expect(codeAt([ofEngineering('ann'), ofOperations('ann')], starter)).toBe('AWAITING_SIGN_OFF');
      expect(codeAt([ofEngineering('ann'), go('operations', 'auto')], starter, plan)).toBe('AWAITING_SIGN_OFF');
    }
  });

  it.each<[string, string | null, readonly SignOff[], string]>([
    [
      'one of Slack, who may be the starter',
      ANN,
      [ofEngineering('ann'), go('operations', 'slack:U0ANN')],
      'AWAITING_SIGN_OFF',
    ],
    ['one of Slack alone', ANN, [go('engineering', 'slack:U0BOB'), go('operations', 'auto')], 'AWAITING_SIGN_OFF'],
    [
      'two of Slack, who are not both the starter',
      ANN,
      [go('engineering', 'slack:U0ANN'), go('operations', 'slack:U0BOB')],
      'AWAITING_START',
    ],
    ['one of AWS who is another', ANN, [ofEngineering('bob'), go('operations', 'slack:U0ANN')], 'AWAITING_START'],
    [
      'one of AWS, who may be the starter of Slack',
      'slack:U0ANN',
      [ofEngineering('bob'), go('operations', 'auto')],
      'AWAITING_SIGN_OFF',
    ],
    [
      'another of Slack than the starter of Slack',
      'slack:U0ANN',
      [go('engineering', 'slack:U0BOB'), go('operations', 'slack:U0ANN')],
      'AWAITING_START',
    ],
    [
      'one of each, who may be one person, and nobody knows who started',
      null,
      [ofEngineering('ann'), go('operations', 'slack:U0ANN')],
      'AWAITING_SIGN_OFF',
    ],
    [
      'two of Slack, and nobody knows who started',
      null,
      [go('engineering', 'slack:U0ANN'), go('operations', 'slack:U0BOB')],
      'AWAITING_START',
    ],
  ])('counts whoever is certainly somebody else: %s', (_, starter, signOffs, code) => {
    expect(codeAt(signOffs, starter, asking('engineering', 'operations'))).toBe(code);
  });

  it('says whom it waits for, with the roles that are missing or without any', () => {
    const expiry = '2025-11-03 16:00 UTC';
    expect(explain(atTheGate([ofEngineering('ann'), ofOperations('ann')]).reason)).toBe(
      `Every role has given GO, and the gate waits for a GO from somebody else than ann, who started the rollout, until ${expiry}.`,
    );
    expect(explain(atTheGate([ofEngineering('ann')]).reason)).toBe(
      `Waiting for GO from operations until ${expiry}; it needs a GO from somebody else than ann, who started the rollout.`,
    );
    expect(explain(atTheGate([ofEngineering('ann'), ofOperations('ann')], null).reason)).toContain(
      'a GO from a second person, since a deployment started the rollout and nobody knows who',
    );
  });

  it('says where somebody else has given GO who may be the same person', () => {
    const words = '(somebody of Slack and somebody of AWS may be the same person)';
    const said = (signOffs: readonly SignOff[], starter: string | null) => explain(atTheGate(signOffs, starter).reason);
    const ofSlack = go('operations', 'slack:U0BOB');
    expect(said([ofEngineering('ann'), ofSlack], ANN)).toContain(`who started the rollout ${words}, until`);
    expect(said([ofEngineering('ann'), ofSlack], null)).toContain(`nobody knows who ${words}, until`);
    expect(said([ofEngineering('ann'), ofOperations('ann')], ANN)).not.toContain(words);
    expect(said([ofEngineering('ann'), ofOperations('ann')], null)).not.toContain(words);
  });

  it('expires as for a missing role, and says the same', () => {
    const late = Date.parse('2025-11-03T16:00Z');
    const { decision, reason } = atTheGate([ofEngineering('ann'), ofOperations('ann')], ANN, TWO, late);
    expect([decision, reason.code]).toEqual(['hold', 'SIGN_OFF_EXPIRED']);
    expect(explain(reason)).toContain('missing: a GO from somebody else than ann, who started the rollout.');
  });

  it('asks nobody but the roles where the plan does not separate duties', () => {
    const plan = { ...TWO, separationOfDuty: false };
    expect(codeAt([ofEngineering('ann'), ofOperations('ann')], ANN, plan)).toBe('AWAITING_START');
  });
});

it('has nothing to separate in a phase that signs by itself, or asks nobody', () => {
  const plan = { ...TWO, phases: seedPlan.phases };
  const gate = { passedAt: NOW - HOUR, askedAt: NOW - HOUR, reminders: 0 } as const;
  const signOffs = ['engineering', 'operations', 'product', 'finance'].map((role) => go(role, 'auto'));
  const canary = situationOf(0, { plan, state: { status: 'passed', gate, signOffs, starter: ANN } });
  expect(decide(canary).reason.code).toBe('AWAITING_START');
});

it.each([
  [session('Sre', 'ann'), 'ann'],
  ['arn:aws:iam::123456789012:user/teams/ann', 'ann'],
  ['slack:U0ANN', 'slack:U0ANN'],
])('knows who %s is: %s', (identity, person) => {
  expect(personOf(identity)).toBe(person);
});
