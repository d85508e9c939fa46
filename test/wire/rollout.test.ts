/** Whole rollouts by the bundles of cdk.out: from a command line to weights in moto, messages in queues and reports in a bucket. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { proofOf } from '../../lib/aws/identity-proof.ts';
import { hashOf } from '../../lib/controller/record.ts';
import { standIn } from '../stand-in/server.ts';
import { identity } from '../stand-in/sts.ts';
import { keyOf, type Parts, principalOf, type Role, startParts } from './account-parts.ts';
import { REGION } from './bundles.ts';
import type { DeployedService, Received } from './moto-account.ts';
import { LOG_IN, SERVICES } from './services.ts';
import { shortPlan } from './short-plan.ts';
import { toldAndToTell } from './told.ts';
import { type Scene, VirtualAccount } from './virtual-account.ts';

interface Deployed {
  readonly service: DeployedService;
  readonly source: string;
  readonly day: string;
}

let parts: Parts;
let account: VirtualAccount;
const deployed = new Map<string, Deployed>();

beforeAll(async () => {
  parts = await startParts();
  for (const { day, ...given } of SERVICES) {
    const service = await parts.moto.deploy(given);
    deployed.set(given.name, { service, day, source: shortPlan({ rollout: given.name, day, ...service }) });
  }
  const plans = Object.fromEntries([...deployed].map(([name, { source }]) => [name, source]));
  account = await VirtualAccount.deploy(parts, plans);
});

afterAll(async () => {
  account?.remove();
  await parts?.stop();
});

/** Twenty minutes before its start, an operator has started it with the command line. */
const started = async (name: string, fault?: string): Promise<Scene> => {
  const { source, service, day } = deployed.get(name) as Deployed;
  const scene = await account.begin(source, service, `${day}T11:40:00Z`, fault);
  const { exit, out, err } = await account.sluice('Sre', 'start', account.planFile(name));
  expect({ exit, err }).toEqual({ exit: 0, err: `Look at it: sluice status ${name} --watch\n` });
  expect(out).toContain(`${name} is scheduled by ${principalOf('Sre')}: it starts at ${day} 12:00 UTC, in 20m`);
  return scene;
};

const lastOf = ({ entries }: Scene) => entries.at(-1);
const reason = (scene: Scene) => lastOf(scene)?.decision.reason.code;
const status = (scene: Scene) => lastOf(scene)?.state.status;

/** In the first phase, its weight seen by a tick. */
const inCanary = (scene: Scene) =>
  account.until('the canary bakes', () => (lastOf(scene)?.state.bake.minutes ?? 0) >= 2);

const subjects = (messages: readonly Received[]) => messages.map(({ subject }) => subject);

const weights = ({ seen }: Scene) => seen.map(({ baseline, candidate }) => ({ baseline, candidate }));

const modifications = () => account.front.calls.filter(({ operation }) => operation === 'ModifyRule');

/** The journal as the command line prints it, kept in a file. */
const printedJournal = async ({ plan }: Scene): Promise<{ readonly path: string; readonly text: string }> => {
  const { exit, out } = await account.sluice('Intern', 'journal', plan.rollout);
  expect(exit).toBe(0);
  const path = join(account.planFile(plan.rollout), '..', `${plan.rollout}.jsonl`);
  writeFileSync(path, out);
  return { path, text: out };
};

