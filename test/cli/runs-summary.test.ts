import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runsChart } from '../../lib/cli/runs-chart.ts';
import { summaryOf } from '../../lib/cli/runs-summary.ts';
import { runsMarkdown, runsText } from '../../lib/cli/runs-text.ts';
import { parsePlan } from '../../lib/plan/parse.ts';
import type { BriefRun } from '../../lib/sim/brief-run.ts';

const parsed = parsePlan(readFileSync('examples/checkout-api.yaml', 'utf8'));
if (!parsed.ok) throw new Error('the example is valid');
const { plan } = parsed;

const run = (seed: number, given: Partial<BriefRun> = {}): BriefRun => ({
  seed,
  outcome: 'finished',
  reason: 'FINISHED',
  at: new Date(plan.start + 8 * 3_600_000).toISOString(),
  requests: 1000,
  failures: 1,
  sinceFault: null,
  ...given,
});

const tripped = (seed: number, sinceFault: BriefRun['sinceFault'] = null): BriefRun =>
  run(seed, { outcome: 'rolledBack', reason: 'WATCH_TRIPPED', sinceFault });

const since = (minutes: number) => ({ minutes, requests: 100 * minutes, failures: 2 * minutes });

/** A hundred runs that a fault met, but for a false rollback before it. */
const RUNS = [
  tripped(1),
  ...Array.from({ length: 90 }, (_, index) => tripped(index + 2, since(index + 1))),
  ...Array.from({ length: 4 }, (_, index) =>
    run(index + 92, { outcome: 'held', reason: 'INSUFFICIENT_DATA', sinceFault: since(240) }),
  ),
  ...Array.from({ length: 5 }, (_, index) => run(index + 96, { sinceFault: since(300) })),
];
const summary = summaryOf(plan, RUNS, true);

describe('many runs', () => {
  test('are counted by outcome and reason, the most frequent first, with their seeds', () => {
    expect(summary.groups.map(({ outcome, reason, runs }) => [outcome, reason, runs])).toEqual([
      ['rolledBack', 'WATCH_TRIPPED', 91],
      ['finished', 'FINISHED', 5],
      ['held', 'INSUFFICIENT_DATA', 4],
    ]);
    expect(summary.groups.at(-1)?.seeds).toEqual([92, 93, 94, 95]);
    expect(summary.outcomes.rolledBack.share).toBe(0.91);
  });

  test('were rolled back falsely before the fault; the others saw it, are held, or never saw it', () => {
    expect(summary.falseRollbacks).toMatchObject({ runs: 1, share: 0.01, seeds: [1] });
    expect(summary.detection).toMatchObject({
      met: 99,
      rolledBack: { runs: 90 },
      held: { runs: 4 },
      neverSeen: { runs: 5 },
    });
  });

  test('tell the time to the rollback and what it cost by median, p90, p99 and most', () => {
    expect(summary.detection?.spread?.minutes).toEqual({ median: 45, p90: 81, p99: 90, most: 90 });
    expect(summary.detection?.spread?.failures).toEqual({ median: 90, p90: 162, p99: 180, most: 180 });
  });

  test('of a good release are all rolled back falsely, and how long the others took is counted', () => {
    const good = summaryOf(plan, [tripped(1), run(2), run(3)], false);
    expect(good.falseRollbacks.runs).toBe(1);
    expect(good.detection).toBeNull();
    expect(good.histograms).toEqual([
      {
        title: 'From the start until the rollout had finished',
        unit: 'minutes',
        bins: [{ from: 480, to: 481, runs: 2 }],
      },
    ]);
  });

  test('that a fault met none of say so', () => {
    const io = { out: () => {}, err: () => {}, outIsTerminal: false, errIsTerminal: false, colour: false, columns: 80 };
    const text = runsText(summaryOf(plan, [run(1)], true), {
      ...io,
      liveLine: async () => ({ show: () => {}, clear: () => {} }),
    });
    expect(text).toContain('The fault met no run: all had ended before it began.');
  });

  test('are a page with the tables and the picture', () => {
    const page = runsMarkdown(summary);
    expect(page).toContain('![outcomes and histograms](runs.svg)');
    expect(page).toMatch(/^\| held for an operator \| INSUFFICIENT_DATA \| 4 \| 4 % \|/m);
    expect(page).toMatch(/^\| minutes from the fault to the rollback \| 45 \| 81 \| 90 \| 90 \|$/m);
  });
});

describe('the picture', () => {
  const picture = runsChart(summary);

  test('has a bar for each group and each bin, as long as its count', () => {
    const bars = [...picture.matchAll(/<rect x="\d[^>]* width="([\d.]+)" height="([\d.]+)" fill="#/g)];
    const bins = summary.histograms.flatMap((histogram) => histogram.bins);
    expect(bars).toHaveLength(summary.groups.length + bins.length);
    expect(bars.slice(0, 3).map(([, width]) => Number(width))).toEqual([318.5, 17.5, 14]);
    const heights = bars.slice(3).map(([, , height]) => Number(height));
    expect(heights[0]).toBeCloseTo((180 * (bins[0]?.runs ?? 0)) / 10, 1);
  });

  test('has a title, axes with words, and says what is counted', () => {
    for (const words of ['checkout-api-2-4: 100 rehearsals', '>runs<', '>time<', '>requests<', '100 %', '91 % (91)'])
      expect(picture).toContain(words);
    expect(picture).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[\s\S]*<\/svg>\n$/);
  });
});
