import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { Row } from '../../../lib/judge/row.ts';
import { addEntry, emptyLedger, type Ledger } from '../../../lib/report/ledger.ts';
import { reportPage } from '../../../lib/report/page/page.ts';
import { pageData } from '../../../lib/report/page/page-data.ts';
import { reportMarkdown } from '../../../lib/report/report.ts';
import type { Entry } from '../../../lib/rollout/entry.ts';
import { inlinedText } from '../../../scripts/inline-page.ts';
import { guardTrip } from '../../rollout/fixture.ts';
import {
  bakedTo,
  baking,
  canary,
  commandBy,
  entryAt,
  errorRate,
  plan,
  planOf,
  revenue,
  rowAt,
  SRE,
  scheduled,
} from '../entries.ts';
import { largeLedger } from './large.ts';

const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(2)>"\'&\u202e';

/** The page says them by how it looks. */
const TOLD_OTHERWISE = /^(Rollout small: |On which numbers)/;

const ledgerOf = (entries: readonly Entry[], of = plan): Ledger => {
  const ledger = emptyLedger(of);
  for (const [revision, entry] of entries.entries()) addEntry(ledger, { ...entry, revision });
  return ledger;
};

const rows = (from: number, to: number): readonly Row[] =>
  Array.from({ length: to - from }, (_, index) => rowAt(from + index, index === 3 ? 2 : 0));

const begin = [
  entryAt(-10, { code: 'SCHEDULED', start: plan.start }, scheduled, commandBy('start', SRE)),
  entryAt(0, { code: 'STARTED', weight: 1, from: 0 }, canary, {
    decision: { decision: 'advance', reason: { code: 'STARTED', weight: 1, from: 0 } },
  }),
  entryAt(16, baking(12), bakedTo(canary, 12, 0), { rows: rows(0, 12) }),
];
const held = entryAt(18, { code: 'OPERATOR', actor: HOSTILE, why: HOSTILE }, bakedTo(canary, 13, 0), {
  ...commandBy('hold', HOSTILE, HOSTILE),
  decision: { decision: 'hold', reason: { code: 'OPERATOR', actor: HOSTILE, why: HOSTILE } },
});

describe('the page', () => {
  it('has the words of the Markdown report, of which it leaves out only the timeline', () => {
    const ledger = ledgerOf(begin);
    const text = reportPage(ledger, 'f00d')
      .replace(/<(script|style).*?<\/\1>/gs, '')
      .replace(/<[^>]*>/g, '\n')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&')
      .replaceAll('\u00a0', ' ')
      .toLowerCase();
    const [markdown = ''] = reportMarkdown(ledger, 'f00d').split('## Timeline');
    const cells = markdown
      .split(/\n| \| /)
      .map((cell) => cell.replace(/^[|#\-\s]+|[|\s]+$/g, '').replace(/\\(.)/g, '$1'))
      .filter((cell) => cell.length > 12 && !cell.startsWith('---'));
    expect(cells.length).toBeGreaterThan(30);
    expect(cells.filter((cell) => !text.includes(cell.toLowerCase()) && !TOLD_OTHERWISE.test(cell))).toEqual([]);
  });

  it('lets no text become markup, whether it is read, in an attribute or in its data', () => {
    const hostile = planOf((source) =>
      source.replace(/^release: .*$/m, `release: ${JSON.stringify(HOSTILE.slice(0, -1))}`),
    );
    const page = reportPage(ledgerOf([...begin, held], hostile));
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script/g)).toHaveLength(2);
    expect(page).not.toContain('<img');
    expect(page).not.toContain('\u202e');
    expect(page).toContain('&lt;img src=x onerror=alert(2)&gt;');
    const data = /<script type="application\/json" id="chart-data">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
    expect(data).not.toContain('<');
    expect(JSON.parse(data).marks.map(({ text }: { text: string }) => text)).toEqual(['1 %', 'hold OPERATOR']);
  });

  it('lets nothing be loaded and nothing run but its own script', () => {
    const page = reportPage(ledgerOf(begin));
    expect(/Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]).toMatch(
      /^default-src 'none'; script-src 'sha256-[\w+/]{43}='; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'$/,
    );
    expect(page.replace(/<(script|style).*?<\/\1>/gs, '')).not.toMatch(/(src|href)="(?!#|data:,")/);
  });

  it('says so before the journal has an entry', () => {
    expect(reportPage(emptyLedger(plan))).toContain('<h1>Rollout small: no journal entry yet</h1>');
  });

  it('has every number behind a decision', () => {
    const checkpoint = entryAt(
      17,
      { code: 'CHECKPOINT', checkpoint: '10m', assessments: [errorRate('insufficient'), revenue(-0.2, 0.3)] },
      bakedTo(canary, 13, 1),
    );
    const trip = { code: 'GUARD_TRIPPED', trip: guardTrip } as const;
    const back = entryAt(18, trip, canary, { decision: { decision: 'rollBack', reason: trip } });
    const decisions = pageData(ledgerOf([...begin, checkpoint, back]))?.decisions ?? [];
    expect(decisions.map(({ revision, code }) => `${revision} ${code}`)).toEqual([
      '0 SCHEDULED',
      '1 STARTED',
      '2 BAKING',
      '3 CHECKPOINT',
      '4 GUARD_TRIPPED',
    ]);
    expect(decisions[3]?.numbers[0]?.rows).toEqual([
      ['errorRate < 1%', '0.1 %', '0.01 % to 0.4 %', '2 of 2,000 requests', 'insufficient'],
      ['not revenueDelta < -3%', '5 %', '−20 % to 30 % (asymptotic)', '24 blocks', 'pass'],
    ]);
    expect(decisions[4]?.numbers[0]?.rows.map(([what]) => what)).toContain('the baseline meanwhile');
  });
});

