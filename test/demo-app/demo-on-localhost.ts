/** The demo's account on localhost: the rule and its two groups, the counts, and both functions. Time passes only when somebody waits. */
import { type Account, accountOf } from '../../examples/demo-app/account.ts';
import type { Means } from '../../examples/demo-app/measurements.ts';
import type { Outputs } from '../../examples/demo-app/outputs.ts';
import type { Answer as Answers, Got } from '../../examples/demo-app/requests.ts';
import { awsAt } from '../aws/journal-world.ts';
import { cloudWatch, type MetricAsked, type Point } from '../stand-in/cloudwatch.ts';
import { forward, type LoadBalancing, loadBalancing, type Split } from '../stand-in/elasticloadbalancing.ts';
import { type Answer, type StandIn, standIn } from '../stand-in/server.ts';

const PLACE = 'arn:aws:elasticloadbalancing:us-east-1:123456789012';
const LISTENER = `${PLACE}:listener-rule/app/sluice-LoadB-1/50dc6c495c0c9188/9683b2d02a6cabee`;

export const outputs: Outputs = {
  rule: `${LISTENER}/1183b2d02a6cabee`,
  a: `${PLACE}:targetgroup/a/73e2d6bc24d8a067`,
  b: `${PLACE}:targetgroup/b/943f017f100becff`,
  requestsFunction: 'demo-requests',
};
export const OIDC_RULE = `${LISTENER}/2283b2d02a6cabee`;
export const LOGIN = {
  Issuer: 'https://login.example.org',
  AuthorizationEndpoint: 'https://login.example.org/authorize',
  TokenEndpoint: 'https://login.example.org/token',
  UserInfoEndpoint: 'https://login.example.org/user',
  ClientId: 'demo',
};

export interface Demo {
  readonly account: Account;
  readonly server: StandIn;
  readonly balancing: LoadBalancing;
  /** How `measure` reaches it. */
  readonly means: Means;
  /** What was said: what was measured, and what was found. */
  readonly said: (readonly [what: string, found: string])[];
  /** What the command function answers; undefined: there is none. */
  command: Answer | undefined;
}

/** What the requests function is invoked with by `measure`. */
interface Asked {
  readonly seconds: number;
  readonly perSecond: number;
  readonly delays?: readonly number[];
  readonly cookies?: string;
  readonly keepCookies?: boolean;
}

const MINUTE = 60_000;
/** After a write the first request follows it so late, and the last one twice as late. */
const SPREADS_MS = 1_500;
const COOKIE = 'AWSALBTG=b';

const missing: Answer = {
  status: 404,
  headers: { 'x-amzn-errortype': 'ResourceNotFoundException', 'content-type': 'application/json' },
  body: '{"Message":"Function not found"}',
};

export const demoOnLocalhost = async (): Promise<Demo> => {
  // Half a minute after a minute began.
  let now = Date.parse('2026-11-25T10:00:30Z');
  // The rule before its last write, and since.
  let old: Split = { weights: new Map(), sticky: false };
  let split: Split = { weights: new Map(), sticky: false };
  let writtenAt = 0;
  let onWrite = (): void => {};
  const answered: { readonly at: number; readonly milliseconds: number }[] = [];
  const { rule, a, b } = outputs;
  const balancing = loadBalancing({
    rules: {
      [rule]: { actions: [forward({ [a]: 999, [b]: 0 })] },
      [OIDC_RULE]: {
        actions: [
          { Type: 'authenticate-oidc', Order: 1, AuthenticateOidcConfig: { ...LOGIN, ClientSecret: 'hidden' } },
          forward({ [a]: 1 }, false, 2),
        ],
      },
    },
    groups: {
      [a]: { type: 'lambda', targets: [{ State: 'unavailable', Reason: 'Target.HealthCheckDisabled' }] },
      [b]: { type: 'lambda' },
    },
    onModify: (written, since) => {
      if (written !== rule) return;
      [old, split, writtenAt] = [split, since, now];
      onWrite();
    },
  });
  const hasTraffic = ({ weights }: Split): boolean => (weights.get(b) ?? 0) > 0;
  const untilVersionBHasTraffic = async (): Promise<void> => {
    while (!hasTraffic(split))
      await new Promise<void>((resolve) => {
        onWrite = resolve;
      });
  };

  const requests = async ({
    seconds,
    perSecond,
    delays,
    cookies = '',
    keepCookies = false,
  }: Asked): Promise<Answers> => {
    // A whole minute of ordinary requests goes on over the write that gives version b everything, ten seconds after it began.
    const isOverAWrite = seconds === 60 && delays === undefined;
    if (isOverAWrite) await untilVersionBHasTraffic();
    const from = isOverAWrite ? writtenAt - 10_000 : now;
    const versionAt = (at: number): string => {
      if (split.sticky && cookies === COOKIE) return 'b';
      const isOld = at < writtenAt + SPREADS_MS || at === writtenAt + 2 * SPREADS_MS;
      return hasTraffic(isOld ? old : split) ? 'b' : 'a';
    };
    const got = Array.from({ length: seconds * perSecond }, (_, index): Got => {
      const at = from + (index * 1000) / perSecond;
      if (delays !== undefined) answered.push({ at, milliseconds: delays[index % delays.length] ?? 0 });
      return [at, versionAt(at), 200];
    });
    now = from + seconds * 1000;
    return { got, cookies: keepCookies && split.sticky ? COOKIE : cookies };
  };

  const points = ({ namespace, metric, dimensions, statistic, start, end }: MetricAsked): readonly Point[] => {
    const isOfB =
      namespace === 'AWS/ApplicationELB' &&
      dimensions.LoadBalancer === 'app/sluice-LoadB-1/50dc6c495c0c9188' &&
      dimensions.TargetGroup === 'targetgroup/b/943f017f100becff';
    if (!isOfB) return [];
    const minutes = Array.from({ length: (end - start) / MINUTE }, (_, index) => start + index * MINUTE);
    return minutes.flatMap((minute): readonly Point[] => {
      if (metric === 'RequestCount') return [[minute, now < minute + MINUTE + 75_000 ? 240 : 250]];
      const here = answered.filter(({ at }) => at >= minute && at < minute + MINUTE);
      // The demo's own 500 requests a minute are quick.
      if (statistic === 'SampleCount') return [[minute, here.length + 500]];
      const threshold = 1000 * Number(/^TC\((.*):\)$/.exec(statistic)?.[1]);
      const above = here.filter(({ milliseconds }) => milliseconds > threshold).length;
      return above > 0 ? [[minute, above]] : [];
    });
  };

  const demo: Omit<Demo, 'account' | 'server' | 'means'> = { balancing, said: [], command: undefined };
  const server = await standIn({
    elasticloadbalancing: balancing.service,
    cloudwatch: cloudWatch({ points }),
    lambda: async ({ url, body }) =>
      url.pathname === `/2015-03-31/functions/${outputs.requestsFunction}/invocations`
        ? { body: JSON.stringify(await requests(JSON.parse(body))) }
        : (demo.command ?? missing),
  });
  awsAt(server.url);
  const account = accountOf(outputs);
  const means: Means = {
    account,
    say: (what, found) => void demo.said.push([what, found]),
    wait: async (milliseconds) => {
      now += milliseconds;
    },
    now: () => now,
  };
  return Object.assign(demo, { account, server, means });
};