test('the seed plan, shortened, goes from start to finished by its evidence and the GO of its leads', async () => {
  const scene = await started('ultra-fast-analyzer');
  const name = scene.plan.rollout;
  await account.until('the leads are asked', () => reason(scene) === 'AWAITING_SIGN_OFF');
  expect(weights(scene)).toEqual([
    { baseline: 999, candidate: 0 },
    { baseline: 990, candidate: 10 },
    { baseline: 900, candidate: 100 },
  ]);

  const forSomebodyElse = await account.sluice('ProductLead', 'sign-off', name, '--as', 'finance', '--go');
  expect(forSomebodyElse.exit).toBe(2);
  expect(forSomebodyElse.err).toContain(`${principalOf('ProductLead')} is not a principal of the role finance`);
  for (const [role, as] of [
    ['EngineeringLead', 'engineering'],
    ['OperationsLead', 'operations'],
    ['ProductLead', 'product'],
    ['FinanceLead', 'finance'],
  ] as const) {
    expect(reason(scene)).not.toBe('AWAITING_START');
    const { exit, out } = await account.sluice(role, 'sign-off', name, '--as', as, '--go', '--reason', 'reads well');
    expect({ exit, out }).toEqual({
      exit: 0,
      out: `${name}: ${principalOf(role)} commanded sign-off ${as} GO: reads well.\n`,
    });
  }
  await account.until('it has finished', () => status(scene) === 'finished');
  expect(weights(scene).slice(3)).toEqual([{ baseline: 0, candidate: 999 }]);
  expect(phasesOf(scene)).toEqual([
    'canary STARTED',
    'canary GATE_PASSED',
    'ramp STARTED',
    'ramp GATE_PASSED',
    'ramp AWAITING_SIGN_OFF',
    'rollout STARTED',
    'rollout GATE_PASSED',
    'stabilisation STARTED',
    'stabilisation GATE_PASSED',
    'stabilisation FINISHED',
  ]);
  const finished = await account.sluice('Intern', 'status', name);
  expect(finished.exit).toBe(0);
  expect(finished.out).toContain(`${name}, release v3.0.0-sprint-2-complete: finished, phase stabilisation`);
  expect(finished.out).toMatch(/^rule [0-9a-f]+\t100 % seen$/m);

  // Nobody has told the service's template yet: the claims stay, and a day later people are told once more.
  await account.pass(24 * 60 + 1);
  expect(lastOf(scene)?.at).toMatch(/^2025-11-01T/);
  expect(await account.wakeUps.names()).toEqual([`${name}.daily`]);
  expect(await account.owners()).toEqual([name, name, name]);
  await account.moto.rest(scene.service);
  await account.pass(24 * 60);
  expect(await account.wakeUps.names()).toEqual([]);
  expect(await account.owners()).toEqual([]);

  const { received, told, toTell } = await toldAndToTell(account, scene);
  expect(told).toEqual(toTell);
  expect(subjects(received.everyone)).toContain(`${name}: advance: STARTED (rollout)`);
  expect(received.everyone.filter(({ text }) => text.includes('Checkpoint '))).toHaveLength(23);
  const lastThree = received.everyone.slice(-3).map(({ text }) => text.split('\n')[2]);
  const deploy = expect.stringContaining("Set the resting group in the service's template to the candidate and deploy");
  expect(lastThree).toEqual([deploy, deploy, 'Finished: the candidate serves everything.']);
  expect(received.leads.map(({ text }) => text.split('\n')[2])).toEqual([expect.stringContaining('finance')]);
  // The product lead tried to sign for finance.
  expect(subjects(received.onCall)).toEqual([`${name}: a forbidden signOff was refused`]);

  const journal = await printedJournal(scene);
  expect(journal.text).toBe(scene.lines.map((line) => `${line}\n`).join(''));
  const verified = await account.sluice('Intern', 'verify', journal.path);
  expect(verified.exit).toBe(0);
  expect(verified.out).toContain(`Head: ${hashOf(scene.lines.at(-1) ?? '')}\n`);
  expect(await account.moto.files(name)).toEqual([
    `${name}/journal/000000-000499.jsonl`,
    `${name}/ledger.json`,
    `${name}/report.html`,
    `${name}/report.md`,
  ]);
  expect(await account.moto.file(`${name}/journal/000000-000499.jsonl`)).toBe(journal.text);
  const report = await account.moto.file(`${name}/report.md`);
  expect(report).toContain(`# Rollout ${name}: finished\n`);
  expect(report).toContain('Nothing: ultra-fast-analyzer-ultra-fast is the resting group already.');
  expect(report).toContain('GO from engineering (EngineeringLead/jane), operations (OperationsLead/jane)');
  expect((await account.sluice('Intern', 'report', name)).out).toBe(report);
  const link = (await account.sluice('Intern', 'report', name, '--link')).out.trim();
  expect(await (await fetch(link)).text()).toContain(`<title>Rollout ${name}: finished</title>`);

  // A tick that neither moves wake-ups nor a weight asks seven times, whatever the number of metrics; the watchdog had no reason to call.
  const asked = scene.ticks.map((calls) => calls.map(({ operation }) => operation).sort());
  const idle = asked.filter((calls) => !calls.some((operation) => MOVES.has(operation)));
  expect(idle.length).toBeGreaterThan(200);
  expect(Math.max(...idle.map(({ length }) => length))).toBe(7);
  expect(idle).toContainEqual([
    'DescribeAlarms',
    'DescribeRules',
    'DescribeTargetHealth',
    'DescribeTargetHealth',
    'GetMetricData',
    'PutItem',
    'Query',
  ]);
  expect(account.functions.invocations.get('sluice-watchdog')).toBeGreaterThan(200);
});

