import { describe, expect, test } from 'vitest';
import { addEntry, emptyLedger, type Ledger } from '../../lib/report/ledger.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import {
  after,
  bakedTo,
  baking,
  canary,
  commandBy,
  entryAt,
  errorRate,
  holdOf,
  plan,
  revenue,
  rowAt,
  SRE,
  scheduled,
} from './entries.ts';

const ledgerOf = (entries: readonly Entry[]): Ledger => {
  const ledger = emptyLedger(plan);
  for (const entry of entries) addEntry(ledger, entry);
  return ledger;
};

const start = entryAt(-10, { code: 'SCHEDULED', start: plan.start }, scheduled, commandBy('start', SRE));
const begin = entryAt(0, { code: 'STARTED', weight: 1, from: 0 }, canary, {
  decision: { decision: 'advance', reason: { code: 'STARTED', weight: 1, from: 0 } },
});

test('counts the requests and failures of all rows, and keeps none of them', () => {
  const rows = [rowAt(1, 2), rowAt(2, 1)];
  const { totals } = ledgerOf([start, begin, entryAt(5, baking(2), canary, { rows })]);
  expect(totals).toEqual({ rows: 2, requests: 200, failures: 3, baselineRequests: 19_800, baselineFailures: 16 });
});

test('leaves the baseline of weight 100 out: it is no traffic of the rollout', () => {
  const { totals } = ledgerOf([start, begin, entryAt(5, baking(2), canary, { rows: [rowAt(1, 0, 8, 100)] })]);
  expect(totals.baselineRequests).toBe(0);
});

test('counts a row in the phase to which its minute belongs', () => {
  const all = { ...canary, phase: 1, weight: 100, weightBefore: 1 };
  const rise = entryAt(40, { code: 'STARTED', weight: 100, from: 1 }, all, {
    decision: { decision: 'advance', reason: { code: 'STARTED', weight: 100, from: 1 } },
    rows: [rowAt(36, 1)],
  });
  const later = entryAt(44, baking(0), all, { rows: [rowAt(39, 1), rowAt(40, 5)] });
  const { visits } = ledgerOf([start, begin, rise, later]);
  expect(visits.map(({ phase, totals }) => [phase, totals.failures])).toEqual([
    [0, 2],
    [1, 5],
  ]);
  expect(visits[0]?.leftAt).toBe(after(40));
});

test('keeps what changed with its first and last time, and nothing for a bake that goes on', () => {
  const { changes } = ledgerOf([start, begin, ...[1, 2, 3].map((minute) => entryAt(minute, baking(minute), canary))]);
  expect(changes.map(({ decision, at, lastAt }) => [decision.reason.code, at, lastAt])).toEqual([
    ['SCHEDULED', after(-10), after(-10)],
    ['STARTED', after(0), after(0)],
    ['BAKING', after(1), after(3)],
  ]);
});

test('of thousands of changes keeps the first and the newest', () => {
  const ledger = emptyLedger(plan);
  for (let minute = 0; minute < 6000; minute++) {
    addEntry(ledger, entryAt(minute, minute % 2 === 0 ? baking(0) : { code: 'DRAINED', afterMinutes: minute }, canary));
  }
  expect(ledger.changes).toHaveLength(5000);
  expect(ledger.changesLeftOut).toBe(1000);
  expect([ledger.changes[0]?.at, ledger.changes.at(-1)?.at]).toEqual([after(0), after(5999)]);
});

describe('checkpoints', () => {
  const assessments = [errorRate('insufficient'), revenue(-0.2, 0.3)];

  test('are kept with their tables', () => {
    const { visits } = ledgerOf([
      start,
      begin,
      entryAt(14, { code: 'CHECKPOINT', checkpoint: '10m', assessments }, bakedTo(canary, 10, 1)),
      entryAt(15, baking(11), bakedTo(canary, 11, 1)),
    ]);
    expect(visits[0]?.looks).toEqual([{ at: after(14), what: 'checkpoint 10m', assessments, lastDay: undefined }]);
  });

  test('that are overdue are named, although only the last was announced', () => {
    const late = entryAt(40, { code: 'CHECKPOINT', checkpoint: '20m', assessments }, bakedTo(canary, 22, 2));
    const { visits } = ledgerOf([start, begin, late]);
    expect(visits[0]?.looks.map(({ what, assessments: table }) => [what, table === null])).toEqual([
      ['checkpoint 10m', true],
      ['checkpoint 20m', false],
    ]);
  });

  test('count from the first again when the bake begins anew', () => {
    const again = bakedTo({ ...canary, bake: { ...canary.bake, restarts: 1 } }, 10, 1);
    const first = entryAt(14, { code: 'CHECKPOINT', checkpoint: '10m', assessments }, bakedTo(canary, 10, 1));
    const second = entryAt(50, { code: 'CHECKPOINT', checkpoint: '10m', assessments }, again);
    const { visits } = ledgerOf([start, begin, first, entryAt(15, baking(11), bakedTo(canary, 11, 1)), second]);
    expect(visits[0]?.looks.map(({ at }) => at)).toEqual([after(14), after(50)]);
  });
});

