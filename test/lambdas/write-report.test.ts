import { createHash } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Shelf } from '../../lambdas/announce/shelf.ts';
import { readSnapshot, snapshotOf } from '../../lambdas/announce/snapshot.ts';
import { writeReport } from '../../lambdas/announce/write-report.ts';
import { Fault } from '../../lib/controller/fault.ts';
import { addEntry, emptyLedger } from '../../lib/report/ledger.ts';
import { reportMarkdown } from '../../lib/report/report.ts';
import { type ReportData, reportsOf } from '../../lib/sim/reports.ts';
import { seedPlan } from '../rollout/fixture.ts';
import { journalOf, rehearsedJournal } from './rehearsed-journal.ts';

const NAME = seedPlan.rollout;

/** Of a rollout that was rolled back after 18 hours: some 1,100 lines. */
let lines: readonly string[];
beforeAll(async () => {
  lines = await rehearsedJournal({ hours: 20, fault: 'failures x50 from 18:00' });
}, 60_000);

let data: ReportData;
/** Entries that the journal holds just now. */
let count: number;
/** What was read of it. */
let asked: number[];
beforeEach(() => {
  data = { reports: new Map() };
  asked = [];
});

const shelfOf = (bodies: readonly string[]): Shelf => {
  const journal = journalOf(bodies, () => count);
  return {
    journal: {
      plan: journal.plan,
      entries: (rollout, from, limit) => {
        asked.push(from);
        return journal.entries(rollout, from, limit);
      },
    },
    reports: reportsOf(data),
    read: async (_, name) => data.reports.get(name),
  };
};

const sha256 = (line: string | undefined): string =>
  createHash('sha256')
    .update(line ?? '')
    .digest('hex');

const straight = (bodies: readonly string[]): string => {
  const ledger = emptyLedger(seedPlan);
  for (const line of bodies) addEntry(ledger, JSON.parse(line));
  return reportMarkdown(ledger, sha256(bodies.at(-1)));
};

const reportNow = (): string | undefined => data.reports.get('report.md')?.content;
const partNames = (): readonly string[] => [...data.reports.keys()].filter((name) => name.startsWith('journal/'));

describe('the report', () => {
  it('made in pieces is the one that is made at once', async () => {
    const shelf = shelfOf(lines);
    for (count = 1; count < lines.length; count += 97) {
      expect(await writeReport(shelf, NAME, count - 1)).toBe('written');
      expect(reportNow()).toBe(straight(lines.slice(0, count)));
    }
    count = lines.length;
    await writeReport(shelf, NAME, count - 1);
    expect(reportNow()).toBe(straight(lines));
    expect(data.reports.get('report.md')?.revision).toBe(lines.length - 1);
    expect(reportNow()).toContain('rolled back');
  });

  it('reads only what is new', async () => {
    const shelf = shelfOf(lines);
    count = 450;
    await writeReport(shelf, NAME, 449);
    asked = [];
    count = 460;
    await writeReport(shelf, NAME, 459);
    expect(asked).toEqual([450, 460]);
  });

  it('is the same when it is written twice, and stays when an older one comes late', async () => {
    const shelf = shelfOf(lines);
    count = 300;
    await writeReport(shelf, NAME, 299);
    const before = new Map(data.reports);
    expect(await writeReport(shelf, NAME, 100)).toBe('written');
    expect(data.reports).toEqual(before);
  });

  it.each(['report.html', 'index.json', 'index.html'])(
    'is whole although %s cannot be put, which is told',
    async (page) => {
      count = 20;
      const shelf = shelfOf(lines);
      const full = new Fault('UNAVAILABLE', `put ${page}`);
      const put: Shelf['reports']['put'] = async (rollout, name, content, revision) =>
        name === page ? full : shelf.reports.put(rollout, name, content, revision);
      expect(await writeReport({ ...shelf, reports: { ...shelf.reports, put } }, NAME, 19)).toEqual({ pages: full });
      expect(reportNow()).toBe(straight(lines.slice(0, 20)));
      asked = [];
      await writeReport(shelf, NAME, 19);
      expect(asked).toEqual([20]);
    },
  );

  it('is a fault while the journal does not show the entry yet', async () => {
    count = 10;
    expect(await writeReport(shelfOf(lines), NAME, 10)).toMatchObject({
      code: 'UNREADABLE',
      operation: `read revision 10 of ${NAME}`,
    });
    expect(data.reports.size).toBe(0);
  });

  it('is a fault when an entry is missing', async () => {
    count = 99;
    expect(await writeReport(shelfOf(lines.toSpliced(50, 1)), NAME, 99)).toMatchObject({ code: 'UNREADABLE' });
  });

  it('is not made from entries that another release wrote', async () => {
    count = 1;
    const entry = JSON.parse(lines[0] ?? '');
    const foreign = JSON.stringify({ ...entry, state: { ...entry.state, schema: 99 } });
    expect(await writeReport(shelfOf([foreign]), NAME, 0)).toMatchObject({ code: 'UNREADABLE' });
  });

  it('keeps what it folded on the way, so that a journal too long for one invocation is read to its end', async () => {
    const first = JSON.parse(lines[0] ?? '');
    const many = Array.from({ length: 5500 }, (_, revision) => JSON.stringify({ ...first, revision }));
    count = many.length;
    const shelf = shelfOf(many);
    const failing: Shelf = {
      ...shelf,
      journal: {
        ...shelf.journal,
        entries: async (rollout, from, limit) =>
          from >= 5000 ? new Fault('UNAVAILABLE', 'read entries') : shelf.journal.entries(rollout, from, limit),
      },
    };
    expect(await writeReport(failing, NAME, 5499)).toMatchObject({ code: 'UNAVAILABLE' });
    expect(data.reports.get('ledger.json')?.revision).toBe(4999);
    asked = [];
    expect(await writeReport(shelf, NAME, 5499)).toBe('written');
    expect(asked[0]).toBe(5000);
  });
});

