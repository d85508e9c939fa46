/** The results as Markdown. */
import { PEERS } from './peers.ts';
import type { Results } from './results.ts';
import type { FaultRow, HealthyRow, Share } from './summary.ts';

export const tables = (results: Results): string =>
  [
    `Healthy releases that were rolled back (in brackets: upper 95 % bound). "All bets": orders and segments are watched too; "late rows": rows come late and in parts, and unsettled ones are looked at; both by watch and guards, of at least ${runsOf(results)} rollouts. The other tools judged the first ${peerRunsOf(results)} rollouts of each world. Made by \`${results.command}\`.`,
    healthyTable(results),
    'Minutes of rows until half of the rollouts had seen a bad release; settling comes on top. –: fewer than half ever did; early: more than half went back before the fault.',
    faultTable(results),
    'How often a gate of 1 % passes within 36,000 requests, by the true share of failures.',
    gateTable(results),
    'Rows that come late and in parts: minutes from the first bad one to the tick that decides, settling included; and healthy rollouts that were rolled back.',
    lateTable(results),
  ].join('\n\n');

const runsOf = ({ healthy, late }: Results): string => {
  const all = healthy.filter(({ watched }) => watched === 'all').map(({ byWatch }) => byWatch.runs);
  const few = late.filter(({ times }) => times === 1).map((row) => row.with.rolledBack.runs);
  return count(Math.min(...all, ...few));
};

const peerRunsOf = ({ healthy }: Results): string =>
  count(Math.max(0, ...healthy.flatMap(({ peers }) => Object.values(peers).map(({ runs }) => runs))));

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const PEER_NAMES = PEERS.map(({ name }) => name);

const healthyTable = ({ healthy, late, notRun }: Results): string =>
  table(
    ['world', 'requests/min', 'runs', 'by the watch', 'by the guard', 'all bets', 'late rows', ...PEER_NAMES],
    [
      ...healthy.filter(({ watched }) => watched === 'failures').map((row) => healthyCells(row, healthy, late)),
      ...notRun.map((name) => [name, 'not run', ...Array.from({ length: 5 + PEER_NAMES.length }, () => '')]),
    ],
  );

const healthyCells = (row: HealthyRow, all: readonly HealthyRow[], late: Results['late']): readonly string[] => {
  const { world, requestsPerMinute, byWatch, byGuard, peers } = row;
  const withAll = all.find(
    (other) => other.watched === 'all' && other.world === world && other.requestsPerMinute === requestsPerMinute,
  );
  const withLate = late.find(
    (other) => other.times === 1 && other.world === world && other.requestsPerMinute === requestsPerMinute,
  );
  return [
    world,
    count(requestsPerMinute),
    `${byWatch.runs}`,
    bounded(byWatch),
    bounded(byGuard),
    withAll === undefined ? '' : bounded(withAll.rolledBack),
    withLate === undefined ? '' : bounded(withLate.with.rolledBack),
    ...PEER_NAMES.map((name) => (peers[name] === undefined ? '' : percent(peers[name].share))),
  ];
};

const faultTable = ({ faults }: Results): string =>
  table(
    ['fault', 'from minute', 'requests/min', 'seen', 'median', 'p90', 'failed requests', 'Wald', ...PEER_NAMES],
    faults.map((row) => [
      faultName(row),
      `${row.from}`,
      count(row.requestsPerMinute),
      percent(row.seen.share),
      minutes(row.medianMinutes),
      minutes(row.ninetiethMinutes),
      row.medianFailures === null ? '–' : count(row.medianFailures),
      row.wald === null ? '' : `${row.wald.minutes.toPrecision(2)} (${row.wald.failures.toPrecision(2)} failed)`,
      ...PEER_NAMES.map((name) => (isCompared(row) ? peerText(row.peers[name] ?? null) : '')),
    ]),
  );

const peerText = (median: FaultRow['peers'][string]): string => (median === 'early' ? median : minutes(median));

/** Other rules look at failures only. */
const isCompared = ({ fault }: FaultRow): boolean => fault === 'failures';

const FAULT_NAMES: Readonly<Record<string, string>> = {
  failures: 'failures',
  slow: 'latency',
  segment: 'failures of one segment in four',
  orders: 'orders',
};

const faultName = ({ fault, times }: FaultRow): string => `${FAULT_NAMES[fault] ?? fault} ×${times}`;

const gateTable = ({ gates }: Results): string => {
  const worlds = [...new Set(gates.map(({ world }) => world))];
  const shares = [...new Set(gates.map(({ share }) => share))];
  return table(
    ['true share', ...worlds],
    shares.map((share) => [
      percent(share),
      ...worlds.map((world) => {
        const row = gates.find((gate) => gate.world === world && gate.share === share);
        return row === undefined ? '' : bounded(row.passed);
      }),
    ]),
  );
};

const lateTable = ({ late }: Results): string => {
  const healthy = late.filter(({ times }) => times === 1);
  const sum = (which: 'with' | 'without'): string => {
    const runs = healthy.reduce((total, row) => total + row[which].rolledBack.runs, 0);
    const back = healthy.reduce(
      (total, row) => total + Math.round(row[which].rolledBack.share * row[which].rolledBack.runs),
      0,
    );
    return `${back} of ${count(runs)} rolled back`;
  };
  return table(
    ['failures', 'requests/min', 'settled rows only', 'with a look at unsettled minutes', 'decided by the look'],
    [
      ...late
        .filter(({ times }) => times > 1)
        .map((row) => [
          `×${row.times}`,
          count(row.requestsPerMinute),
          minutes(row.without.medianMinutes),
          minutes(row.with.medianMinutes),
          percent(row.early.share),
        ]),
      ['healthy, all worlds', '', sum('without'), sum('with'), ''],
    ],
  );
};

const percent = (share: number): string => `${Number((100 * share).toFixed(2))} %`;
const bounded = ({ share, atMost }: Share): string => `${percent(share)} (${Number((100 * atMost).toPrecision(2))} %)`;
const minutes = (value: number | null): string => (value === null ? '–' : `${value}`);
const count = (value: number): string => new Intl.NumberFormat('en-US').format(value);
