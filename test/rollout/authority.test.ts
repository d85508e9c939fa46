import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../lib/plan/parse.ts';
import { denied, forbidden, isOperator, matches, rolesHeld } from '../../lib/rollout/authority.ts';
import type { Command } from '../../lib/rollout/command.ts';

const parsed = parsePlan(readFileSync('examples/ultra-fast-analyzer.yaml', 'utf8'));
if (!parsed.ok) throw new Error('the seed plan must be valid');
const { plan } = parsed;

const principal = (role: string, session = 'someone') => `arn:aws:sts::123456789012:assumed-role/${role}/${session}`;
const operator = principal('Sre');
const lead = principal('EngineeringLead');
const stranger = principal('Intern');

const COMMANDS: readonly Command[] = [
  { kind: 'hold', why: 'x' },
  { kind: 'resume', why: 'x' },
  { kind: 'advance', why: 'x' },
  { kind: 'rollBack', why: 'x' },
  { kind: 'close', why: 'x' },
  { kind: 'checkOff', item: 'x' },
  { kind: 'openIncident', name: 'x', why: 'x' },
  { kind: 'closeIncident', name: 'x', why: 'x' },
];

describe('authority', () => {
  it.each([
    ['a*c', 'abc', true],
    ['a*c', 'a/c', false],
    ['arn:aws:sts::123456789012:assumed-role/Sre/*', principal('Sre', 'a/b'), false],
    ['arn:aws:sts::123456789012:assumed-role/Sre/*', principal('Sre', ''), true],
    ['a.c', 'abc', false],
    ['(a|b)*', '(a|b)x', true],
  ])('matches %s against %s: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it('lets operators do everything but sign for a role', () => {
    expect(COMMANDS.filter((command) => denied(plan, operator, command) !== undefined)).toEqual([]);
    expect(
      denied(plan, operator, { kind: 'signOff', phase: 'ramp', role: 'finance', answer: 'GO', why: '' }),
    ).toContain('not a principal of the role finance');
  });

  it('lets leads hold, roll back and open an incident, and nothing else', () => {
    const allowed = COMMANDS.filter((command) => denied(plan, lead, command) === undefined).map(({ kind }) => kind);
    expect(allowed).toEqual(['hold', 'rollBack', 'openIncident']);
  });

  it('lets a lead sign for their own role only', () => {
    expect(
      denied(plan, lead, { kind: 'signOff', phase: 'ramp', role: 'engineering', answer: 'GO', why: '' }),
    ).toBeUndefined();
    expect(denied(plan, lead, { kind: 'signOff', phase: 'ramp', role: 'finance', answer: 'GO', why: '' })).toContain(
      'finance',
    );
  });

  it('knows people by the id that Slack has proven, too', () => {
    expect(rolesHeld(plan, 'slack:U0FIN')).toEqual(['finance']);
    expect(isOperator(plan, 'slack:U0SRE')).toBe(true);
    expect(rolesHeld(plan, 'U0FIN')).toEqual([]);
  });

  it('lets the channel of Amazon Q hold and roll back, and nothing else, in whatever plan', () => {
    const channel = 'chat:C0EXAMPLE';
    const allowed = COMMANDS.filter((command) => denied(plan, channel, command) === undefined).map(({ kind }) => kind);
    expect(allowed).toEqual(['hold', 'rollBack']);
    expect(
      denied(plan, channel, { kind: 'signOff', phase: 'ramp', role: 'engineering', answer: 'GO', why: '' }),
    ).toContain('not a principal of the role');
    expect(denied(plan, 'slack:chat:C0EXAMPLE', { kind: 'hold', why: 'x' })).toContain('is none');
  });

  it('lets strangers do nothing', () => {
    expect(COMMANDS.filter((command) => denied(plan, stranger, command) === undefined)).toEqual([]);
    expect(rolesHeld(plan, stranger)).toEqual([]);
    expect(isOperator(plan, stranger)).toBe(false);
  });

  it('knows people by any of their principals and ids', () => {
    const principals = [principal('Sre', '*'), principal('OnCall', '*')];
    const both = { ...plan, operators: { principals, slack: ['U0SRE', 'U1SRE'] } };
    for (const identity of [operator, principal('OnCall'), 'slack:U0SRE', 'slack:U1SRE'])
      expect(isOperator(both, identity)).toBe(true);
  });

  it('says for whom a command is', () => {
    expect(denied(plan, stranger, { kind: 'close', why: 'x' })).toBe(
      `close is for operators of this plan; ${stranger} is none`,
    );
    expect(denied(plan, stranger, { kind: 'hold', why: 'x' })).toBe(
      `hold is for operators and leads of this plan; ${stranger} is none`,
    );
  });
});

describe('one identity', () => {
  const both = {
    ...plan,
    leads: Object.fromEntries(Object.keys(plan.leads).map((role) => [role, { principals: [lead], slack: [] }])),
  };
  const word = (role: string, answer: 'GO' | 'NO-GO', actor = lead) => ({ role, answer, actor, at: 0 });
  const asked = (role: string, answer: 'GO' | 'NO-GO'): Command => ({
    kind: 'signOff',
    phase: 'ramp',
    role,
    answer,
    why: '',
  });
  const refused = (signOffs: readonly ReturnType<typeof word>[], command: Command) =>
    forbidden(both, { signOffs }, lead, command);

  it('cannot give GO for two roles', () => {
    expect(refused([word('engineering', 'GO')], asked('finance', 'GO'))).toBe(
      `${lead} has already given GO for engineering; one identity cannot sign for two roles`,
    );
  });

  it('is a person where the plan separates duties, whatever the role of the session', () => {
    const words = [word('engineering', 'GO', operator)];
    expect(forbidden({ ...both, separationOfDuty: true }, { signOffs: words }, lead, asked('finance', 'GO'))).toBe(
      'someone has already given GO for engineering; one identity cannot sign for two roles',
    );
  });

  it('can give it again for the same role, beside others, after a NO-GO, and say NO-GO for any', () => {
    expect(refused([], asked('finance', 'GO'))).toBeUndefined();
    expect(refused([word('finance', 'GO')], asked('finance', 'GO'))).toBeUndefined();
    expect(refused([word('engineering', 'GO', operator)], asked('finance', 'GO'))).toBeUndefined();
    expect(refused([word('engineering', 'NO-GO')], asked('finance', 'GO'))).toBeUndefined();
    expect(refused([word('engineering', 'GO')], asked('finance', 'NO-GO'))).toBeUndefined();
    expect(refused([word('engineering', 'GO')], { kind: 'hold', why: 'x' })).toBeUndefined();
  });

  it('that is none of the role may not ask at all', () => {
    expect(forbidden(plan, { signOffs: [] }, lead, asked('finance', 'GO'))).toContain('not a principal of the role');
  });
});
