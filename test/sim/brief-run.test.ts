import { describe, expect, test } from 'vitest';
import { parsePlan } from '../../lib/plan/parse.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { type BriefRun, faultBegins, runBriefly } from '../../lib/sim/brief-run.ts';
import type { RehearsalOptions } from '../../lib/sim/rehearsal.ts';
import { rehearse } from '../../lib/sim/run.ts';
import { exampleSource, faults, optionsOf } from './rehearsal-options.ts';

const source = exampleSource('checkout-api');
const parsed = parsePlan(source);
if (!parsed.ok) throw new Error('the example is valid');
const { plan } = parsed;

const options = optionsOf(source, 3);

const briefly = async (given: RehearsalOptions, begins = faultBegins(plan, given.faults)): Promise<BriefRun> => {
  const run = await runBriefly(given, begins);
  if ('refused' in run) throw new Error(run.refused.join('\n'));
  return run;
};

const MINUTE = 60_000;

describe('the release is at fault', () => {
  test.each([
    [['failures x50 from 00:37', 'slow x3 from 00:20'], 20],
    [['both fail 5% from 00:10', 'baseline failures x9 from 00:05', 'candidate slow x3 from 00:40'], 40],
    [['both fail 5% from 00:10', 'cloudwatch silent from 00:20 for 8m', 'traffic x2 from 00:30'], null],
    [[], null],
  ])('%j: from minute %s', (texts, minute) => {
    expect(faultBegins(plan, faults(...texts))).toBe(minute === null ? null : plan.start + minute * MINUTE);
  });
});

describe('a run of many', () => {
  test('is the rehearsal of its seed', async () => {
    const given = options({ faults: faults('failures x50 from 00:37') });
    const result = await rehearse(given);
    if ('refused' in result) throw new Error('it can be rehearsed');
    const rolledBack = result.decisions.find(({ decision }) => decision === 'rollBack');
    expect(await briefly(given)).toMatchObject({
      seed: 3,
      outcome: 'rolledBack',
      reason: rolledBack?.reason.code,
      at: rolledBack?.at,
      requests: result.candidateRequests,
      failures: result.candidateFailures,
    });
  });

  test('counts from the first minute of the fault to the last request of the candidate, and the time to the decision', async () => {
    const given = options({ faults: faults('failures x50 from 00:37') });
    const sum = { requests: 0, failures: 0 };
    const begins = plan.start + 37 * MINUTE;
    const onEntry = ({ rows }: Entry): void => {
      for (const { minute, candidate } of rows) {
        if (Date.parse(minute) < begins) continue;
        sum.requests += candidate?.requests ?? 0;
        sum.failures += candidate?.failures ?? 0;
      }
    };
    await rehearse({ ...given, onEntry });
    const { at, sinceFault, failures } = await briefly(given);
    expect(sinceFault).toEqual({ minutes: (Date.parse(at) - begins) / MINUTE, ...sum });
    expect(sum.failures).toBeGreaterThan(0);
    expect(sum.failures).toBeLessThan(failures);
  });

  test('counts the time from the first traffic where the fault was there before', async () => {
    const given = options({ faults: faults('failures x50') });
    const { at, sinceFault } = await briefly(given);
    const startedAt = plan.start + 15_000;
    expect(sinceFault?.minutes).toBeLessThan((Date.parse(at) - plan.start) / MINUTE);
    expect(sinceFault?.minutes).toBeCloseTo((Date.parse(at) - startedAt) / MINUTE, 0);
  });

  test('was not met by a fault that begins later', async () => {
    const given = options({ faults: faults('failures x50 from 00:37') });
    expect((await briefly(given, plan.start + 20 * 60 * MINUTE)).sinceFault).toBeNull();
  });

  test('that is held has the code of its hold and the time when it began', async () => {
    const run = await briefly(options({ requestsPerMinute: 20 }));
    expect(run).toMatchObject({ outcome: 'held', reason: 'INSUFFICIENT_DATA' });
    expect(run.sinceFault).toBeNull();
  });

  test('that is rolled back since nobody answered names the hold too', async () => {
    const run = await briefly(options({ faults: faults('both slow x15') }));
    expect(run).toMatchObject({ outcome: 'rolledBack', reason: 'HELD_TOO_LONG after CRITERION_FAILED' });
  });
});
