/** What only a real account can tell, each measured on the demo and told in two lines. About 25 minutes in all. */
import type { Account, Weights } from './account.ts';
import type { Got } from './requests.ts';
import { comparison, FAST, SLOW, THRESHOLDS } from './trimmed-count.ts';

export interface Means {
  readonly account: Account;
  /** @param what was measured, and how */
  say(what: string, found: string): void;
  wait(milliseconds: number): Promise<void>;
  /** Epoch milliseconds. */
  now(): number;
}

/**
 * Measures one thing after the other, and puts back the weights, also when a measurement fails.
 * @param before the weights that it found
 * @param oidcRule ARN of a rule that logs in with `authenticate-oidc`; undefined: that is not measured
 */
export const measure = async (means: Means, before: Weights, oidcRule?: string): Promise<void> => {
  try {
    await health(means);
    await propagation(means);
    await stickyAtZero(means);
    await countAbove(means);
    await settleAge(means);
    await existingSecret(means, oidcRule);
  } finally {
    await means.account.setWeights(before);
  }
};

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** Weights as a rollback writes them. */
const HOME = { a: 999, b: 0 } as const;
const HALF = { a: 500, b: 500 } as const;

const health = async ({ account, say }: Means): Promise<void> =>
  say('Health of a group without health checks', (await account.health()).join(', ') || 'no targets');

/** From ModifyRule's answer to the first request on the other version, and to the last one on the old. */
const propagation = async ({ account, say, wait, now }: Means): Promise<void> => {
  await account.setWeights(HOME);
  await wait(60_000);
  const requests = account.request({ seconds: 60, perSecond: 20 });
  await wait(10_000);
  await account.setWeights({ a: 0, b: 999 });
  const written = now();
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
const stickyAtZero = async ({ account, say, wait }: Means): Promise<void> => {
  await account.setWeights({ a: 0, b: 999, stickySeconds: 3600 });
  await wait(60_000);
  const { cookies } = await account.request({ seconds: 3, perSecond: 2, keepCookies: true });
  const shareOfB = async (): Promise<string> => {
    await wait(60_000);
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

/** Half of the answers take 100 ms, half 300 ms; between them lies none, and the demo's own ones lie below both. */
const countAbove = async ({ account, say, wait, now }: Means): Promise<void> => {
  await account.setWeights({ a: 0, b: 999 });
  await wait(60_000);
  const from = Math.floor(now() / 60_000) * 60_000;
  const { got } = await account.request({ seconds: 60, perSecond: 10, delays: [FAST, SLOW] });
  await wait(300_000);
  const to = Math.floor(now() / 60_000) * 60_000;
  const total = async (statistic: string): Promise<number> =>
    [...(await account.count('TargetResponseTime', statistic, from, to)).values()].reduce((sum, n) => sum + n, 0);
  const counted = THRESHOLDS.map(async (threshold) => ({ threshold, above: await total(`TC(${threshold}:)`) }));
  const lines = comparison(await Promise.all(counted), Math.floor(got.length / 2), await total('SampleCount'));
  say(
    `TC() of TargetResponseTime: ${got.length} answers after ${FAST} and ${SLOW} ms in turn, the demo's own quick ones beside them`,
    lines.join('\n    '),
  );
};

const minuteBefore = (at: number): number => Math.floor(at / 60_000) * 60_000 - 60_000;

/** How old a minute is when its counts change for the last time. */
const settleAge = async ({ account, say, wait, now }: Means): Promise<void> => {
  await account.setWeights(HALF);
  await wait(120_000);
  const minute = minuteBefore(now());
  const seen: { readonly age: number; readonly requests: number }[] = [];
  for (let age = 0; age < 8 * 60_000; await wait(10_000)) {
    age = now() - (minute + 60_000);
    const requests = (await account.count('RequestCount', 'Sum', minute, minute + 60_000)).get(minute) ?? 0;
    if (seen.at(-1)?.requests !== requests) seen.push({ age, requests });
  }
  const said = seen.map(({ age, requests }) => `${requests} at ${seconds(age)}`).join(', ');
  say('Settle age: RequestCount of one minute, by age since its end (looked at every 10 s for 8 minutes)', said);
};

const existingSecret = async ({ account, say }: Means, rule: string | undefined): Promise<void> => {
  if (rule === undefined)
    return say(
      'UseExistingClientSecret',
      'not measured: the demo has no certificate; give a rule of yours with --oidc-rule ARN',
    );
  const actions = await account.rewriteOidc(rule);
  say(
    'UseExistingClientSecret: actions before, and after they were sent back',
    `${JSON.stringify(actions.before)}\n    ${JSON.stringify(actions.after)}`,
  );
};
