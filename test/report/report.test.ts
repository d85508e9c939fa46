import { describe, expect, test } from 'vitest';
import type { Plan } from '../../lib/plan/plan.ts';
import { addEntry, emptyLedger } from '../../lib/report/ledger.ts';
import { reportMarkdown } from '../../lib/report/report.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import type { Reason } from '../../lib/rollout/reason.ts';
import type { RolloutState } from '../../lib/rollout/rollout.ts';
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
  planOf,
  revenue,
  rowAt,
  SRE,
  scheduled,
} from './entries.ts';

const reportOf = (entries: readonly Entry[], of: Plan = plan): string => {
  const ledger = emptyLedger(of);
  for (const entry of entries) addEntry(ledger, entry);
  return reportMarkdown(ledger);
};

const firstPage = (report: string): string => report.split('\n').slice(0, 40).join('\n');

const start = entryAt(-10, { code: 'SCHEDULED', start: plan.start }, scheduled, commandBy('start', SRE));
const begin = entryAt(0, { code: 'STARTED', weight: 1, from: 0 }, canary, {
  decision: { decision: 'advance', reason: { code: 'STARTED', weight: 1, from: 0 } },
});
const twelveRows = entryAt(16, baking(12), bakedTo(canary, 12, 0), {
  rows: Array.from({ length: 12 }, (_, minute) => rowAt(minute, minute === 3 ? 2 : 0)),
});
const checkpoint = entryAt(
  17,
  { code: 'CHECKPOINT', checkpoint: '10m', assessments: [errorRate('insufficient'), revenue(-0.2, 0.3)] },
  bakedTo(canary, 13, 1),
);

const tripped = {
  code: 'GUARD_TRIPPED',
  trip: {
    kind: 'guard',
    guard: 0,
    text: 'errorRate > 1.5% for 2m',
    claim: { kind: 'share', share: 'failures', side: 'above', limit: 0.015 },
    measured: 0.06,
    bad: 12,
    requests: 200,
    baselineMeasured: 0.0008,
    log10Evidence: 2.4,
    minute: '2025-10-31T12:14Z',
    sinceMinute: '2025-10-31T12:11Z',
  },
} as const satisfies Reason;

const rollback = {
  decidedAt: after(18),
  reason: tripped,
  faultBeganAt: after(11),
  fromWeight: 1,
  verifiedAt: after(19),
  lastRequestMinute: '2025-10-31T12:19Z',
  quietRows: 2,
  tailRequests: 0,
  pagedAt: after(18),
};

const rollingBack = entryAt(
  18,
  tripped,
  { ...canary, status: 'rollingBack', weight: 0, rollback: { ...rollback, verifiedAt: null } },
  {
    decision: { decision: 'rollBack', reason: tripped },
  },
);
const rolledBack = entryAt(
  25,
  { code: 'DRAINED', afterMinutes: 6 },
  { ...canary, status: 'rolledBack', weight: 0, rollback, endedAt: after(25), endedBy: tripped },
  { decision: { decision: 'rollBack', reason: { code: 'DRAINED', afterMinutes: 6 } } },
);

const finishedReport = (): string => {
  const all = { ...canary, phase: 1, weight: 100, weightBefore: 1 };
  const signOffs = [
    { role: 'engineering', answer: 'GO', actor: 'arn:aws:sts::1:assumed-role/EngineeringLead/eve', at: after(40) },
  ] as const;
  const gate = { passedAt: after(34), askedAt: after(34), reminders: 0 } as const;
  const passed = { code: 'GATE_PASSED', assessments: [errorRate('pass')], autoSignOffs: [] } as const;
  const finish = { code: 'FINISHED', weight: 100, resting: 'deploy' } as const;
  return reportOf([
    start,
    begin,
    twelveRows,
    entryAt(34, passed, { ...bakedTo(canary, 30, 2), status: 'passed', gate }),
    entryAt(
      40,
      baking(30),
      { ...bakedTo(canary, 30, 2), status: 'passed', gate, signOffs },
      commandBy('signOff', 'arn:x'),
    ),
    entryAt(50, { code: 'STARTED', weight: 100, from: 1 }, all, {
      decision: { decision: 'advance', reason: { code: 'STARTED', weight: 100, from: 1 } },
    }),
    entryAt(115, passed, { ...all, status: 'passed', gate: { ...gate, passedAt: after(115) } }),
    entryAt(
      116,
      finish,
      { ...all, status: 'finished', endedAt: after(116), endedBy: finish },
      {
        decision: { decision: 'finish', reason: finish },
      },
    ),
  ]);
};

