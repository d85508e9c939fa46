/** Prints the policy as a table into docs/policy.md: what is decided in which status on which evidence, and on which command. */
import { expect, it } from 'vitest';
import { answer } from '../../lib/rollout/answer.ts';
import type { Command } from '../../lib/rollout/command.ts';
import { decide } from '../../lib/rollout/decide.ts';
import type { Decision } from '../../lib/rollout/entry.ts';
import type { RolloutState, Status } from '../../lib/rollout/rollout.ts';
import type { Situation } from '../../lib/rollout/situation.ts';
import {
  evidenceOf,
  FOUR_GO,
  failedCriterion,
  guardTrip,
  holdOf,
  MINUTE,
  NOW,
  operator,
  principal,
  seedPlan,
  situationOf,
  theRule,
  watchTrip,
} from './fixture.ts';

const dayBefore = { requestsPerMinute: null, failureShare: null, unavailableShare: null };
const preflight = { problems: [], notes: [], dayBefore };
const DUE = seedPlan.phases[1]?.start ?? 0;
const gate = { passedAt: DUE - 60 * MINUTE, askedAt: DUE - 60 * MINUTE, reminders: 0 as const };
const rollback = {
  decidedAt: NOW - 5 * MINUTE,
  reason: { code: 'WATCH_TRIPPED', trip: watchTrip } as const,
  faultBeganAt: null,
  fromWeight: 1,
  verifiedAt: null,
  lastRequestMinute: null,
  quietRows: 0,
  tailRequests: 0,
  pagedAt: NOW,
};
const fresh = { row: DUE - 3 * MINUTE, business: DUE - 5 * MINUTE };

/** Each status at a moment when it would go on: the start has come, the gate is reached, the way back is written. */
const STATUSES: Readonly<Record<Status, Situation>> = {
  scheduled: situationOf(-1, { evidence: { now: seedPlan.start, preflight } }),
  baking: situationOf(0),
  passed: situationOf(0, { state: { status: 'passed', gate, signOffs: FOUR_GO, next: fresh }, evidence: { now: DUE } }),
  rollingBack: situationOf(0, { state: { status: 'rollingBack', weight: 0, rollback }, live: 1 }),
  rolledBack: situationOf(0, { state: { status: 'rolledBack', weight: 0, endedBy: rollback.reason } }),
  finished: situationOf(3, {
    state: { status: 'finished', endedBy: { code: 'FINISHED', weight: 100, resting: 'deploy' } },
  }),
  closed: situationOf(0, { state: { status: 'closed', endedBy: { code: 'CLOSED', actor: operator, why: '' } } }),
};

const bend = (situation: Situation, change: Partial<RolloutState>): Situation => ({
  ...situation,
  state: { ...situation.state, ...change },
});
const see = (situation: Situation, change: Partial<Situation['evidence']>): Situation => ({
  ...situation,
  evidence: { ...situation.evidence, ...change },
});
const live = (situation: Situation, weight: number): Situation => see(situation, { rules: evidenceOf(weight).rules });

