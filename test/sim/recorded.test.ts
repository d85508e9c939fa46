import { describe, expect, it } from 'vitest';
import { isInputProblem } from '../../lib/sim/input-problem.ts';
import { type RecordedRows, readRows } from '../../lib/sim/recorded.ts';
import { planFixture as plan } from './plan-fixture.ts';

const SLOW = [10, 20, 200, 250, 400].flatMap((ms) => [`slow:${ms}ms`, `baselineSlow:${ms}ms`]);
const HEADER = ['minute', 'requests', 'failures', 'baselineRequests', 'baselineFailures', ...SLOW];
const zeros = SLOW.map(() => '0');

const csv = (header: readonly string[], ...rows: readonly (readonly (string | number)[])[]): string =>
  [header, ...rows].map((cells) => cells.join(',')).join('\n');

const read = (text: string): RecordedRows => {
  const rows = readRows(text, plan);
  if (isInputProblem(rows)) throw new Error(rows.problem);
  return rows;
};

describe('recorded rows', () => {
  it('are used as they are', () => {
    const { rows, hasBusiness } = read(csv(HEADER, [0, 100, 2, 9900, 8, ...zeros], [1, 120, 0, 9800, 7, ...zeros]));
    expect(rows).toHaveLength(2);
    expect(hasBusiness).toBe(false);
    expect(rows[0]?.candidate).toMatchObject({ requests: 100, failures: 2, unavailable: null, responses: 100 });
    expect(rows[1]?.baseline).toMatchObject({ requests: 9800, failures: 7 });
    expect(rows[0]?.hosts).toBe(true);
  });

  it('miss what their cells leave empty', () => {
    const empty = SLOW.map(() => '');
    const { rows } = read(csv(HEADER, [0, '', '', 9900, '', ...empty]));
    expect(rows[0]?.candidate).toBeNull();
    expect(rows[0]?.baseline).toMatchObject({ requests: 9900, failures: 0, slow: { '200ms': 0 } });
  });

  it('may have further columns, whole or not', () => {
    const header = [
      ...HEADER,
      'unavailable',
      'baselineUnavailable',
      'revenue',
      'orders',
      'segment:k12:requests',
      'segment:k12:failures',
      'baselineGauge:cpu',
    ];
    const { rows, hasBusiness } = read(csv(header, [0, 100, 2, 9900, 8, ...zeros, 3, -1, 12.5, 2, 40, 1, 55.5]));
    expect(hasBusiness).toBe(true);
    expect(rows[0]?.candidate).toMatchObject({ unavailable: 3, responses: 97 });
    expect(rows[0]?.baseline).toMatchObject({ unavailable: -1, responses: 9901 });
    expect(rows[0]?.business.candidate).toMatchObject({
      requests: 100,
      revenue: 12.5,
      orders: 2,
      segments: { k12: { requests: 40, failures: 1 }, university: null },
    });
    expect(rows[0]?.business.baseline).toMatchObject({ revenue: null, gauges: { cpu: 55.5 } });
  });

  const good = [0, 100, 2, 9900, 8, ...zeros];
  it.each<[string, string, string]>([
    ['nothing', '', 'line 1: must be a header with the columns minute,requests'],
    ['no slow columns', csv(HEADER.slice(0, 5), good.slice(0, 5)), 'slow:200ms, baselineSlow:200ms'],
    ['an unknown column', csv([...HEADER, 'colour'], [...good, 1]), 'given "colour"'],
    [
      'a column twice',
      csv([...HEADER, 'orders', 'orders'], [...good, 1, 1]),
      'line 1: must name each column once, given "orders"',
    ],
    ['no rows', csv(HEADER), 'must have at least one line below the header'],
    ['too few cells', csv(HEADER, good.slice(1)), 'line 2: must have 15 cells, as the header, given "14 cells"'],
    [
      'letters',
      csv(HEADER, good, [1, 'many', 2, 9900, 8, ...zeros]),
      'line 3, column requests: must be a number of at least 0, given "many"',
    ],
    [
      'a negative count',
      csv(HEADER, [0, 100, -2, 9900, 8, ...zeros]),
      'line 2, column failures: must be a number of at least 0, given "-2"',
    ],
    [
      'a gap',
      csv(HEADER, good, [2, 100, 2, 9900, 8, ...zeros]),
      'line 3, column minute: must be 1: minutes are counted from 0 without a gap, given "2"',
    ],
    [
      'more failures than requests',
      csv(HEADER, [0, 100, 101, 9900, 8, ...zeros]),
      'line 2, column failures: must be at most requests (100), given "101"',
    ],
    [
      'failures without requests',
      csv(HEADER, [0, '', 1, 9900, 8, ...zeros.map(() => '')]),
      'line 2, column failures: must be empty, as requests is, given "1"',
    ],
    ['NaN', csv(HEADER, [0, 'NaN', 1, 9900, 8, ...zeros]), 'line 2, column requests'],
    ['quotes', '"minute,requests\n1', 'line 1'],
  ])('with %s are refused, naming line and column', (_, text, problem) => {
    const rows = readRows(text, plan);
    expect(isInputProblem(rows) ? rows.problem : '').toContain(problem);
  });
});
