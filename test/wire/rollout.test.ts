import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeployedService } from './moto-account.ts';
import { shortPlan } from './short-plan.ts';
import { type VirtualAccount, virtualAccount } from './virtual-account.ts';

let account: VirtualAccount;
let healthy: { source: string; service: DeployedService };

const planned = async (rollout: string, day: string, given = {}) => {
  const service = await account.moto.deploy({ name: rollout, ...given });
  return { service, source: shortPlan({ rollout, day, ...service }) };
};

beforeAll(async () => {
  account = await virtualAccount();
  healthy = await planned('ultra-fast-analyzer', '2025-10-31');
  await account.deploy({ 'ultra-fast-analyzer.yaml': healthy.source });
});
afterAll(() => account?.close());

test('goes from start to finished', async () => {
  const t0 = performance.now();
  const scene = await account.begin(healthy.source, healthy.service, '2025-10-31T11:30:00Z');
  const { writeFileSync } = await import('node:fs');
  writeFileSync('/tmp/w/plan.yaml', healthy.source);
  const started = await account.sluice('Sre', 'start', '/tmp/w/plan.yaml');
  console.error(started);
  expect(started.exit).toBe(0);
  try {
    await account.until('sign-offs are asked for', () => scene.entries.at(-1)?.decision.reason.code === 'AWAITING_SIGN_OFF');
  } finally {
    console.error(performance.now() - t0, account.front.calls.length, account.functions.invocations, scene.seen, scene.entries.length);
    console.error(scene.entries.map((e) => `${e.at} ${e.state.phase} ${e.decision.decision} ${e.decision.reason.code}`).filter((_, i, a) => i % 10 === 0 || i > a.length - 5).join('\n'));
    console.error(account.logged().slice(-3000));
  }
});