/** Of ticks that set wake-ups, raise the weight, or look at the resting tag. */
const MOVES = new Set(['ListSchedules', 'ModifyRule', 'DescribeTags']);

/** Decisions that are news, by phase. */
const phasesOf = ({ entries, plan }: Scene): readonly string[] => {
  const NEWS = new Set(['STARTED', 'GATE_PASSED', 'AWAITING_SIGN_OFF', 'FINISHED']);
  const all = entries.flatMap(({ decision, state }) =>
    NEWS.has(decision.reason.code) ? [`${plan.phases[state.phase]?.name} ${decision.reason.code}`] : [],
  );
  return [...new Set(all)];
};

test('a candidate that fails in the canary is rolled back, stickiness off, and never goes up again', async () => {
  const scene = await started('failing', 'failures x50 from 00:12');
  const name = scene.plan.rollout;
  await account.until('it is rolled back', () => status(scene) === 'rolledBack');
  const [rest, canary, back, ...more] = scene.seen;
  expect(rest).toMatchObject({ baseline: 999, candidate: 0, sticky: true });
  expect(canary).toMatchObject({ at: '2025-11-10T12:00:02.000Z', baseline: 990, candidate: 10, sticky: true });
  // Bad from 12:12 on; a guard of two minutes waits for 12:13 to be over, which is known three minutes later.
  expect(back).toMatchObject({ at: '2025-11-10T12:17:04.000Z', baseline: 999, candidate: 0, sticky: false });
  expect(more).toEqual([]);
  const decided = scene.entries.find(({ decision }) => decision.decision === 'rollBack');
  expect(decided?.decision.reason).toMatchObject({ code: 'GUARD_TRIPPED' });

  const { received, told, toTell } = await toldAndToTell(account, scene);
  expect(told).toEqual(toTell);
  expect(subjects(received.onCall)).toEqual([
    `${name}: held: WATCH_ON_STICKY (canary)`,
    `${name}: rolling back: GUARD_TRIPPED (canary)`,
    `${name}: the rollback is complete: DRAINED`,
  ]);
  expect(subjects(received.everyone).at(-1)).toBe(`${name}: rolled back`);
  expect(received.onCall[1]?.text).toContain('Guard "errorRate > 1.5% for 2m" tripped at 2025-11-10 12:13 UTC');

  const shown = await account.sluice('Intern', 'status', name);
  expect(shown.exit).toBe(3);
  expect(shown.out).toContain('Fix the release and start it under a new name');
  for (const command of ['resume', 'advance']) {
    const { exit } = await account.sluice('Sre', command, name, '--reason', 'it was not that bad');
    expect(exit).toBe(2);
  }
  const again = await account.sluice('Sre', 'start', account.planFile(name));
  expect(again).toMatchObject({ exit: 2, err: expect.stringContaining('exists already') });
  await account.pass(3 * 24 * 60);
  expect(await account.wakeUps.names()).toEqual([]);
  expect(await account.owners()).toEqual([]);
  expect(scene.seen).toHaveLength(3);
  expect(await account.moto.forward(scene.service, scene.service.rules[0] ?? '')).toMatchObject({
    baseline: 999,
    candidate: 0,
    sticky: false,
  });
  expect(await account.moto.file(`${name}/report.md`)).toContain(`# Rollout ${name}: rolled back\n`);
});