describe('holds', () => {
  const reason = { code: 'OPERATOR', actor: SRE, why: 'a question' } as const;
  const held = { ...canary, holds: [holdOf('OPERATOR', reason, 5)] };

  test('are kept from their beginning to their end, with who ended them', () => {
    const { holds } = ledgerOf([
      start,
      begin,
      entryAt(5, reason, held, { ...commandBy('hold', SRE, 'a question'), decision: { decision: 'hold', reason } }),
      entryAt(6, reason, held),
      entryAt(
        9,
        { code: 'COMMANDED', command: 'resume', actor: SRE, why: 'ok' },
        canary,
        commandBy('resume', SRE, 'ok'),
      ),
    ]);
    expect(holds).toEqual([
      { code: 'OPERATOR', since: after(5), reason, phase: 0, endedAt: after(9), end: `resume by ${SRE}` },
    ]);
  });

  test('of one kind that follow each other are two', () => {
    const anew = { ...canary, holds: [holdOf('OPERATOR', reason, 8)] };
    const { holds } = ledgerOf([start, begin, entryAt(5, reason, held), entryAt(8, reason, anew)]);
    expect(holds.map(({ since, endedAt }) => [since, endedAt])).toEqual([
      [after(5), after(8)],
      [after(8), null],
    ]);
  });
});

describe('sign-offs', () => {
  const go = { role: 'engineering', answer: 'GO', actor: 'arn:lead', at: after(8), why: 'fine' } as const;
  const signed = { ...canary, signOffs: [go] };
  const give = entryAt(
    8,
    { code: 'COMMANDED', command: 'sign-off engineering GO', actor: 'arn:lead', why: 'fine' },
    signed,
    commandBy('signOff', 'arn:lead', 'fine'),
  );

  test('are kept once, also when the state forgets them', () => {
    const { people } = ledgerOf([start, begin, give, entryAt(9, baking(9), signed), entryAt(10, baking(10), canary)]);
    expect(people.words).toEqual([{ visit: 0, ...go, takenBackAt: null }]);
  });

  test('are taken back by a proven fail', () => {
    const reason = { code: 'CRITERION_FAILED', assessment: errorRate('fail', 60) } as const;
    const fail = entryAt(12, reason, canary, { decision: { decision: 'hold', reason } });
    expect(ledgerOf([start, begin, give, fail]).people.words[0]?.takenBackAt).toBe(after(12));
  });

  test('that nobody gave in time are kept as expired, role by role', () => {
    const reason = {
      code: 'SIGN_OFF_EXPIRED',
      missing: ['engineering', 'product'],
      askedAt: after(30),
      expiredAt: after(90),
    } as const;
    const expired = entryAt(90, reason, canary, { decision: { decision: 'hold', reason } });
    const { people } = ledgerOf([start, begin, expired, entryAt(91, reason, canary)]);
    expect(people.words.map(({ role, answer }) => [role, answer])).toEqual([
      ['engineering', 'expired'],
      ['product', 'expired'],
    ]);
  });
});

test('says what the candidate had received since the fault began', () => {
  const reason = { code: 'COMMANDED', command: 'rollBack', actor: SRE, why: 'bad' } as const;
  const rollback = {
    decidedAt: after(10),
    reason,
    faultBeganAt: after(3),
    fromWeight: 1,
    verifiedAt: null,
    lastRequestMinute: null,
    quietRows: 0,
    tailRequests: 0,
    pagedAt: after(10),
  };
  const rows = [1, 2, 3, 4, 5].map((minute) => rowAt(minute, minute));
  const { wayBack, totals } = ledgerOf([
    start,
    begin,
    entryAt(8, baking(5), canary, { rows }),
    entryAt(10, reason, { ...canary, status: 'rollingBack', weight: 0, rollback }),
  ]);
  expect(wayBack).toMatchObject({ atFault: { requests: 200, failures: 3 }, detectedAt: after(10), sticky: [false] });
  expect(totals.failures).toBe(15);
});
