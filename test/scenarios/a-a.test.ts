import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../lib/plan/parse.ts';
import { addEntry, emptyLedger } from '../../lib/report/ledger.ts';
import { reportMarkdown } from '../../lib/report/report.ts';
import type { Entry, Notice } from '../../lib/rollout/entry.ts';
import { type Ran, run, sentenceOf, story } from './run.ts';

const source = readFileSync('examples/a-a.yaml', 'utf8');

const reported = async (
  options: {
    readonly faults?: readonly string[];
    readonly source?: string;
    readonly requestsPerMinute?: number;
    readonly untilInstant?: number;
  } = {},
): Promise<{
  readonly ran: Ran;
  readonly notices: readonly Notice[];
  readonly page: string;
  readonly answer: string;
}> => {
  const parsed = parsePlan(options.source ?? source);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const ledger = emptyLedger(parsed.plan);
  const notices: Notice[] = [];
  const sink = (body: string): void => {
    const entry: Entry = JSON.parse(body);
    notices.push(...entry.notices);
    addEntry(ledger, entry);
  };
  const ran = await run({ source, ...options, sink });
  const page = reportMarkdown(ledger);
  return { ran, notices, page, answer: /^\| Measurement \| (.*) \|$/m.exec(page)?.[1] ?? '' };
};

const finding = (page: string, metric: string): string =>
  page
    .split('\n')
    .find((line) => line.startsWith(`| ${metric} |`) && line.includes('×'))
    ?.split(' | ')
    .at(-1) ?? 'no such line';

describe('an A/A rollout', () => {
  it('goes back to the baseline when its last gate has passed, and is finished at weight 0', async () => {
    const { ran, page } = await reported();
    expect([ran.outcome, ran.weight, ran.violations, ran.refusals]).toEqual(['finished', 0, [], []]);
    expect(story(ran).slice(-4)).toEqual([
      '10-29 13:04 half wait GATE_PASSED',
      '10-29 13:05 half finish AA_OVER',
      '10-29 13:06 half wait AA_OVER',
      '10-29 13:12 half finish FINISHED',
    ]);
    expect(sentenceOf(ran, 'FINISHED')).toBe('Finished: the baseline serves everything again.');
    expect(page).toContain('# Rollout analyzer-a-a: finished');
    expect(page).toContain('| Rollback | there was none |');
  });

  it('goes on going back while the rules cannot be written, and calls people', async () => {
    const { ran, notices } = await reported({ faults: ['writes refused from 04:04 for 20m'] });
    expect([ran.outcome, ran.weight, ran.violations]).toEqual(['finished', 0, []]);
    expect(ran.decisions.filter(({ reason }) => reason.code === 'WEIGHT_UNWRITTEN').length).toBeGreaterThan(0);
    expect(notices.some(({ audience, text }) => audience === 'onCall' && text.includes('A/A rollout'))).toBe(true);
  });

  it('says that the measurement can be trusted, and what would have been found', async () => {
    const { answer, page } = await reported();
    expect(answer).toMatch(/^Yes, the measurement can be trusted: .* failed requests 1\.3\d times as frequent/);
    expect(finding(page, 'failed requests')).toMatch(/^no difference/);
    expect(finding(page, 'answers slower than 200 ms')).toMatch(/^too little to say/);
    expect(finding(page, 'gauge cpu')).toMatch(/^told only/);
  });

  it.each([
    ['failures x1.5', 'failed requests'],
    ['slow x1.5', 'answers slower than 46 ms'],
    ['segment university failures x5', 'failed requests of segment university'],
    ['revenue -10%', 'revenue per request'],
    ['orders -20%', 'orders'],
    ['hanging 1%', 'unanswered requests'],
  ])('with %s on one side the measurement cannot be trusted, and %s is named', async (fault, metric) => {
    const { ran, answer, page } = await reported({ faults: [fault] });
    expect([ran.outcome, ran.weight, ran.violations]).toEqual(['rolledBack', 0, []]);
    expect(answer).toMatch(/^No, the measurement cannot be trusted/);
    expect(answer).toContain(`${metric} (candidate`);
    expect(finding(page, metric)).toMatch(/^DIFFERS/);
  });

  it('says of a trip, wherever it is told, that the measurement is at fault and where to look', async () => {
    const { ran, notices, page } = await reported({ faults: ['failures x20 from 01:00'] });
    expect(sentenceOf(ran, 'WATCH_TRIPPED')).toMatch(
      /^Both groups run the same release, so this is a fault of the measurement and not of a release: In the last .*Look at the split of the requests, the zones/,
    );
    const [called] = notices.filter(({ audience }) => audience === 'onCall');
    expect(called?.subject).toBe('analyzer-a-a (A/A): rolling back: WATCH_TRIPPED (half)');
    expect(called?.text).toMatch(/^Both groups run the same release/);
    expect(page).toContain('Find out why two groups with the same release differ');
  });

  it('says so of a criterion that is proven to fail', async () => {
    const { ran, answer } = await reported({ faults: ['revenue -10%'] });
    expect(sentenceOf(ran, 'CRITERION_FAILED')).toMatch(/^Both groups run the same release.* limits that the baseline/);
    expect(answer).toMatch(/Besides, criterion "not revenueDelta < -3%" was proven to fail\.$/);
  });

  it('is reported the same where the ledger is kept as text in between', async () => {
    const parsed = parsePlan(source);
    if (!parsed.ok) throw new Error('the example is a plan');
    let kept = emptyLedger(parsed.plan);
    const sink = (body: string): void => {
      addEntry(kept, JSON.parse(body));
      if (kept.entries === 100) kept = JSON.parse(JSON.stringify(kept));
    };
    await run({ source, sink });
    expect(reportMarkdown(kept)).toBe((await reported()).page);
  });

  it('says meanwhile what can be said so far', async () => {
    const { answer } = await reported({ untilInstant: Date.parse('2025-10-29T12:00Z') });
    expect(answer).toMatch(/^Yes, the measurement can be trusted so far: /);
  });

  it('says how much is missing where there is too little traffic', async () => {
    const { answer } = await reported({ requestsPerMinute: 300 });
    expect(answer).toMatch(/^There is too little to say whether .* About \d times as many failures/);
  });
});

it('a rollout of a release has neither the section nor the sentence', async () => {
  const { ran, page } = await reported({
    source: source.replace('mode: aa\n', ''),
    faults: ['failures x20 from 01:00'],
  });
  expect(page).not.toContain('Can the measurement be trusted?');
  expect(sentenceOf(ran, 'WATCH_TRIPPED')).toMatch(/^In the last/);
});