/** Somebody rolls back with the command line, and is told which rule could not be written. */
const rolledBackByHand = async ({ plan }: Scene, unwritten?: string): Promise<void> => {
  const { exit, out } = await account.sluice('Sre', 'roll-back', plan.rollout, '--reason', 'orders are lost');
  const trouble =
    unwritten === undefined
      ? ''
      : ` It is recorded, and the next tick tries again: REFUSED: cannot set the weight of ${unwritten}.`;
  expect({ exit, out }).toEqual({
    exit: 0,
    out: `${plan.rollout}: ${principalOf('Sre')} commanded rollBack: orders are lost.${trouble}\n`,
  });
};

test('a rule keeps its log-in: first in order, as it was, with the secret that AWS has', async () => {
  const scene = await started('log-in');
  const [rule = ''] = scene.service.rules;
  await inCanary(scene);
  await rolledBackByHand(scene);
  await account.until('it is rolled back', () => status(scene) === 'rolledBack');
  const { ClientSecret: _, ...config } = LOG_IN.AuthenticateOidcConfig;
  const [first, second, ...more] = await account.moto.actions(rule);
  // moto keeps what it was sent: the flag, in place of a secret that was never sent.
  expect(first).toEqual({ ...LOG_IN, AuthenticateOidcConfig: { ...config, UseExistingClientSecret: true } });
  expect(second).toMatchObject({ Type: 'forward', Order: 2 });
  expect(more).toEqual([]);
  expect(weights(scene)).toEqual([
    { baseline: 999, candidate: 0 },
    { baseline: 990, candidate: 10 },
    { baseline: 999, candidate: 0 },
  ]);
  expect(modifications().map(({ body }) => /ClientSecret=known/.test(body))).toEqual([false, false]);
});

test('where a target group has stickiness of its own, a rollback forwards to the baseline alone', async () => {
  const scene = await started('target-sticky');
  const { rules, baseline, candidate } = scene.service;
  await inCanary(scene);
  expect(scene.seen.at(-1)).toMatchObject({ baseline: 990, candidate: 10, sticky: true });
  await rolledBackByHand(scene);
  // Refused with both groups, as AWS does, and written with one, before the answer.
  const [, both, alone, ...more] = modifications().map(({ body }) => decodeURIComponent(body));
  expect(both).toContain(candidate);
  expect(alone).toContain(baseline);
  expect(alone).not.toContain(candidate);
  expect(more).toEqual([]);
  expect(scene.seen.at(-1)).toMatchObject({ baseline: 1, candidate: null, sticky: false });
  await account.until('it is rolled back', () => status(scene) === 'rolledBack');
  expect(await account.moto.actions(rules[0] ?? '')).toMatchObject([{ Type: 'forward', TargetGroupArn: baseline }]);
  expect(modifications()).toHaveLength(3);
});