const EVIDENCE: Readonly<Record<string, (situation: Situation) => Situation>> = {
  'nothing special': (situation) => situation,
  'the watch trips': (situation) => ({ ...situation, trips: [watchTrip] }),
  'a guard trips': (situation) => ({ ...situation, trips: [guardTrip] }),
  'no registered candidate target': (situation) =>
    see(situation, { health: { candidate: { healthy: 0, registered: 0 }, baseline: { healthy: 20, registered: 20 } } }),
  'live weight above the record': (situation) => live(situation, 50),
  'live weight lowered by somebody': (situation) =>
    live(bend(situation, { weight: 10, rules: [{ confirmed: 10, isConfirmed: true, sticky: false }] }), 0),
  'the watchdog lowered the weight': (situation) =>
    live(
      bend(situation, {
        weight: 10,
        rules: [{ confirmed: 10, isConfirmed: true, sticky: false }],
        holds: [holdOf({ code: 'WATCHDOG', staleMinutes: 11 })],
      }),
      0,
    ),
  'the rule forwards elsewhere': (situation) =>
    see(situation, { rules: [{ rule: theRule, kind: 'foreign', found: 'a third group' }] }),
  'the users of the rule log in with Amazon Cognito': (situation) =>
    see(situation, {
      rules: situation.evidence.rules.map((rule) => ({ ...rule, cognito: true }) as const),
      preflight: { ...preflight, problems: ['rule x must not have authenticate-cognito'] },
    }),
  'an operator holds': (situation) =>
    bend(situation, { holds: [holdOf({ code: 'OPERATOR', actor: operator, why: '' })] }),
  'a circumstance is over': (situation) =>
    bend(situation, { holds: [{ ...holdOf({ code: 'BLIND', behindMinutes: 9 }), cleanRows: 10 }] }),
  'a criterion is proven to fail': (situation) => ({ ...situation, failed: failedCriterion }),
  'the bake is over, criteria are insufficient': (situation) =>
    bend(situation, { bake: { ...situation.state.bake, minutes: 120 } }),
  'sign-offs are missing': (situation) =>
    situation.state.phase === 0 && situation.state.status !== 'rollingBack'
      ? live(
          bend(situation, {
            phase: 1,
            weight: 10,
            signOffs: [],
            rules: [{ confirmed: 10, isConfirmed: true, sticky: false }],
          }),
          10,
        )
      : situation,
  'duties are separated, and only who started gave GO': (situation) =>
    situation.state.phase === 0 && situation.state.status !== 'rollingBack'
      ? {
          ...live(
            bend(situation, {
              phase: 1,
              weight: 10,
              starter: operator,
              signOffs: FOUR_GO.map((word) => ({ ...word, actor: operator })),
              rules: [{ confirmed: 10, isConfirmed: true, sticky: false }],
            }),
            10,
          ),
          plan: { ...situation.plan, separationOfDuty: true },
        }
      : situation,
  'an incident is open': (situation) =>
    see(situation, {
      alarms: ['alarm'],
      preflight: { ...preflight, problems: ['incident open: alarm learn-critical-incident'] },
    }),
  'both groups run the same release, and this is the last phase': (situation) => ({
    ...situation,
    plan: { ...situation.plan, mode: 'aa', phases: situation.plan.phases.slice(0, 1) },
  }),
  'health cannot be read': (situation) => see(situation, { health: { candidate: null, baseline: null } }),
};

const COMMANDS: readonly Command[] = [
  { kind: 'hold', why: 'x' },
  { kind: 'resume', why: 'x' },
  { kind: 'advance', why: 'x' },
  { kind: 'rollBack', why: 'x' },
  { kind: 'close', why: 'x' },
  { kind: 'signOff', phase: 'canary', role: 'engineering', answer: 'GO', why: 'x' },
  { kind: 'signOff', phase: 'canary', role: 'engineering', answer: 'NO-GO', why: 'x' },
  { kind: 'openIncident', name: 'db', why: 'x' },
];

const cell = ({ decision, reason, setWeight }: Decision): string =>
  `${decision} ${reason.code}${setWeight === undefined ? '' : ` → ${setWeight.weight}`}`;

const asked = (situation: Situation, command: Command): string => {
  const answered = answer(situation, command, command.kind === 'signOff' ? principal('EngineeringLead') : operator);
  return 'refused' in answered ? 'refused' : cell(answered.decision);
};

const nameOf = (command: Command): string => (command.kind === 'signOff' ? `sign-off ${command.answer}` : command.kind);

const table = (head: string, rows: Readonly<Record<string, (status: Situation) => string>>): string => {
  const statuses = Object.entries(STATUSES);
  const lines = Object.entries(rows).map(
    ([name, say]) => `| ${name} | ${statuses.map(([, situation]) => say(situation)).join(' | ')} |`,
  );
  return [
    `| ${head} | ${statuses.map(([status]) => status).join(' | ')} |`,
    `|---|${statuses.map(() => '---|').join('')}`,
    ...lines,
  ].join('\n');
};

it('is printed into docs/policy.md, and changes only with it', async () => {
  const evidence = Object.fromEntries(
    Object.entries(EVIDENCE).map(([name, change]) => [name, (situation: Situation) => cell(decide(change(situation)))]),
  );
  const commands = Object.fromEntries(
    COMMANDS.map((command) => [nameOf(command), (situation: Situation) => asked(situation, command)]),
  );
  const page = `# The policy as a table

Written by \`test/rollout/policy-table.test.ts\` from the code (\`npx vitest run test/rollout/policy-table.test.ts -u\` writes it anew). Columns are statuses, each
at a moment when it would go on by itself; a cell is the decision, its reason, and the weight that is written. The policy is
\`lib/rollout/decide.ts\` for ticks and \`lib/rollout/answer.ts\` for commands.

## What a tick decides

${table('evidence', evidence)}

## What a command is answered

Given by an operator, sign-offs by the lead of that role.

${table('command', commands)}
`;
  await expect(page).toMatchFileSnapshot('../../docs/policy.md');
});