describe('the first 40 lines', () => {
  test('say what was shipped, and that weights are shares of requests, not of people', () => {
    const page = firstPage(reportOf([start, begin, twelveRows]));
    expect(page).toContain('# Rollout small: running');
    expect(page).toContain('from target group old to new on 1 rule');
    expect(page).toContain('shares of requests, not of people');
    expect(page).toContain('each of the 500,000 learners meets the candidate with probability 9.56 %');
    expect(page).toContain('D = 3 since it could not be measured (failures come in clumps of so many)');
  });

  test('say how failures clump: measured, not to be measured, or not yet', () => {
    const { judge } = canary;
    const clumpiness = { clumpSize: 4.2, isMeasured: true, blockMinutes: 1 } as const;
    const measured = { ...judge, clumpiness: 4.2, before: { ...judge.before, clumpiness } };
    const sized = (state: RolloutState) => {
      const page = firstPage(reportOf([start, entryAt(1, { code: 'STARTED', weight: 1, from: 0 }, state)]));
      return /D = .*?(?= \()/.exec(page)?.[0];
    };
    expect(sized({ ...canary, judge: measured })).toBe('D = 4.2 as measured on the baseline the day before');
    const inBlocks = { ...judge.before, clumpiness: { ...clumpiness, blockMinutes: 5 } };
    expect(sized({ ...canary, judge: { ...judge, clumpiness: 4.2, before: inBlocks } })).toBe(
      'D = 4.2 as measured on the baseline the day before, bet on in blocks of 5 minutes',
    );
    expect(sized(canary)).toBe('D = 3 since it could not be measured');
    expect(sized(scheduled)).toBe('D = 3 until it is measured');
  });

  test('say which zones of the day before the watch would have rolled back', () => {
    const tested = (stopped: readonly { readonly zone: string; readonly minute: string }[]) => {
      const { judge } = canary;
      const state = { ...canary, judge: { ...judge, before: { ...judge.before, selfTest: { zones: 3, stopped } } } };
      return firstPage(reportOf([start, entryAt(1, { code: 'STARTED', weight: 1, from: 0 }, state)]));
    };
    expect(tested([])).toContain('Tried on the 3 zones of the day before it rolled back none.');
    expect(tested([{ zone: 'us-east-1c', minute: '2025-10-30T14:07Z' }])).toContain(
      'it rolled back us-east-1c: where candidate and baseline lie in different zones, doubt it',
    );
    expect(firstPage(reportOf([start, begin, twelveRows]))).not.toContain('zones of the day before');
  });

  test('of a rollout that rolled back name the rule, its numbers, the times of the way back and what is next', () => {
    const page = firstPage(reportOf([start, begin, twelveRows, rollingBack, rolledBack]));
    expect(page).toContain('# Rollout small: rolled back');
    expect(page).toContain('| By | guard "errorRate > 1.5% for 2m" |');
    expect(page).toContain('6 %, 12 of 200; baseline 0.08 %');
    expect(page).toContain('1,200 requests, 2 of them failed (0.167 %)');
    expect(page).toContain(
      'Fault began 2025-10-31 12:11 UTC; detected 2025-10-31 12:18 UTC; decided 2025-10-31 12:18 UTC; weight 0 verified on all rules 2025-10-31 12:19 UTC; last request on the candidate 2025-10-31 12:19 UTC. It took 8m',
    );
    expect(page).toContain('start it under a new name');
    expect(page).not.toContain('Stickiness was on');
  });

  test('of a rollback in progress say that nothing raises it again', () => {
    const page = firstPage(reportOf([start, begin, twelveRows, rollingBack]));
    expect(page).toContain('# Rollout small: rolling back');
    expect(page).toContain('weight 0 verified on all rules not yet');
    expect(page).toContain('Nothing raises it again');
  });

  test('of a rollback from a sticky rule name the rule and the safe time', () => {
    const sticky = { ...canary, rules: [{ confirmed: 1, isConfirmed: true, sticky: true }] };
    const page = firstPage(reportOf([start, begin, entryAt(17, baking(13), sticky), rollingBack, rolledBack]));
    expect(page).toContain(
      'Stickiness was on for rule 9683b2d02a6cabee, is off since the rollback and is not restored',
    );
    expect(page).toContain('Safe from 2025-11-07 12:19 UTC on at the latest');
    expect(page).toContain('the promise does not apply');
  });

  test('of a finished rollout name the gates, the people and the numbers, and ask for the resting group', () => {
    const page = firstPage(finishedReport());
    expect(page).toContain('# Rollout small: finished');
    expect(page).toContain('the gates of 2 phases; GO from engineering (EngineeringLead/eve)');
    expect(page).toContain('errorRate < 1%: 0.1 % (0.01 % to 0.4 %)');
    expect(page).toContain("Set the resting group of the service's template to new and deploy");
    expect(page).toContain('| Rollback | there was none |');
  });

  test('of a held rollout say what an operator must do', () => {
    const reason = {
      code: 'INSUFFICIENT_DATA',
      assessments: [errorRate('insufficient')],
      bakedMinutes: 60,
    } as const;
    const held = { ...bakedTo(canary, 60, 2), holds: [holdOf('INSUFFICIENT_DATA', reason, 64)] };
    const page = firstPage(
      reportOf([start, begin, entryAt(64, reason, held, { decision: { decision: 'hold', reason } })]),
    );
    expect(page).toContain('# Rollout small: held');
    expect(page).toContain('| By | the gate of the phase |');
    expect(page).toContain('at least 338 more requests needed');
    expect(page).toContain('INSUFFICIENT_DATA: an operator resumes');
  });

  test('of a rollout held by something proven bad say when it is rolled back', () => {
    const reason = { code: 'CRITERION_FAILED', assessment: errorRate('fail', 60) } as const;
    const held = { ...canary, holds: [holdOf('CRITERION_FAILED', reason, 20)] };
    const page = firstPage(
      reportOf([start, begin, entryAt(20, reason, held, { decision: { decision: 'hold', reason } })]),
    );
    expect(page).toContain('| By | criterion "errorRate < 1%" |');
    expect(page).toContain('Unanswered, it is rolled back at 2025-11-01 12:20 UTC (after 24h)');
  });

  test('of a hold that nobody answered say what it had been about', () => {
    const noGo = {
      code: 'NO_GO',
      role: 'product',
      actor: 'arn:aws:sts::1:assumed-role/ProductLead/pat',
      why: 'too slow',
    } as const;
    const reason = { code: 'HELD_TOO_LONG', hold: 'NO_GO', heldMinutes: 1440 } as const;
    const state = {
      ...canary,
      status: 'rollingBack',
      weight: 0,
      rollback: { ...rollback, reason, faultBeganAt: null },
    } as const;
    const page = firstPage(
      reportOf([
        start,
        begin,
        entryAt(
          20,
          noGo,
          { ...canary, holds: [holdOf('NO_GO', noGo, 20)] },
          { decision: { decision: 'hold', reason: noGo } },
        ),
        entryAt(1460, reason, state, { decision: { decision: 'rollBack', reason } }),
      ]),
    );
    expect(page).toContain('It was held because: product says NO-GO');
    expect(page).toContain('Not decided on rows, so no fault is dated; detected 2025-10-31 12:20 UTC');
  });

  test('of a running rollout tell the next instant', () => {
    const page = firstPage(
      reportOf([start, begin, twelveRows, checkpoint, entryAt(18, baking(14), bakedTo(canary, 14, 1))]),
    );
    expect(page).toContain('Baked 14m of 30m.');
    expect(page).toContain('Next: canary: checkpoint after 20m, 2025-10-31 12:24 UTC.');
  });

  test('of a closed rollout say that the weights stay', () => {
    const reason = { code: 'CLOSED', actor: SRE, why: 'incident' } as const;
    const closed = { ...canary, status: 'closed', endedAt: after(20), endedBy: reason } as const;
    const page = firstPage(
      reportOf([start, begin, entryAt(20, reason, closed, { decision: { decision: 'close', reason } })]),
    );
    expect(page).toContain('| By | Sre/ann |');
    expect(page).toContain('the rules keep their weights as they are');
  });
});

describe('below the first page', () => {
  test('each phase has its table of criteria, with how each was judged', () => {
    const report = reportOf([start, begin, twelveRows, checkpoint]);
    expect(report).toContain('## Phase canary at 1 %');
    expect(report).toContain('| metric | limit | measured | interval | requests | verdict | prove or not-against |');
    expect(report).toContain(
      '| errorRate < 1% | failed requests: below 1 % | 0.1 % | 0.01 % to 0.4 % | 2,000 requests | insufficient | prove |',
    );
    expect(report).toContain('−20 % to 30 % (asymptotic) | 24 blocks | pass | no evidence against |');
    expect(report).toContain('Not decided: errorRate < 1%: 0.1 %, 2 of 2,000 requests');
  });

  test('a criterion that asks for no evidence against says what could have gone unseen', () => {
    expect(reportOf([start, begin, checkpoint])).toContain('a true value down to −20 % could have gone unseen');
  });

  test('money is not projected from an interval that contains 0', () => {
    const report = reportOf([start, begin, checkpoint]);
    expect(report).toContain('the interval contains 0, so no difference is shown and no money is projected from it');
    const proven = { code: 'CHECKPOINT', checkpoint: '10m', assessments: [revenue(0.02, 0.05)] } as const;
    expect(reportOf([start, begin, entryAt(17, proven, bakedTo(canary, 13, 1))])).toContain(
      "Revenue per request differs from the baseline's by 2 % to 5 %.",
    );
  });

  test('checkpoints are shown with their verdicts, and those not reached as such', () => {
    const report = reportOf([start, begin, checkpoint]);
    expect(report).toContain('| checkpoint 10m | 2025-10-31 12:17 UTC | 0.1 %, insufficient | 5 %, pass |');
    expect(report).toContain('| checkpoint 20m | not reached |');
  });

  test('a criterion that was proven to fail replaces what the last table said of it', () => {
    const reason = { code: 'CRITERION_FAILED', assessment: errorRate('fail', 60) } as const;
    const fail = entryAt(
      22,
      reason,
      { ...bakedTo(canary, 18, 1), holds: [holdOf('CRITERION_FAILED', reason, 22)] },
      {
        decision: { decision: 'hold', reason },
      },
    );
    const report = reportOf([start, begin, checkpoint, fail]);
    expect(report).toContain('| errorRate < 1% | failed requests: below 1 % | 3 % |');
    expect(report).toContain('errorRate < 1% was proven to fail at 2025-10-31 12:22 UTC.');
  });

  test('guards are shown with their closest approach, and where they are not armed', () => {
    const report = reportOf([start, begin, entryAt(20, baking(9), canary, { rows: [rowAt(8, 4), rowAt(9, 2)] })]);
    expect(report).toContain(
      '3 % over 2m (6 of 200); beyond the limit, which trips only when it is proven | 2025-10-31 12:09 UTC, at 1 %',
    );
    expect(report).toContain(
      'Not armed at 100 %, where there is no baseline to compare with: revenueDelta < -5% for 10m.',
    );
  });

  test('sign-offs that are needed and not given are shown as such', () => {
    expect(reportOf([start, begin])).toContain(
      '| canary | product | GO needed | waiting |  |  |  | asked when the gate passes |',
    );
    expect(finishedReport()).toContain('| canary | product | GO needed | not given |');
  });

  test('separated duties are told with who started it, or that nobody knows', () => {
    const separated = planOf((source) => source.replace('start: 2025', 'separationOfDuty: true\nstart: 2025'));
    const startedBy = (starter: string | null) =>
      reportOf([start, { ...begin, state: { ...begin.state, starter } }], separated);
    expect(startedBy(SRE)).toContain('whoever started the rollout gives no GO alone. It was started by Sre/ann.');
    expect(startedBy(null)).toContain('It was started by a deployment, so it takes two people.');
    expect(reportOf([start, begin])).not.toContain('Duties are separated');
  });

  test('the checklist says who ticked what', () => {
    const ticked = { ...canary, ticked: ['canary/release tag exists'] };
    const command = commandBy('checkOff', SRE, 'release tag exists');
    const report = reportOf([start, begin, entryAt(3, baking(3), ticked, command)]);
    expect(report).toContain(`ticked by ${SRE}, 2025-10-31 12:03 UTC`);
  });

  test('the timeline leaves out bakes that go on, and waits for a reason that is told already', () => {
    const reason = { code: 'OPERATOR', actor: SRE, why: 'a question' } as const;
    const held = { ...canary, holds: [holdOf('OPERATOR', reason, 5)] };
    const report = reportOf([
      start,
      begin,
      entryAt(1, baking(1), canary),
      entryAt(5, reason, held, { decision: { decision: 'hold', reason } }),
      entryAt(6, reason, held),
    ]);
    const timeline = report.slice(report.indexOf('## Timeline'));
    expect(timeline.match(/Held by/g)).toHaveLength(1);
    expect(timeline).not.toContain('Baked');
  });

  test('a plan without guards, criteria and sign-offs has a report all the same', () => {
    const bare = planOf((source) =>
      source
        .replace(/guards: .*\n/, '')
        .replace('advance: [errorRate < 1%] }', 'advance: [], signOff: { roles: [product] } }'),
    );
    expect(reportOf([start, begin], bare)).toContain('The plan has no guards.');
  });
});

test('text of the plan and of people cannot break a table or add markup', () => {
  const why = 'a | b\n# heading <img src=x>';
  const report = reportOf([start, begin, entryAt(3, baking(3), canary, commandBy('hold', 'me|you', why))]);
  expect(report).toContain('release v2 \\| \\<b>bold\\</b> \\*x\\* \\`y\\`');
  expect(report).toContain('| me\\|you | a \\| b # heading \\<img src=x> |');
  for (const line of report.split('\n').filter((each) => each.startsWith('|'))) {
    expect(line.endsWith('|')).toBe(true);
  }
});

test('an empty journal says so', () => {
  expect(reportOf([])).toBe('# Rollout small: no journal entry yet\n');
});