test('one rule of three that cannot be written hides no other, is tried with every tick, and people are called', async () => {
  const scene = await started('three-rules');
  const { rules } = scene.service;
  const [, stubborn = ''] = rules;
  await inCanary(scene);
  account.refused.add(stubborn);
  const before = { ticks: scene.ticks.length, writes: modifications().length };
  await rolledBackByHand(scene, stubborn);
  const candidates = () =>
    Promise.all(rules.map(async (rule) => (await account.moto.forward(scene.service, rule)).candidate));
  expect(await candidates()).toEqual([0, 10, 0]);

  await account.pass(16);
  expect(status(scene)).toBe('rollingBack');
  expect(await candidates()).toEqual([0, 10, 0]);
  expect((await account.sluice('Intern', 'status', scene.plan.rollout)).exit).toBe(3);
  const triedFor = (rule: string) =>
    modifications()
      .slice(before.writes)
      .filter(({ input }) => input.RuleArn === rule).length;
  const ticks = scene.ticks.length - before.ticks;
  expect(ticks).toBeGreaterThanOrEqual(15);
  // The command tried too, and each attempt tries both forms of a rollback.
  expect(triedFor(stubborn)).toBe(2 * (ticks + 1));
  expect(rules.filter((rule) => rule !== stubborn).map(triedFor)).toEqual([1, 1]);
  const { received } = await toldAndToTell(account, scene);
  expect(subjects(received.onCall)).toEqual([
    'three-rules: rolling back: COMMANDED (canary)',
    'three-rules: the rollback is not complete',
    'three-rules: the rollback is not complete',
    'three-rules: the rollback is not complete',
  ]);

  account.refused.delete(stubborn);
  await account.until('it is rolled back', () => status(scene) === 'rolledBack');
  expect(await candidates()).toEqual([0, 0, 0]);
});

const WRITES = new Set([
  'PutItem',
  'DeleteItem',
  'ModifyRule',
  'CreateSchedule',
  'DeleteSchedule',
  'Publish',
  'PutObject',
]);

test('whoever invokes the command function without a proof of their own gets nothing done', async () => {
  const scene = await started('forged');
  const elsewhere = await standIn({ sts: () => identity(principalOf('Sre')) });
  const request = JSON.stringify({
    to: 'sluice-command',
    region: REGION,
    id: randomUUID(),
    request: { ask: 'command', rollout: 'forged', command: { kind: 'rollBack', why: 'because I can' } },
  });
  const by = (role: Role, variables: Readonly<Record<string, string>>, secret = keyOf(role).secretAccessKey) =>
    proofOf(request, {
      credentials: { accessKeyId: keyOf(role).accessKeyId, secretAccessKey: secret },
      sha256: new LambdaClient({ region: REGION }).config.sha256,
      region: REGION,
      now: Date.now(),
      variables,
    });
  const here = { AWS_ENDPOINT_URL_STS: account.front.url };
  const proof = await by('Sre', here);
  const from = account.front.calls.length;

  const handWritten = { as: principalOf('Sre'), identity: { arn: principalOf('Sre') }, request };
  const forgeries: readonly (readonly [string, unknown])[] = [
    ['an event must be a request with a proof of identity, and nothing else', handWritten],
    [
      'an event must be a request with a proof of identity, and nothing else',
      { request, proof, as: principalOf('Sre') },
    ],
    ['it was made for another request', { request: request.replace('rollBack', 'close'), proof }],
    ['its URL must be that of AWS STS', { request, proof: await by('Sre', { AWS_ENDPOINT_URL_STS: elsewhere.url }) }],
    ['is refused by STS: SignatureDoesNotMatch', { request, proof: await by('Sre', here, 'guessed') }],
    [`${principalOf('Intern')}`, { request, proof: await by('Intern', here) }],
  ];
  for (const [why, event] of forgeries) {
    const answer = await account.functions.invoke('sluice-command', event);
    expect(answer).toMatchObject({ ok: false, refused: expect.stringContaining(why) });
  }
  await account.pass(2);
  const late = await account.functions.invoke('sluice-command', { request, proof });
  expect(late).toMatchObject({ ok: false, refused: expect.stringContaining('it has expired') });

  // Only the last one proved who asked: that it was refused is written down, and nothing else is done.
  const writes = account.front.calls.slice(from).filter(({ operation }) => WRITES.has(operation));
  expect(writes).toMatchObject([
    { operation: 'PutItem', input: { Item: { body: { S: expect.stringContaining('"cause":{"by":"forbidden"') } } } },
  ]);
  expect(elsewhere.calls).toEqual([]);
  expect(scene.entries).toHaveLength(1);
  await elsewhere.close();
});
