import { describe, expect, it } from 'vitest';
import type { SegmentLine, SegmentTable, SegmentVerdict } from '../../lib/judge/segment-table.ts';
import { section } from '../../lib/report/blocks.ts';
import { sectionMarkdown } from '../../lib/report/markdown.ts';
import { segmentNamed, segmentSection } from '../../lib/report/segment-section.ts';
import type { Reason } from '../../lib/rollout/reason.ts';
import { failedCriterion, guardTrip, watchTrip } from '../rollout/fixture.ts';

const line = (segment: string, verdict: SegmentVerdict, change: Partial<SegmentLine> = {}): SegmentLine => ({
  segment,
  requests: 36_000,
  failures: 420,
  baselineRequests: 324_000,
  baselineFailures: 360,
  ratio: 10.5,
  lower: 7.9,
  upper: 13.6,
  verdict,
  ...change,
});

const tableOf = (lines: readonly SegmentLine[], minimum = 0): SegmentTable => ({
  dimension: 'LearnerSegment',
  limit: 2,
  minimum,
  lines,
});

const NOBODY: ReadonlySet<string> = new Set();
const textOf = (...given: Parameters<typeof segmentSection>): string =>
  sectionMarkdown(section('Segments', ...segmentSection(...given)));
const rowsOf = (text: string) => text.split('\n').filter((each) => /^\| (?!segment )/.test(each));

describe('segments in the report', () => {
  it('are told with both error rates, the ratio, its interval and a verdict in words', () => {
    const open = { failures: 0, ratio: 0, lower: 0, upper: 9.07 };
    const few = { requests: 12, ...open };
    const lines = [
      line('k12', 'beyond'),
      line('college', 'worse', { lower: 1.3 }),
      line('new', 'open', { baselineFailures: 0, ratio: null, lower: 0.7, upper: null }),
      line('same', 'within', open),
      line('small', 'tooFew', few),
      line('gone', 'noData', { requests: 0, failures: 0, ratio: null, lower: null, upper: null }),
    ];
    expect(rowsOf(textOf(tableOf(lines, 100), NOBODY))).toEqual([
      '| k12 | 1.17 % (420 of 36,000) | 0.111 % (360 of 324,000) | ×10.5 | ×7.9 to ×13.6 | WORSE by more than 2 times |',
      '| college | 1.17 % (420 of 36,000) | 0.111 % (360 of 324,000) | ×10.5 | ×1.3 to ×13.6 | worse; more than 2 times not proven |',
      '| new | 1.17 % (420 of 36,000) | 0 % (0 of 324,000) |  | at least ×0.7 | too little to say |',
      '| same | 0 % (0 of 36,000) | 0.111 % (360 of 324,000) | ×0 | at most ×9.07 | not worse by more than 2 times |',
      '| small | 0 % (0 of 12) | 0.111 % (360 of 324,000) | ×0 | at most ×9.07 | too few requests (12 of 100) |',
      '| gone | no requests | 0.111 % (360 of 324,000) |  |  | no data |',
    ]);
  });

  it('below the minimum are told so also where something is proven against them', () => {
    const text = textOf(tableOf([line('k12', 'beyond', { requests: 12, failures: 12 })], 100), NOBODY);
    expect(text).toContain('WORSE by more than 2 times; no say, too few requests (12 of 100)');
  });

  it('are ten at most, the others counted by what is known of them', () => {
    const lines = Array.from({ length: 50 }, (_, i) => line(`s${i}`, i < 12 ? 'beyond' : i < 30 ? 'within' : 'open'));
    const text = textOf(tableOf(lines), NOBODY);
    expect(rowsOf(text).map((row) => row.split(' ')[1])).toEqual(lines.slice(0, 10).map(({ segment }) => segment));
    expect(text).toContain('40 more: 2 proven worse, 18 not worse by more than 2 times, 20 too little to say.');
    expect(textOf(tableOf(lines.slice(12)), NOBODY)).toContain('28 more: none proven worse, 8 not worse');
  });

  it('that a decision names come first, whatever the whole bake says of them', () => {
    const lines = Array.from({ length: 50 }, (_, i) => line(`s${i}`, 'open'));
    const [first, second] = rowsOf(textOf(tableOf(lines), new Set(['s49'])));
    expect(first).toMatch(/^\| s49 .* NAMED in the decision; over the whole bake: too little to say \|$/);
    expect(second).toMatch(/^\| s0 /);
  });

  it('without any data are one sentence, and without segments there is none', () => {
    const lines = [line('a', 'noData'), line('b', 'noData')];
    expect(segmentSection(tableOf(lines), NOBODY)).toEqual([
      'Of 2 segments none had requests on both sides since the bake began.',
    ]);
    expect(segmentSection(undefined, NOBODY)).toEqual([]);
  });

  it('cannot break the table by their names', () => {
    expect(textOf(tableOf([line('a|b', 'open')]), NOBODY)).toContain('| a\\|b |');
  });
});

describe('the segment that a decision names', () => {
  const assessment = { ...failedCriterion, segment: 'k12' };
  it.each<[string | undefined, Reason]>([
    ['eu:west', { code: 'WATCH_TRIPPED', trip: { ...watchTrip, metric: 'segment:eu:west' } }],
    ['k12', { code: 'WATCH_ON_STICKY', trip: { ...watchTrip, metric: 'segment:k12' } }],
    [undefined, { code: 'WATCH_TRIPPED', trip: watchTrip }],
    ['k12', { code: 'GUARD_TRIPPED', trip: { ...guardTrip, segment: 'k12' } }],
    ['k12', { code: 'GUARD_UNACQUITTED', trip: { ...guardTrip, segment: 'k12' } }],
    ['k12', { code: 'CRITERION_FAILED', assessment }],
    ['k12', { code: 'GATE_STALE', assessment, over: 'recent' }],
    ['k12', { code: 'RECORDED_LATE', of: { code: 'CRITERION_FAILED', assessment } }],
    [undefined, { code: 'SCHEDULED', start: 0 }],
  ])('is %s', (segment, reason) => {
    expect(segmentNamed(reason)).toBe(segment);
  });
});