describe('what is drawn', () => {
  it('are rates of both groups, limits while they hold, and the bounds of the bake', () => {
    const chart = pageData(ledgerOf(begin))?.charts.charts.find(({ name }) => name === 'errors');
    const line = (label: string) => chart?.lines.find((each) => each.label.startsWith(label))?.values;
    expect(line('candidate')).toEqual([0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(line('baseline')?.[0]).toBe(0.08081);
    expect(line('guard errorRate > 1.5%')?.[0]).toBe(1.5);
    expect(line('criterion errorRate < 1%')?.at(-1)).toBe(1);
  });

  it('stays minute by minute around a checkpoint, and not while nothing happens', () => {
    const ledger = largeLedger();
    const x = pageData(ledger)?.charts.charts[0]?.x ?? [];
    const apart = x.slice(1).map((at, index) => Math.round((at - (x[index] ?? 0)) / 60));
    // The newest day has checkpoints and holds; between them there are 29 minutes of nothing.
    expect(new Set(apart.slice(-600))).toContain(1);
    expect(new Set(apart.slice(-600))).toContain(5);
    expect(Math.max(...apart)).toBeLessThanOrEqual(60);
  });
});

test('a page of 14 days, 20 phases and 4 segments, held every few hours, stays below 3 MB', () => {
  const page = reportPage(largeLedger(), 'f00d');
  expect(page.length).toBeGreaterThan(500_000);
  expect(Buffer.byteLength(page)).toBeLessThan(3_000_000);
});

test('a rollout that flaps for two weeks keeps its first and newest decisions', () => {
  const flapping = Array.from({ length: 6000 }, (_, index) =>
    index % 2 === 0
      ? { ...held, at: new Date(plan.start + 60_000 * index).toISOString() }
      : { ...begin[2], at: new Date(plan.start + 60_000 * index).toISOString(), rows: [] },
  ) as readonly Entry[];
  const ledger = ledgerOf([...begin, ...flapping]);
  const data = pageData(ledger);
  expect(Buffer.byteLength(reportPage(ledger))).toBeLessThan(3_000_000);
  expect(data?.decisions[0]?.revision).toBe(0);
  expect(data?.decisions.at(-1)?.revision).toBe(6002);
  expect((data?.decisions.length ?? 0) + (data?.decisionsLeftOut ?? 0)).toBe(6003);
});

test('what is inside the page is what its sources make: else run `npm run page`', () => {
  expect(readFileSync(new URL('../../../lib/report/page/inlined.ts', import.meta.url), 'utf8')).toBe(inlinedText());
});