describe('the snapshot', () => {
  it('loses nothing of a ledger', () => {
    const ledger = emptyLedger(seedPlan);
    for (const line of lines) {
      addEntry(ledger, JSON.parse(line));
      if (ledger.entries % 200 !== 0 && ledger.entries !== lines.length) continue;
      const folded = { ledger, hash: sha256(line), parts: 1 };
      expect(readSnapshot(snapshotOf(folded), seedPlan)).toEqual(folded);
    }
  });

  it.each([
    ['is of another schema', '{"schema":0,"hash":"","parts":3,"ledger":{}}'],
    ['is no JSON', 'half a fi'],
    ['is something else', '[]'],
  ])('that %s is made anew', async (_, content) => {
    data.reports.set('ledger.json', { content, revision: -1 });
    count = 30;
    expect(await writeReport(shelfOf(lines), NAME, 29)).toBe('written');
    expect(reportNow()).toBe(straight(lines.slice(0, 30)));
    expect(data.reports.get('ledger.json')?.revision).toBe(29);
  });

  // Whoever changes the shape of the ledger finds out here: raise SCHEMA in snapshot.ts, then put the new fields below.
  it('has the fields that its schema number stands for', () => {
    const { schema, ledger } = JSON.parse(snapshotOf({ ledger: emptyLedger(seedPlan), hash: '', parts: 0 }));
    expect([schema, ...Object.keys(ledger).toSorted()].join(' ')).toBe(
      '5 approaches before changes changesLeftOut comparison entries holds newest people recent reviews series spending totals visits wayBack wealth',
    );
  });
});

describe('the journal in the bucket', () => {
  it('comes in parts as they fill, and whole once the rollout has ended', async () => {
    const shelf = shelfOf(lines);
    const seen: string[] = [];
    for (count = 250; count < lines.length; count += 250) {
      await writeReport(shelf, NAME, count - 1);
      seen.push(`${count}: ${partNames().length}`);
    }
    expect(seen.slice(0, 4)).toEqual(['250: 0', '500: 1', '750: 1', '1000: 2']);
    count = lines.length;
    await writeReport(shelf, NAME, count - 1);
    expect(partNames().slice(0, 2)).toEqual(['journal/000000-000499.jsonl', 'journal/000500-000999.jsonl']);
    const joined = partNames().map((name) => data.reports.get(name)?.content ?? '');
    expect(joined.join('')).toBe(lines.map((line) => `${line}\n`).join(''));
  });

  it('reads a full part once', async () => {
    const shelf = shelfOf(lines);
    count = 1010;
    await writeReport(shelf, NAME, 1009);
    asked = [];
    count = 1020;
    await writeReport(shelf, NAME, 1019);
    expect(asked).toEqual([1010, 1020]);
  });
});
