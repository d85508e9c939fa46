import { parse } from 'csv-parse/sync';
import { needsOf } from '../judge/needs.ts';
import type { BusinessCounts, Counts, SegmentCounts } from '../judge/row.ts';
import type { Plan } from '../plan/plan.ts';
import { type InputProblem, isInputProblem, problem } from './input-problem.ts';
import type { MinuteTraffic } from './traffic.ts';
import { thresholdsOf } from './traffic-model.ts';

/**
 * Recorded minutes of both groups, for a backtest. The columns of a group are, for the candidate (the baseline's have a twin with
 * the prefix `baseline`: `baselineRequests`, `baselineSlow:200ms`, `baselineSegment:k12:requests`, `baselineGauge:cpu`):
 *
 *     minute                        0, 1, 2 …; 0 is the first row of the first bake
 *     requests, failures            required
 *     slow:200ms                    required for every latency threshold of the plan
 *     unavailable, responses        optional; responses are requests minus unavailable where they are not given
 *     revenue, orders               optional
 *     segment:NAME:requests, segment:NAME:failures, gauge:NAME        optional, names as in the plan
 *
 * An empty cell is a missing datapoint: without requests nothing of that group was reported; missing failures are 0, as CloudWatch
 * reports only what is not zero.
 */
export interface RecordedRows {
  readonly rows: readonly MinuteTraffic[];
  /** Some column of revenue, orders, segments or gauges was there, and the plan needs such. */
  readonly hasBusiness: boolean;
}

/** A cell by column name; null: empty, or no such column. */
type Cells = (column: string) => number | null;

export const readRows = (text: string, plan: Plan): RecordedRows | InputProblem => {
  const [first, ...rest] = linesOf(text);
  const header = first?.cells ?? [];
  const columns = columnsOf(header, plan);
  if (isInputProblem(columns)) return columns;
  if (rest.length === 0) return { problem: 'Recorded rows: must have at least one line below the header' };
  const rows: MinuteTraffic[] = [];
  for (const { line, cells: texts } of rest) {
    const cells = cellsOf(header, texts, line);
    if (isInputProblem(cells)) return cells;
    const wrong = checkRow(cells, line, rows.length, plan);
    if (wrong !== null) return wrong;
    rows.push(toTraffic(cells, plan));
  }
  return {
    rows,
    hasBusiness: needsOf(plan).business && header.some((column) => /^(revenue|orders|segment:|gauge:)/.test(column)),
  };
};

interface Line {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Never throws: quotes mean nothing here and lines may have any number of cells. */
const linesOf = (text: string): readonly Line[] => {
  const lines: Line[] = [];
  parse(text, {
    bom: true,
    quote: false,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    on_record: (cells: string[], { lines: line }) => {
      lines.push({ line, cells });
      return null;
    },
  });
  return lines;
};

const twin = (column: string): string => `baseline${column.charAt(0).toUpperCase()}${column.slice(1)}`;
const slowColumns = (plan: Plan): readonly string[] => thresholdsOf(plan).map(({ key }) => `slow:${key}`);

const columnsOf = (header: readonly string[], plan: Plan): null | InputProblem => {
  const required = ['requests', 'failures', ...slowColumns(plan)];
  const { segments, gauges } = plan.metrics;
  const optional = [
    'unavailable',
    'responses',
    'revenue',
    'orders',
    ...(segments?.values ?? []).flatMap((name) => [`segment:${name}:requests`, `segment:${name}:failures`]),
    ...Object.keys(gauges).map((name) => `gauge:${name}`),
  ];
  const both = (columns: readonly string[]): readonly string[] => columns.flatMap((column) => [column, twin(column)]);
  const needed = ['minute', ...both(required)];
  const missing = needed.filter((column) => !header.includes(column));
  if (missing.length > 0)
    return problem(
      'line 1',
      `must be a header with the columns ${needed.join(',')}; ${missing.join(', ')} missing`,
      header.join(),
    );
  const known = [...needed, ...both(optional)];
  const unknown = header.find((column) => !known.includes(column));
  if (unknown !== undefined)
    return problem('line 1', `must have known columns only (of this plan: ${known.join(', ')})`, unknown);
  const doubled = header.find((column, index) => header.indexOf(column) !== index);
  return doubled === undefined ? null : problem('line 1', 'must name each column once', doubled);
};

const cellsOf = (header: readonly string[], record: readonly string[], line: number): Cells | InputProblem => {
  if (record.length !== header.length)
    return problem(`line ${line}`, `must have ${header.length} cells, as the header`, `${record.length} cells`);
  const values = new Map<string, number | null>();
  for (const [index, column] of header.entries()) {
    const text = record[index] ?? '';
    const value = text === '' ? null : Number(text);
    const mayBeNegative =
      column === 'unavailable' ||
      column === 'baselineUnavailable' ||
      column.startsWith('gauge:') ||
      column.startsWith('baselineGauge:');
    const wrong = value !== null && (!Number.isFinite(value) || (value < 0 && !mayBeNegative));
    if (wrong)
      return problem(
        `line ${line}, column ${column}`,
        mayBeNegative ? 'must be a number' : 'must be a number of at least 0',
        text,
      );
    values.set(column, value);
  }
  return (column) => values.get(column) ?? null;
};

const checkRow = (cells: Cells, line: number, index: number, plan: Plan): InputProblem | null => {
  const minute = cells('minute');
  if (minute !== index)
    return problem(
      `line ${line}, column minute`,
      `must be ${index}: minutes are counted from 0 without a gap`,
      minute === null ? '' : String(minute),
    );
  for (const name of [(column: string) => column, twin]) {
    const requests = cells(name('requests'));
    for (const column of ['failures', ...slowColumns(plan)]) {
      const count = cells(name(column));
      if (count !== null && count > (requests ?? 0)) {
        const must =
          requests === null
            ? `must be empty, as ${name('requests')} is`
            : `must be at most ${name('requests')} (${requests})`;
        return problem(`line ${line}, column ${name(column)}`, must, String(count));
      }
    }
  }
  return null;
};

const toTraffic = (cells: Cells, plan: Plan): MinuteTraffic => {
  const baseline: Cells = (column) => cells(twin(column));
  return {
    candidate: toCounts(cells, plan),
    baseline: toCounts(baseline, plan),
    hosts: true,
    business: { candidate: toBusiness(cells, plan), baseline: toBusiness(baseline, plan) },
  };
};

const toCounts = (cells: Cells, plan: Plan): Counts | null => {
  const requests = cells('requests');
  if (requests === null) return null;
  const unavailable = cells('unavailable');
  return {
    requests,
    failures: cells('failures') ?? 0,
    unavailable,
    responses: cells('responses') ?? Math.max(0, requests - (unavailable ?? 0)),
    slow: Object.fromEntries(thresholdsOf(plan).map(({ key }) => [key, cells(`slow:${key}`) ?? 0])),
  };
};

const toBusiness = (cells: Cells, plan: Plan): BusinessCounts => {
  const { segments, gauges } = needsOf(plan);
  return {
    requests: cells('requests'),
    revenue: cells('revenue'),
    orders: cells('orders'),
    segments: Object.fromEntries(segments.map((name) => [name, toSegment(cells, name)])),
    gauges: Object.fromEntries(gauges.map((name) => [name, cells(`gauge:${name}`)])),
  };
};

const toSegment = (cells: Cells, name: string): SegmentCounts | null => {
  const requests = cells(`segment:${name}:requests`);
  return requests === null ? null : { requests, failures: cells(`segment:${name}:failures`) ?? 0 };
};
