import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { evidenceBySegment, segmentTable } from '../../lib/judge/segment-table.ts';
import { formatNumber } from '../../lib/plan/metric.ts';
import { parsePlan } from '../../lib/plan/parse.ts';
import { addEntry, emptyLedger, type Ledger } from '../../lib/report/ledger.ts';
import { reportMarkdown } from '../../lib/report/report.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { isInputProblem } from '../../lib/sim/input-problem.ts';
import { type RunResult, rehearse } from '../../lib/sim/run.ts';

const source = readFileSync(fileURLToPath(new URL('../../examples/ultra-fast-analyzer.yaml', import.meta.url)), 'utf8');

const rehearsed = async (
  fault?: string,
  requestsPerMinute?: number,
): Promise<{ ledger: Ledger; result: RunResult }> => {
  const parsed = parsePlan(source);
  if (!parsed.ok) throw new Error('the example is a plan');
  const ledger = emptyLedger(parsed.plan);
  const read = fault === undefined ? undefined : readFault(fault);
  if (read !== undefined && isInputProblem(read)) throw new Error('the fault can be read');
  const result = await rehearse({
    source,
    seed: 1,
    faults: read === undefined ? [] : [read],
    signOffs: 'given',
    requestsPerMinute,
    sink: (body) => addEntry(ledger, JSON.parse(body)),
  });
  if ('refused' in result) throw new Error(result.refused.join('; '));
  return { ledger, result };
};

test('a rehearsed rollback is reported with its numbers as the simulator counted them', async () => {
  const { ledger, result } = await rehearsed('failures x50 from 00:37');
  expect(result.outcome).toBe('rolledBack');
  expect([ledger.totals.requests, ledger.totals.failures]).toEqual([
    result.candidateRequests,
    result.candidateFailures,
  ]);
  const page = reportMarkdown(ledger).split('\n').slice(0, 40).join('\n');
  expect(page).toContain('# Rollout ultra-fast-analyzer: rolled back');
  expect(page).toMatch(/\| By \| (regression watch|guard)/);
  expect(page).toMatch(/Fault began 2025-10-31 12:3[789] UTC; detected 2025-10-31 12:4\d UTC/);
});

test('a rehearsed rollout with too little traffic is reported as held, with what is missing', async () => {
  const { ledger, result } = await rehearsed(undefined, 317);
  expect(result.outcome).toBe('held');
  const page = reportMarkdown(ledger).split('\n').slice(0, 40).join('\n');
  expect(page).toContain('# Rollout ultra-fast-analyzer: held');
  expect(page).toContain('more requests needed');
});

test('a rehearsed fault of one segment names it in the decision, and first in the table of its phase', async () => {
  const { ledger } = await rehearsed('segment k12 failures x20 from 01:00');
  const report = reportMarkdown(ledger);
  expect(report).toMatch(/\| On which numbers \|[^|]* of segment k12 but .*; candidate failed \d+ of \d+ \(/);
  const [, canary = ''] = report.split('## Phase canary');
  const { judge } = ledger.newest?.state ?? {};
  const [worst] = (judge && segmentTable(ledger.plan, 0, evidenceBySegment(judge))?.lines) ?? [];
  const seen = `\\(${worst?.failures} of ${formatNumber(worst?.requests ?? 0)}\\)`;
  expect(worst?.segment).toBe('k12');
  expect(canary).toMatch(
    new RegExp(`\n\\|---(?:\\|---){5}\\|\n\\| k12 \\|[^|\n]*${seen} \\|[^\n]*\\| NAMED in the decision;`),
  );
});

test('a phase that was left keeps its own table of segments, and one at weight 100 has none', async () => {
  const { ledger } = await rehearsed();
  const phases = reportMarkdown(ledger)
    .split('\n## ')
    .filter((part) => part.startsWith('Phase '));
  expect(
    phases.map((part) => /Segments by LearnerSegment[^\n]*\n(?:.*\n){3}\| \S+ \|[^|]*of ([\d,]+)\)/.exec(part)?.[1]),
  ).toEqual([expect.stringMatching(/^\d{2},\d{3}$/), expect.stringMatching(/^\d{3},\d{3}$/), undefined, undefined]);
});
