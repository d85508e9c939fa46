import { describe, expect, it } from 'vitest';
import type { Command } from '../../lib/rollout/command.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import type { RolloutState, SignOff } from '../../lib/rollout/rollout.ts';
import type { ReasonedAsk } from '../../lib/slack/reason-modal.ts';
import { staleness, whatIsAsked } from '../../lib/slack/what-is-asked.ts';
import { holdOf, NOW, planOf, seedSource, stateOf } from '../rollout/fixture.ts';

/** The product lead is the finance lead, too. */
const plan = planOf(seedSource.replace('slack: [U0PRD]', 'slack: [U0FIN]'));
const button = { installation: '0123456789ab', rollout: plan.rollout, revision: 7 };

const entryOf = (state: RolloutState): Entry => ({
  rollout: plan.rollout,
  revision: 8,
  previous: '',
  at: '2025-10-31T13:30:00.000Z',
  cause: { by: 'schedule' },
  rows: [],
  businessRows: [],
  decision: { decision: 'wait', reason: { code: 'SCHEDULED', start: NOW } },
  notices: [],
  state,
});
const ramp = (change: Partial<RolloutState> = {}) =>
  entryOf(stateOf(1, { gate: { passedAt: NOW, askedAt: NOW, reminders: 0 }, ...change }, plan));
const word = (role: string, user: string, answer: SignOff['answer'] = 'GO'): SignOff => ({
  role,
  answer,
  actor: `slack:${user}`,
  at: NOW,
});

const always = () => undefined;
const go = (user: string, newest = ramp(), role?: string, stale: (entry: Entry) => string | undefined = always) =>
  whatIsAsked(plan, newest, { kind: 'go', user, replyTo: undefined, button, role }, stale);
const reasoned = (ask: ReasonedAsk, user: string, newest = ramp()) =>
  whatIsAsked(
    plan,
    newest,
    { kind: 'reasoned', user, replyTo: undefined, button: { ...button, ask }, why: 'odd' },
    always,
  );
const signOff = (role: string, answer: 'GO' | 'NO-GO' = 'GO', why = ''): { readonly command: Command } => ({
  command: { kind: 'signOff', phase: 'ramp', role, answer, why },
});

describe('GO', () => {
  it('is of the one role that somebody holds', () => {
    expect(go('U0ENG')).toEqual(signOff('engineering'));
  });

  it('asks back whose several roles are waited for: nobody chooses for them which other lead is still needed', () => {
    expect(go('U0FIN')).toEqual({ roles: ['product', 'finance'] });
    expect(go('U0FIN', ramp(), 'finance')).toEqual(signOff('finance'));
  });

  it('is of the role that is still waited for, where another lead gave the other GO', () => {
    expect(go('U0FIN', ramp({ signOffs: [word('product', 'U0VPE')] }))).toEqual(signOff('finance'));
    expect(go('U0FIN', ramp({ signOffs: [word('product', 'U0VPE')] }), 'product')).toEqual({
      words: 'No GO for product is waited for from you; open: finance.',
    });
  });

  it('said twice is said once, and no second role is tried, which would call people', () => {
    const once = ramp({ signOffs: [word('product', 'U0FIN')] });
    const words = 'You have given GO for product already; one identity signs for one role.';
    expect(go('U0FIN', once)).toEqual({ words });
    expect(go('U0FIN', once, 'finance')).toEqual({ words });
  });

  it('is not needed where another lead of the role gave it', () => {
    expect(go('U0ENG', ramp({ signOffs: [word('engineering', 'U0VPE')] }))).toEqual({
      words: 'GO has been given for engineering already.',
    });
  });

  it('of another person is taken where one has signed alone and the plan separates duties, also beside a GO by itself', () => {
    const given = [word('engineering', 'U0ENG'), { ...word('operations', ''), actor: 'auto' }];
    const separate = planOf(
      seedSource
        .replace('roles: [engineering, operations, product, finance]', 'roles: [engineering], auto: [operations]')
        .replace('start: 2025', 'separationOfDuty: true\nstart: 2025'),
    );
    const gate = { passedAt: NOW, askedAt: NOW, reminders: 0 } as const;
    const alone = entryOf(
      stateOf(1, { gate, signOffs: given, starter: 'arn:aws:iam::123456789012:user/ann' }, separate),
    );
    const pressed = (user: string, newest = alone) =>
      whatIsAsked(separate, newest, { kind: 'go', user, replyTo: undefined, button, role: undefined }, always);
    expect(pressed('U0OPS')).toEqual(signOff('operations'));
    expect(pressed('U0ENG')).toEqual({
      words: 'You have given GO for engineering already; one identity signs for one role.',
    });
    const both = {
      ...alone,
      state: { ...alone.state, signOffs: [given[0], word('operations', 'U0OPS')] as SignOff[] },
    };
    expect(pressed('U0OPS', both)).toMatchObject({ words: expect.stringContaining('already') });
  });

  it('takes back the own NO-GO', () => {
    expect(go('U0ENG', ramp({ signOffs: [word('engineering', 'U0ENG', 'NO-GO')] }))).toEqual(signOff('engineering'));
  });

  it('for a role that no button can name comes to nothing', () => {
    expect(go('U0ENG', ramp(), 'operations')).toEqual({
      words: 'No GO for operations is waited for from you; open: engineering.',
    });
  });

  it('where the phase asks none of the own roles is answered by the policy', () => {
    const last = entryOf(stateOf(2, {}, plan));
    expect(go('U0ENG', last)).toEqual({ command: { ...signOff('engineering').command, phase: 'rollout' } });
  });

  it.each(['U0SRE', 'U0XYZ'])('of %s, who leads nothing, is left to the controller, which records it', (user) => {
    expect(go(user)).toEqual(signOff('engineering'));
  });
});

