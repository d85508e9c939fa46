import { beforeEach, describe, expect, it } from 'vitest';
import { writeIndex } from '../../lambdas/announce/write-index.ts';
import { type IndexLine, OVER_AT_MOST } from '../../lib/report/page/index-page.ts';
import { type ReportData, reportsOf } from '../../lib/sim/reports.ts';

let data: ReportData;
/** Happens once, between a reading of the list and what is made of it. */
let meanwhile: () => Promise<unknown>;

beforeEach(() => {
  data = { reports: new Map() };
  meanwhile = async () => {};
});

const shelf = () => ({
  reports: reportsOf(data),
  read: async (_: string | null, name: string) => {
    const seen = data.reports.get(name);
    const happens = meanwhile;
    meanwhile = async () => {};
    await happens();
    return seen;
  },
});

const line = (rollout: string, change: Partial<IndexLine> = {}): IndexLine => ({
  rollout,
  release: 'v3',
  outcome: 'running',
  weight: 10,
  phase: 'ramp',
  since: Date.parse('2025-11-01T14:00Z'),
  sentence: 'advance (STARTED)',
  numbers: 'The candidate goes from 1 % to 10 % of the traffic.',
  at: Date.parse('2025-11-01T15:00Z'),
  revision: 100,
  ...change,
});

const page = (): string => data.reports.get('index.html')?.content.replaceAll('\u00a0', ' ') ?? '';
const linked = (): readonly (string | undefined)[] =>
  [...page().matchAll(/href="([^"]*)\/report\.html"/g)].map(([, name]) => name);

describe('the page of all rollouts', () => {
  it('has one line for each with its decision and a link, those that wait for people first, those that are over last', async () => {
    await writeIndex(shelf(), line('over', { outcome: 'finished', phase: '', weight: 100 }));
    await writeIndex(shelf(), line('going'));
    await writeIndex(shelf(), line('held', { outcome: 'held', release: '<b>v4</b>' }));
    expect(linked()).toEqual(['held', 'going', 'over']);
    expect(page()).toContain('3 rollouts, 2 not ended; of those that are over the newest 500 at most.');
    expect(page()).toContain('&lt;b&gt;v4&lt;/b&gt;; candidate at 10 %, phase ramp');
    expect(page()).toContain('Decided 2025-11-01 14:00 UTC advance (STARTED). </b>The candidate goes from 1 % to 10 %');
    expect(page()).not.toMatch(/<script|<b>v4/);
  });

  it('follows each rollout, and is not set back by an older event', async () => {
    await writeIndex(shelf(), line('one'));
    await writeIndex(shelf(), line('one', { outcome: 'rolledBack', revision: 120 }));
    await writeIndex(shelf(), line('one', { revision: 110 }));
    expect(linked()).toEqual(['one']);
    expect(page()).toContain('rolled back');
  });

  it('keeps all that go on, and of those that are over the newest', async () => {
    const at = (minute: number) => Date.parse('2025-11-01T15:00Z') + minute * 60_000;
    const over = Array.from({ length: OVER_AT_MOST }, (_, index) =>
      line(`over-${index}`, { outcome: 'finished', at: at(index + 1) }),
    );
    const lines = [line('going', { at: at(-1) }), line('oldest', { outcome: 'closed', at: at(0) }), ...over.slice(1)];
    data.reports.set('index.json', { content: JSON.stringify({ lines }), revision: 7 });
    await writeIndex(shelf(), over[0] as IndexLine);
    expect(linked()).toHaveLength(1 + OVER_AT_MOST);
    expect(linked()).toEqual(expect.arrayContaining(['going', 'over-0', 'over-499']));
    expect(linked()).not.toContain('oldest');
  });

  it('loses no rollout when two write at once', async () => {
    await writeIndex(shelf(), line('first'));
    meanwhile = () => writeIndex({ ...shelf(), read: async (_, name) => data.reports.get(name) }, line('second'));
    expect(await writeIndex(shelf(), line('third'))).toBe('written');
    expect(linked().toSorted()).toEqual(['first', 'second', 'third']);
  });

  it('is made again where a death left the list without its page', async () => {
    await writeIndex(shelf(), line('one'));
    data.reports.delete('index.html');
    expect(await writeIndex(shelf(), line('one'))).toBe('written');
    expect(linked()).toEqual(['one']);
  });

  it('begins anew where the list is nothing of ours', async () => {
    data.reports.set('index.json', { content: '{"lines":[1]}', revision: 4 });
    await writeIndex(shelf(), line('one'));
    expect(linked()).toEqual(['one']);
  });

  it('leaves out a line that it cannot read, and no other', async () => {
    const lines = [line('one'), { ...line('two'), outcome: 'paused' }, line('three', { outcome: 'finished' })];
    data.reports.set('index.json', { content: JSON.stringify({ lines }), revision: 4 });
    await writeIndex(shelf(), line('four'));
    expect(linked().toSorted()).toEqual(['four', 'one', 'three']);
  });

  it('is a fault when others always come first', async () => {
    const reports = { put: async () => 'newer' as const };
    expect(await writeIndex({ ...shelf(), reports }, line('one'))).toMatchObject({ code: 'UNAVAILABLE' });
  });
});
