/**
 * `npm run measure`: what only a real account can tell, measured on the demo and printed. Takes about 25 minutes, refuses while a rollout is
 * live, and puts back the weights it found, also on Ctrl-C.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Account, accountOf } from './account.ts';
import { readOutputs } from './outputs.ts';
import type { Got } from './requests.ts';
import { comparison, FAST, SLOW, THRESHOLDS } from './trimmed-count.ts';

const say = (what: string, found: string): void => void process.stdout.write(`${what}\n    ${found}\n`);
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** Weights as a rollback writes them. */
const HOME = { a: 999, b: 0 } as const;
const HALF = { a: 500, b: 500 } as const;

const minuteBefore = (at: number): number => Math.floor(at / 60_000) * 60_000 - 60_000;

/** How old a minute is when its counts change for the last time. */
const settleAge = async (account: Account): Promise<void> => {
  await account.setWeights(HALF);
  await sleep(120_000);
  const minute = minuteBefore(Date.now());
  const seen: { readonly age: number; readonly requests: number }[] = [];
  for (let age = 0; age < 8 * 60_000; await sleep(10_000)) {
    age = Date.now() - (minute + 60_000);
    const requests = (await account.count('RequestCount', 'Sum', minute, minute + 60_000)).get(minute) ?? 0;
    if (seen.at(-1)?.requests !== requests) seen.push({ age, requests });
  }
  const said = seen.map(({ age, requests }) => `${requests} at ${seconds(age)}`).join(', ');
  say('Settle age: RequestCount of one minute, by age since its end (looked at every 10 s for 8 minutes)', said);
};

/** From ModifyRule's answer to the first request on the other version, and to the last one on the old. */
const propagation = async (account: Account): Promise<void> => {
  await account.setWeights(HOME);
  await sleep(60_000);
  const requests = account.request({ seconds: 60, perSecond: 20 });
  await sleep(10_000);
  await account.setWeights({ a: 0, b: 999 });
  const written = Date.now();
  const { got } = await requests;
  const after = got.filter(([at]) => at >= written);
  const first = after.find(([, version]) => version === 'b');
  const last = after.findLast(([, version]) => version === 'a');
  const from = (one: Got | undefined): string => (one === undefined ? 'never' : seconds(one[0] - written));
  say(
    'ModifyRule propagation: 0 to 100 %, 20 requests a second, after its answer',
    `first request on the new version ${from(first)}, last on the old ${from(last)}`,
  );
};

/** A client with a cookie for version b: where it goes at weight 0, with stickiness kept and with it off. */
const stickyAtZero = async (account: Account): Promise<void> => {
  await account.setWeights({ a: 0, b: 999, stickySeconds: 3600 });
  await sleep(60_000);
  const { cookies } = await account.request({ seconds: 3, perSecond: 2, keepCookies: true });
  const shareOfB = async (): Promise<string> => {
    await sleep(60_000);
    const { got } = await account.request({ seconds: 20, perSecond: 5, cookies });
    return `${got.filter(([, version]) => version === 'b').length} of ${got.length}`;
  };
  await account.setWeights({ ...HOME, stickySeconds: 3600 });
  const kept = await shareOfB();
  await account.setWeights(HOME);
  const off = await shareOfB();
  say(
    'Sticky client at weight 0: requests that still reach its version, a minute after the write',
    `stickiness kept: ${kept}; stickiness off (the form of a rollback): ${off}`,
  );
};

/** Half of the answers take 100 ms, half 300 ms; between them lies none. */
const countAbove = async (account: Account): Promise<void> => {
  await account.setWeights({ a: 0, b: 999 });
  await sleep(60_000);
  const from = Math.floor(Date.now() / 60_000) * 60_000;
  const { got } = await account.request({ seconds: 60, perSecond: 10, delays: [FAST, SLOW] });
  await sleep(300_000);
  const to = Math.floor(Date.now() / 60_000) * 60_000;
  const total = async (statistic: string): Promise<number> =>
    [...(await account.count('TargetResponseTime', statistic, from, to)).values()].reduce((sum, n) => sum + n, 0);
  const counted = THRESHOLDS.map(async (threshold) => ({ threshold, above: await total(`TC(${threshold}:)`) }));
  const lines = comparison(await Promise.all(counted), Math.floor(got.length / 2), await total('SampleCount'));
  say(
    `TC() of TargetResponseTime: ${got.length} answers after ${FAST} and ${SLOW} ms in turn, the demo's own quick ones beside them`,
    lines.join('\n    '),
  );
};

const { values } = parseArgs({ options: { 'oidc-rule': { type: 'string' } } });
const account = accountOf(readOutputs());
const before = await account.weights();
if (before.a > 0 && before.b > 0)
  throw new Error(
    `Cannot measure while a rollout is live: one side must have everything, a has ${before.a} and b has ${before.b}`,
  );
process.once('SIGINT', () => {
  void account.setWeights(before).finally(() => process.exit(130));
});
try {
  say('Health of a group without health checks', (await account.health()).join(', ') || 'no targets');
  await propagation(account);
  await stickyAtZero(account);
  await countAbove(account);
  await settleAge(account);
  const rule = values['oidc-rule'];
  if (rule === undefined) {
    say(
      'UseExistingClientSecret',
      'not measured: the demo has no certificate; give a rule of yours with --oidc-rule ARN',
    );
  } else {
    const actions = await account.rewriteOidc(rule);
    say(
      'UseExistingClientSecret: actions before, and after they were sent back',
      `${JSON.stringify(actions.before)}\n    ${JSON.stringify(actions.after)}`,
    );
  }
} finally {
  await account.setWeights(before);
}