describe('NO-GO', () => {
  it('is of the role that somebody holds, with the reason', () => {
    expect(reasoned('noGo', 'U0OPS')).toEqual(signOff('operations', 'NO-GO', 'odd'));
  });

  it('of several roles takes the own GO back', () => {
    expect(reasoned('noGo', 'U0FIN', ramp({ signOffs: [word('finance', 'U0FIN')] }))).toEqual(
      signOff('finance', 'NO-GO', 'odd'),
    );
  });

  it('of several roles is else of the first without GO: one is enough to hold', () => {
    expect(reasoned('noGo', 'U0FIN')).toEqual(signOff('product', 'NO-GO', 'odd'));
    expect(reasoned('noGo', 'U0FIN', ramp({ signOffs: [word('product', 'U0VPE')] }))).toEqual(
      signOff('finance', 'NO-GO', 'odd'),
    );
  });

  it('of nobody is left to the controller', () => {
    expect(reasoned('noGo', 'U0XYZ')).toEqual(signOff('engineering', 'NO-GO', 'odd'));
  });
});

it.each(['hold', 'rollBack', 'advance'] as const)('%s is the command of that name', (ask) => {
  expect(reasoned(ask, 'U0SRE')).toEqual({ command: { kind: ask, why: 'odd' } });
});

describe('a stale button', () => {
  const shown = ramp();
  const held = ramp({ holds: [holdOf({ code: 'BLIND', behindMinutes: 9 })] });

  it('says what it was for and what stands now', () => {
    const words = staleness(shown, 7)(held);
    expect(words).toContain('This button has become stale.');
    expect(words).toContain('When it was made (2025-10-31 13:30 UTC): Scheduled to start at');
    expect(words).toContain('Now (2025-10-31 13:30 UTC): ');
    expect(go('U0ENG', held, undefined, staleness(shown, 7))).toEqual({ words: `${words}\nNothing was done.` });
  });

  it('is none while only minutes pass', () => {
    expect(staleness(shown, 7)(ramp({ next: { row: NOW, business: NOW } }))).toBeUndefined();
  });

  it('of a revision that the journal does not have is none that was ever shown', () => {
    expect(staleness(undefined, 99)(shown)).toContain('revision 99, which cannot be found in the journal');
  });

  it('of somebody who may nothing is refused as theirs, and not explained to them', () => {
    expect(go('U0XYZ', held, undefined, staleness(shown, 7))).toEqual(signOff('engineering'));
  });
});
