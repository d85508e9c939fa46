/** The results as Markdown. */
import { PRICE_DATE } from '../../lib/report/prices.ts';
import { costOf } from './cost.ts';
import type { AllCounted, Counted } from './counted.ts';
import type { Designs } from './designs.ts';
import { QUOTAS, type QuotaName } from './quotas.ts';
import { type Design, PROCESSOR, type Scenario, type Simulated } from './simulate.ts';

export interface Result {
  readonly design: Design;
  readonly scenario: Scenario;
  readonly seen: Simulated;
}

export interface Results {
  readonly counted: AllCounted;
  readonly designs: Designs;
  readonly curve: readonly Result[];
  readonly atOnce: readonly Result[];
  /** The most rollouts of which 99.9 % of the ticks are whole. */
  readonly breaks: readonly { readonly design: Design; readonly spread: number; readonly atOnce: number }[];
}

export const tables = ({ counted, designs, curve, atOnce, breaks }: Results): string =>
  [
    'Counted on the wire: calls of one idle tick of the seed plan, in the mean.',
    countedTable(counted),
    'Simulated: wake-ups spread over the minute. "Whole": ended within the minute, and every question was answered.',
    resultTable(curve),
    'Simulated: all wake-ups in the same second of the minute.',
    resultTable(atOnce),
    'Simulated: the most rollouts of which 99.9 % of the ticks are whole.',
    table(
      ['design', 'spread', 'in the same second'],
      breaks.map(({ design, spread, atOnce: same }) => [design.name, upTo(spread), upTo(same)]),
    ),
    'Calculated from the counted calls: demand of wake-ups that are spread evenly, as a share of each quota.',
    demandTable(designs),
    `Calculated: US dollars a month of 30 days in which all are live all the time, by the simulated calls and list prices of ${PRICE_DATE}.`,
    costTable(curve, designs),
    "Calculated: one look of the watchdog, by its processor's time counted here and what 512 MB have of a processor. It may take 25 s.",
    watchdogTable(counted),
  ].join('\n\n');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const number = (value: number): string => Math.round(value).toLocaleString('en-US');
const percent = (share: number): string => `${(100 * share).toFixed(share > 0.999 && share < 1 ? 2 : 1)} %`;
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
const some = (value: number): string => (value < 10 ? value.toFixed(2).replace(/\.?0+$/, '') : number(value));
const upTo = (rollouts: number): string => number(Number(rollouts.toPrecision(2)));

const OPERATIONS = [
  'Query',
  'DescribeRules',
  'DescribeTargetHealth',
  'DescribeAlarms',
  'GetMetricData',
  'PutItem',
] as const;

const countedTable = ({ alone, together }: AllCounted): string => {
  const row = (name: string, { wakeUps, calls, metrics, written }: Counted): readonly string[] => [
    name,
    ...OPERATIONS.map((operation) => some((calls[operation] ?? 0) / wakeUps)),
    some(metrics / wakeUps),
    some(written / wakeUps),
  ];
  return table(
    ['wake-ups in one invocation', ...OPERATIONS, 'metrics', 'write units'],
    [
      row('1, alone', alone),
      ...together
        .filter(({ wakeUps }) => [1, 5, 10, 20].includes(wakeUps))
        .map((counted) => row(`${counted.wakeUps}, together`, counted)),
    ],
  );
};

const resultTable = (results: readonly Result[]): string =>
  table(
    [
      'rollouts',
      'design',
      'whole',
      'lost',
      'delay, half',
      'delay, 99 %',
      'throttles/min',
      'describes/min',
      'invocations/min',
    ],
    results.map(({ design, scenario, seen }) => [
      number(scenario.rollouts),
      design.name,
      percent(seen.whole),
      percent(seen.lost),
      seconds(seen.median),
      seconds(seen.p99),
      number(seen.throttles),
      number((seen.calls.DescribeRules ?? 0) + (seen.calls.DescribeTargetHealth ?? 0)),
      number(seen.invocations),
    ]),
  );

/** Tokens that one tick takes. */
const demandOf = ({ wakeUps, calls, metrics, written, read }: Counted): Readonly<Record<QuotaName, number>> => ({
  describes: ((calls.DescribeRules ?? 0) + (calls.DescribeTargetHealth ?? 0)) / wakeUps,
  getMetricData: (calls.GetMetricData ?? 0) / wakeUps,
  datapoints: (16 * metrics) / wakeUps,
  describeAlarms: (calls.DescribeAlarms ?? 0) / wakeUps,
  writes: written / wakeUps,
  reads: read / wakeUps,
  wakeUps: 1,
});

const demandTable = ({ alone, together }: Designs): string => {
  const demands = [alone, together].map(({ counted }) => {
    const largest = counted.at(-1);
    if (largest === undefined) throw new Error('calls were counted');
    return demandOf(largest);
  });
  return table(
    ['quota', 'a second', 'alone, 1,000', 'together, 1,000', 'together, 10,000'],
    Object.entries(QUOTAS).map(([name, { of, perSecond, source }]) => {
      const [one, other] = demands.map((demand) => demand[name as QuotaName] / 60 / perSecond);
      return [
        `[${of}](${source})`,
        number(perSecond),
        ...[1000 * (one ?? 0), 1000 * (other ?? 0), 10_000 * (other ?? 0)].map((share) =>
          share > 1 ? `**${percent(share)}**` : percent(share),
        ),
      ];
    }),
  );
};

const watchdogTable = ({ watchdog: { first, further } }: AllCounted): string =>
  table(
    ['rollouts', 'first look', 'further looks'],
    [100, 1000, 10_000].map((rollouts) => [
      number(rollouts),
      ...[first, further].map((milliseconds) => seconds((rollouts * milliseconds) / PROCESSOR)),
    ]),
  );

const costTable = (results: readonly Result[], { health, withoutHealth }: Designs): string =>
  table(
    ['rollouts', 'design', 'metrics', 'everything else', 'together, of one rollout'],
    results
      .filter(({ design, seen }) => seen.whole > 0.999 && design !== health && design !== withoutHealth)
      .map(({ design, scenario: { rollouts }, seen }) => {
        const { metrics, everythingElse } = costOf(design, seen);
        return [
          number(rollouts),
          design.name,
          number(metrics),
          number(everythingElse),
          ((metrics + everythingElse) / rollouts).toFixed(2),
        ];
      }),
  );
