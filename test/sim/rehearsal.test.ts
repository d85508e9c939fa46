import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../lib/plan/parse.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { checker } from '../../lib/sim/checkers.ts';
import { deathsOf, proceedAndDie } from '../../lib/sim/crash.ts';
import { viewEntry } from '../../lib/sim/entry-view.ts';
import { isInputProblem } from '../../lib/sim/input-problem.ts';
import { readRows } from '../../lib/sim/recorded.ts';
import { begin, forkRehearsal, proceed, type Rehearsal, type RehearsalOptions } from '../../lib/sim/rehearsal.ts';
import { complete, type RunResult, rehearse } from '../../lib/sim/run.ts';
import { exampleSource, faults, optionsOf } from './rehearsal-options.ts';

const source = exampleSource('ultra-fast-analyzer');
const START = Date.parse('2025-10-31T12:00:00Z');

const options = optionsOf(source, 1);

const begun = async (given: Partial<RehearsalOptions> = {}): Promise<Rehearsal> => {
  const rehearsal = await begin(options(given));
  if ('refused' in rehearsal) throw new Error(rehearsal.refused.join('\n'));
  return rehearsal;
};

const run = async (given: Parameters<typeof rehearse>[0]): Promise<RunResult> => {
  const result = await rehearse(given);
  if ('refused' in result) throw new Error(result.refused.join('\n'));
  return result;
};

describe('a rehearsal', () => {
  it('writes the same journal for the same seed, byte for byte, and another one for another', async () => {
    const journal = async (seed: number): Promise<string> => {
      const lines: string[] = [];
      await run({
        ...options({ seed, faults: faults('failures x50 from 00:37') }),
        sink: (body) => void lines.push(body),
      });
      return lines.join('\n');
    };
    const first = await journal(1);
    expect(await journal(1)).toBe(first);
    expect(await journal(2)).not.toBe(first);
  });

  it('keeps every invariant while a failing candidate is rolled back', async () => {
    const watched = checker();
    const result = await run({ ...options({ faults: faults('failures x50 from 00:37') }), ...watched });
    expect(result).toMatchObject({ outcome: 'rolledBack', weight: 0 });
    expect(result.candidateFailures).toBeGreaterThan(10);
    expect(watched.violations).toEqual([]);
  });

  it('tells changes of the decision only, not every minute of a bake', async () => {
    const result = await run(options({ untilInstant: START + 30 * 60_000 }));
    expect(result.outcome).toBe('running');
    expect(result.decisions.length).toBeLessThan(10);
    expect(result.decisions.map(({ reason }) => reason.code)).toContain('STARTED');
  });

  it('reads of an entry what the entry says', async () => {
    const lines: string[] = [];
    await run({ ...options({ untilInstant: START + 60 * 60_000 }), sink: (body) => void lines.push(body) });
    for (const line of lines) {
      const entry = JSON.parse(line) as Entry;
      const { revision, previous, at, decision, notices } = entry;
      const requests = entry.rows.reduce((sum, { candidate }) => sum + (candidate?.requests ?? 0), 0);
      const { status, phase, weight } = entry.state;
      expect(viewEntry(line)).toMatchObject({
        revision,
        previous,
        at,
        decision,
        notices,
        status,
        phase,
        weight,
        candidateRequests: requests,
      });
    }
  });

  it('is refused with all problems when the plan is wrong or a fault does not fit it', async () => {
    expect(await rehearse({ ...options(), source: 'rollout: X' })).toHaveProperty('refused');
    const wrong = await rehearse(options({ faults: faults('segment nobody failures x2', 'foreign rule 9') }));
    expect('refused' in wrong && wrong.refused).toEqual([
      expect.stringContaining('the segment must be one of the plan'),
      expect.stringContaining('the rule must be 1 to 1, given 9'),
    ]);
  });

  it('ends at the first hold that only an operator ends', async () => {
    const result = await run(options({ faults: faults('weight 0 by hand at 00:30') }));
    expect(result).toMatchObject({ outcome: 'held', weight: 1 });
    expect(result.state.holds.map(({ code }) => code)).toEqual(['WEIGHT_LOWERED_OUTSIDE']);
  });

  it('loses ticks without losing rows', async () => {
    const watched = checker();
    const result = await run({
      ...options({ faults: faults('no ticks from 00:20 for 1h'), untilInstant: START + 100 * 60_000 }),
      ...watched,
    });
    expect(result.state.bake.minutes).toBeGreaterThan(90);
    expect(watched.violations).toEqual([]);
  });
});

describe('a forked rehearsal', () => {
  it('ends as the original does, and leaves it alone', async () => {
    const original = await begun({ faults: faults('failures x50 from 00:37') });
    for (let index = 0; index < 30; index += 1) await proceed(original);
    const forked = forkRehearsal(original);
    const revision = original.world.data.revision;
    const ended = await complete(forked);
    expect(original.world.data.revision).toBe(revision);
    expect(ended).toEqual(await complete(original));
  });

  it('that dies in the tick of a rise goes on to the same outcome', async () => {
    const original = await begun({ faults: faults('failures x50 from 00:37') });
    while (original.world.data.now < START - 60_000) await proceed(original);
    const ended = await complete(forkRehearsal(original));
    const deaths = await deathsOf(original);
    expect(deaths.length).toBeGreaterThan(15);
    for (const death of deaths) {
      const dying = forkRehearsal(original);
      expect(await proceedAndDie(dying, death)).toBe('died');
      const survived = await complete(dying);
      expect(survived).toMatchObject({ outcome: ended.outcome, weight: ended.weight });
      expect(Math.abs(Date.parse(survived.endedAt) - Date.parse(ended.endedAt))).toBeLessThanOrEqual(120_000);
    }
  });
});

describe('a backtest', () => {
  const parsed = parsePlan(source);
  if (!parsed.ok) throw new Error('the example plan is valid');
  const header =
    'minute,requests,failures,baselineRequests,baselineFailures,slow:200ms,baselineSlow:200ms,slow:250ms,baselineSlow:250ms,unavailable,baselineUnavailable,revenue,baselineRevenue';
  const recorded = (count: number, failuresFrom = count) => {
    const lines = Array.from(
      { length: count },
      (_, minute) =>
        `${minute},120,${minute >= failuresFrom ? 12 : 0},11880,9,0,0,0,0,0,0,${96 + (minute % 5)},${9500 + (minute % 7)}`,
    );
    const rows = readRows([header, ...lines].join('\n'), parsed.plan);
    if (isInputProblem(rows)) throw new Error(rows.problem);
    return rows;
  };

  it('judges every row once and ends with them', async () => {
    const seen: string[] = [];
    const result = await run({
      ...options({ rows: recorded(90) }),
      sink: (body) =>
        seen.push(
          ...(JSON.parse(body) as Entry).rows.filter(({ candidate }) => candidate !== null).map(({ minute }) => minute),
        ),
    });
    expect(result).toMatchObject({ outcome: 'running', weight: 1, candidateRequests: 90 * 120, candidateFailures: 0 });
    expect(seen).toHaveLength(90);
    expect(result.state.bake.minutes).toBe(90);
  });

  it('uses no rows while it waits for the next phase', async () => {
    const result = await run(options({ rows: recorded(150) }));
    expect(result).toMatchObject({ outcome: 'running', weight: 10, candidateRequests: 150 * 120 });
    expect(result.state.bake.minutes).toBe(30);
  });

  it('rolls back on what was recorded', async () => {
    const result = await run(options({ rows: recorded(120, 60) }));
    expect(result).toMatchObject({ outcome: 'rolledBack', weight: 0 });
  });
});
