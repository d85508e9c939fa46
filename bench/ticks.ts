/**
 * The real tick handler in an account on localhost: how many calls an idle tick makes, and how long it works by itself.
 *
 * Every tick runs twice at the same instant: first against the stand-ins, where its calls are counted and AWS's answers kept; then with these
 * answers handed over at once, so that nothing of the network and nothing of the SDK is in between. The second is what is timed. It reads the
 * head, the metrics and the rules, judges, decides, makes the entry, and writes the log and the metrics. It waits for nothing, so what is told
 * is the processor's time, which other processes of the machine disturb the least.
 */
import { tickHandler } from '../lambdas/tick/tick-handler.ts';
import { METRICS } from '../lib/aws/environment.ts';
import { awsWorld } from '../lib/aws/world.ts';
import { environment } from '../test/aws/environment.ts';
import { seedSource } from '../test/rollout/fixture.ts';
import { benchAccount } from './account.ts';
import { type RecordedAnswers, recordedAnswers } from './recorded-answers.ts';
import { median, most, spread, tell } from './telling.ts';

const TICKS = 300;
const WARM_UP = 100;

/**
 * The seed plan with 20 rules, 50 segments and 134 judged gauges: with functions as targets 500 metrics of the load balancer's and the plan's own,
 * as many as a plan may have. Lists of a plan have at most 30 entries, so the gauges are spread over the criteria of the phases, of one more than
 * the seed plan has, and the guards.
 */
const largePlan = (): string => {
  const rule = /arn:aws:elasticloadbalancing:\S+:listener-rule\/\S+(?=\])/.exec(seedSource)?.[0] ?? '';
  const rules = Array.from({ length: 20 }, (_, index) => rule.replace(/\w{2}$/, String(index + 10)));
  const segments = Array.from({ length: 50 }, (_, index) => `segment${index}`);
  const names = Array.from({ length: 133 }, (_, index) => `gauge${index}`);
  const gauges = names.map(
    (name) => `    ${name}: { namespace: Learn/Load, metric: ${name}, dimensions: { ServiceName: "analyzer-{arm}" } }`,
  );
  const guards = names.splice(0, 20).map((name) => `  - ${name} > 95 for 10m\n`);
  return seedSource
    .replace(rule, rules.join(', '))
    .replace('[k12, university, professional, enterprise]', `[${segments.join(', ')}]`)
    .replace(/^ {2}gauges:.*$/m, (line) => [line, ...gauges].join('\n'))
    .replace('  - name: ramp\n', (ramp) => `  - { name: step, weight: 1%, bake: 1h, advance: [noIncidents] }\n${ramp}`)
    .replace(/^guards:\n/m, (line) => line + guards.join(''))
    .replaceAll(
      'advance: [',
      (list) =>
        list +
        names
          .splice(0, 23)
          .map((name) => `${name} < 95, `)
          .join(''),
    );
};

interface Measured {
  /** Of each idle tick; `comparing`: of those in which the schedules were compared, once an hour. */
  readonly calls: readonly number[];
  readonly comparing: readonly number[];
  readonly milliseconds: readonly number[];
  /** Metrics in the largest GetMetricData call. */
  readonly queries: number;
}

const measure = async (source: string, type: 'ip' | 'lambda', answers: RecordedAnswers): Promise<Measured> => {
  const account = await benchAccount(source, type);
  const handler = tickHandler((deadline, onRevised) => awsWorld(environment, deadline, onRevised), 25_000);
  const event = { rollout: account.rollout, schedule: `${account.rollout}.minute` };
  const [calls, comparing, milliseconds]: [number[], number[], number[]] = [[], [], []];
  let queries = 0;
  for (let index = 0; index < TICKS + WARM_UP; index++) {
    account.passMinute();
    account.server.calls.length = 0;
    answers.record();
    const lines = await quietly(() => handler(event));
    const made = account.server.calls.slice();
    for (const { input } of made)
      if (Array.isArray(input.MetricDataQueries)) queries = Math.max(queries, input.MetricDataQueries.length);
    answers.replay();
    const from = process.cpuUsage();
    await quietly(() => handler(event));
    const { user, system } = process.cpuUsage(from);
    const spent = (user + system) / 1000;
    if (index < WARM_UP || !isIdle(lines)) continue;
    const compares = made.some(({ operation }) => operation === 'ListSchedules');
    (compares ? comparing : calls).push(made.length);
    milliseconds.push(spent);
  }
  answers.record();
  await account.close();
  return { calls, comparing, milliseconds, queries };
};

/** Lines that the functions wrote meanwhile. */
const quietly = async (work: () => Promise<unknown>): Promise<string> => {
  const { write } = process.stdout;
  let lines = '';
  process.stdout.write = (text: string | Uint8Array): boolean => {
    lines += String(text);
    return true;
  };
  try {
    await work();
    return lines;
  } finally {
    process.stdout.write = write;
  }
};

/** It decided to wait, and had one row to judge or none. */
const isIdle = (lines: string): boolean => lines.includes('"decision":"wait"') && lines.includes(METRICS.tickDuration);

const answers = recordedAnswers();
for (const [name, source, type] of [
  ['the seed plan', seedSource, 'ip'],
  ['a plan of 20 rules as large as can be', largePlan(), 'lambda'],
] as const) {
  const { calls, comparing, milliseconds, queries } = await measure(source, type, answers);
  const more = `${calls.length} ticks with ${queries} metrics; once an hour schedules are compared: ${most(comparing)} calls`;
  tell(`AWS calls of an idle tick, ${name}, most`, most(calls), 7, 'calls', more);
  tell(`the tick handler's own time, ${name}, median`, median(milliseconds), 5, 'ms', `${spread(milliseconds)} ms`);
}
