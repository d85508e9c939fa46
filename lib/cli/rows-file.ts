import { needsOf } from '../judge/needs.ts';
import type { BusinessCounts, Counts } from '../judge/row.ts';
import type { Plan } from '../plan/plan.ts';
import type { MinuteReading } from '../rollout/evidence.ts';

/** One side of a minute. */
interface SideOfMinute {
  readonly counts: Counts | null;
  readonly business: BusinessCounts | undefined;
}

/** A column of one side, by its name for the candidate; null: an empty cell. */
interface Column {
  readonly name: string;
  readonly value: (side: SideOfMinute) => number | null;
  /** The reader refuses more than the requests of the minute. */
  readonly curbed?: true;
}

export interface RowsFile {
  readonly text: string;
  /** Counts that were above the requests of their minute and are written as these. */
  readonly curbed: number;
}

/** Minutes of both groups as `readRows` of lib/sim/recorded.ts reads them back. Minutes are counted from 0; what is not known stays empty. */
export const rowsFile = (plan: Plan, readings: readonly MinuteReading[]): RowsFile => {
  const columns = columnsOf(plan);
  let curbed = 0;
  const cells = (side: SideOfMinute): readonly string[] =>
    columns.map((column) => {
      const value = column.value(side);
      const most = column.curbed === true ? (side.counts?.requests ?? 0) : Number.POSITIVE_INFINITY;
      if (value !== null && value > most) curbed += 1;
      return value === null ? '' : `${Math.min(value, most)}`;
    });
  const lines = readings.map(({ candidate, baseline, business }, minute) =>
    [
      `${minute}`,
      ...cells({ counts: candidate, business: business?.candidate }),
      ...cells({ counts: baseline, business: business?.baseline }),
    ].join(),
  );
  const names = columns.map(({ name }) => name);
  const header = ['minute', ...names, ...names.map(twin)].join();
  return { text: `${[header, ...lines].join('\n')}\n`, curbed };
};

const twin = (name: string): string => `baseline${name.charAt(0).toUpperCase()}${name.slice(1)}`;

const columnsOf = (plan: Plan): readonly Column[] => {
  const { revenue, segments } = plan.metrics;
  const { slowMilliseconds, gauges } = needsOf(plan);
  return [
    { name: 'requests', value: ({ counts }) => counts?.requests ?? null },
    { name: 'failures', value: ({ counts }) => counts?.failures ?? null, curbed: true },
    { name: 'unavailable', value: ({ counts }) => counts?.unavailable ?? null },
    { name: 'responses', value: ({ counts }) => counts?.responses ?? null },
    ...slowMilliseconds.map(
      (ms): Column => ({
        name: `slow:${ms}ms`,
        value: ({ counts }) => counts?.slow[`${ms}ms`] ?? null,
        curbed: true,
      }),
    ),
    ...(revenue === undefined
      ? []
      : [{ name: 'revenue', value: ({ business }: SideOfMinute) => business?.revenue ?? null }]),
    ...(revenue?.orders === undefined
      ? []
      : [{ name: 'orders', value: ({ business }: SideOfMinute) => business?.orders ?? null }]),
    ...(segments?.values ?? []).flatMap((segment): readonly Column[] => [
      {
        name: `segment:${segment}:requests`,
        value: ({ business }) => business?.segments[segment]?.requests ?? null,
      },
      {
        name: `segment:${segment}:failures`,
        value: ({ business }) => business?.segments[segment]?.failures ?? null,
      },
    ]),
    ...gauges.map(
      (gauge): Column => ({ name: `gauge:${gauge}`, value: ({ business }) => business?.gauges[gauge] ?? null }),
    ),
  ];
};
