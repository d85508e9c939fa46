import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../lib/plan/parse.ts';
import { readButton } from '../../lib/slack/button.ts';
import { rolloutMessage } from '../../lib/slack/rollout-message.ts';
import { begin, fold } from '../judge/fold.ts';
import { bakedTo, canary, rowAt, plan as smallPlan } from '../report/entries.ts';
import {
  FOUR_GO,
  failedCriterion,
  go,
  guardTrip,
  holdOf,
  NOW,
  seedPlan,
  seedSource,
  stateOf,
} from '../rollout/fixture.ts';
import { later, shownOf, textsOf } from './shown.ts';

const gate = { passedAt: NOW, askedAt: NOW, reminders: 0 as const };

describe('the message of a rollout', () => {
  it('says how it stands while it bakes: weight, data, criteria, sign-offs, what comes next, and when it ends', () => {
    expect(textsOf(rolloutMessage(shownOf(0))).map((text) => text.split('\n'))).toMatchInlineSnapshot(`
      [
        [
          "ultra-fast-analyzer: running, phase canary",
        ],
        [
          "Release v3.0.0-sprint-2-complete, from analyzer-original to analyzer-ultra-fast.",
          "Baked 85m of 2h.",
        ],
        [
          "*Now*",
          "Weight wanted 1 %; seen 1 %",
          "Data up to 2025-10-31 13:27 UTC",
          "Baked 85m of 2h, at most 4h",
          "Regression watch: evidence 1 against the candidate, 100 rolls back",
        ],
        [
          "*Criteria of canary*",
          "• insufficient *errorRate < 1%*: nothing measured; RequestCount in AWS/ApplicationELB (TargetGroup targetgroup/analyzer-ultra-fast/943f017f100becff and targetgroup/analyzer-original/73e2d6bc24d8a067)",
          "• insufficient *latencyP99 < 200ms*: nothing measured; TargetResponseTime in AWS/ApplicationELB (TargetGroup targetgroup/analyzer-ultra-fast/943f017f100becff and targetgroup/analyzer-original/73e2d6bc24d8a067)",
          "• insufficient *availability > 99.9%*: nothing measured; HTTPCode_Target_2XX_Count to HTTPCode_Target_5XX_Count in AWS/ApplicationELB (TargetGroup targetgroup/analyzer-ultra-fast/943f017f100becff and targetgroup/analyzer-original/73e2d6bc24d8a067)",
          "• insufficient *not revenueDelta < -3%*: nothing measured; 12 more blocks needed",
          "• pass *noIncidents*",
        ],
        [
          "*Sign-offs of canary*",
          "• *engineering*: waiting: GO by itself when all criteria pass",
          "• *operations*: waiting: GO by itself when all criteria pass",
          "• *product*: waiting: GO by itself when all criteria pass",
          "• *finance*: waiting: GO by itself when all criteria pass",
        ],
        [
          "*Next*",
          "• canary: checkpoint after 90m: 2025-10-31 13:35 UTC, in 5m",
          "• canary: gate after 2h: 2025-10-31 14:05 UTC, in 35m",
          "• ramp begins at 10 %: 2025-11-01 14:00 UTC, in 1d30m",
          "Finished, if everything passes: 2025-11-15 16:00 UTC, in 15d2h30m",
        ],
        [
          "[Hold] [Roll back] [Advance anyway]",
        ],
        [
          "As of 2025-10-31 13:30 UTC, revision 17 of the journal. Details are in the thread.",
        ],
      ]
    `);
  });

  it('has a notification that says state and reason in a sentence', () => {
    expect(rolloutMessage(shownOf(0)).text).toBe('ultra-fast-analyzer: running, phase canary. Baked 85m of 2h.');
  });

  it('tells of every role who said what, when and why, and until when the others are waited for', () => {
    const actor = 'arn:aws:sts::123456789012:assumed-role/ProductLead/ann';
    const signOffs = [
      go('engineering'),
      { role: 'product', answer: 'NO-GO' as const, actor, at: NOW, why: 'the new <table> is wrong' },
      { role: 'finance', answer: 'GO' as const, actor: 'slack:U0FIN', at: NOW },
    ];
    const shown = shownOf(1, { state: stateOf(1, { status: 'passed', gate, signOffs }) });
    const [, ...roles] = blockWith(shown, 'Sign-offs of ramp').split('\n');
    expect(roles).toEqual([
      '• *engineering*: *GO* by engineering/test, 2025-10-31 13:20 UTC',
      '• *operations*: waiting: asked 2025-10-31 13:30 UTC, reminders 2025-11-03 04:00 UTC and 2025-11-03 10:00 UTC, expires 2025-11-03 16:00 UTC',
      '• *product*: *NO-GO* by ProductLead/ann, 2025-10-31 13:30 UTC: the new <table> is wrong',
      '• *finance*: *GO* by <@U0FIN>, 2025-10-31 13:30 UTC',
    ]);
    expect(blockWith({ ...shown, isNew: true }, 'Sign-offs of ramp')).toContain('*GO* by slack:U0FIN,');
  });

  it('shows what of the next checklist is ticked', () => {
    const source = seedSource.replace('release tag exists,', '{ item: release tag exists, required: true },');
    const parsed = parsePlan(source);
    if (!parsed.ok) throw new Error('the plan is valid');
    const state = stateOf(-1, { ticked: ['canary/dashboards live'] }, parsed.plan);
    expect(
      blockWith({ ...shownOf(-1), plan: parsed.plan, state }, 'Checklist of canary')
        .split('\n')
        .slice(1, 4),
    ).toEqual([
      '• *not ticked*, required: release tag exists',
      '• *not ticked*: rollback rehearsed',
      '• ticked: dashboards live',
    ]);
  });

  it('says what holds it, since when, and what ends that; and promises no end', () => {
    const state = stateOf(0, { holds: [holdOf({ code: 'CRITERION_FAILED', assessment: failedCriterion })] });
    const shown = shownOf(0, { state });
    expect(textsOf(rolloutMessage(shown))[0]).toBe('ultra-fast-analyzer: held, phase canary');
    expect(blockWith(shown, 'Held')).toContain(
      '*CRITERION_FAILED* since 2025-10-31 12:30 UTC: Criterion "errorRate < 1%"',
    );
    expect(blockWith(shown, 'Held')).toContain('Unanswered, it is rolled back at 2025-11-01 12:30 UTC (after 24h).');
    expect(blockWith(shown, 'Next')).toContain('None of this comes while it is held');
    expect(blockWith(shown, 'Next')).not.toContain('Finished');
  });

  it('says which weight was last seen where it is another one than recorded', () => {
    const [rule = ''] = seedPlan.traffic.rules;
    const lowered = holdOf({ code: 'WEIGHT_LOWERED_OUTSIDE', rule, live: 0, recorded: 1 });
    expect(blockWith(shownOf(0, { state: stateOf(0, { holds: [lowered] }) }), 'Now')).toContain(
      'wanted 1 %; seen 0 % last',
    );
    const risen = stateOf(1, { rules: [{ confirmed: 1, isConfirmed: false, sticky: false }] });
    expect(blockWith(shownOf(1, { state: risen }), 'Now')).toContain('Weight wanted 10 %; seen 1 % last');
    expect(blockWith(shownOf(1), 'Now')).toContain('Weight wanted 10 %; seen 10 %\n');
    const watchdog = stateOf(0, { holds: [holdOf({ code: 'WATCHDOG', staleMinutes: 9 })] });
    expect(blockWith(shownOf(0, { state: watchdog }), 'Now')).toContain('seen not known');
  });

  it('gives of every criterion the value, its interval, and how far it is from the limit', () => {
    const rows = Array.from({ length: 20 }, (_, index) => rowAt(index, index === 0 ? 1 : 0));
    const state = bakedTo({ ...canary, judge: fold(smallPlan, begin(smallPlan), rows).judge }, 20);
    const [, line] = blockWith({ ...shownOf(0), plan: smallPlan, state }, 'Criteria').split('\n');
    expect(line).toMatch(/^• (insufficient|pass) \*errorRate < 1%\*: 0\.05 %; .* % to .* %; 0\.95 % inside the limit/);
  });

  it('counts down to the next instants, but not while nothing wakes it', () => {
    expect(blockWith(shownOf(0), 'Next')).toContain('canary: gate after 2h: 2025-10-31 14:05 UTC, in 35m');
    const asleep = { ...shownOf(-1), now: seedPlan.start - 86_400_000, at: seedPlan.start - 86_400_000 };
    expect(blockWith(asleep, 'Next').split('\n').slice(1)).toEqual([
      '• canary begins at 1 %: 2025-10-31 12:00 UTC',
      'Finished, if everything passes: 2025-11-15 16:00 UTC',
    ]);
  });

  it('moves the end when the present phase is late', () => {
    const last = stateOf(3, { bake: { ...stateOf(3).bake, startedAt: later(0), minutes: 0, targetMinutes: 17_280 } });
    expect(blockWith(shownOf(3, { state: last }), 'Next')).toContain(
      'Finished, if everything passes: 2025-11-12 13:34 UTC',
    );
  });

  it('fits into what Slack takes, however much there is to say', () => {
    const why = 'x'.repeat(500);
    const state = stateOf(1, {
      status: 'passed',
      gate,
      signOffs: FOUR_GO.map((word) => ({ ...word, why })),
      incidents: Array.from({ length: 40 }, (_, index) => `${index} ${'y'.repeat(90)}`),
      holds: [
        holdOf({ code: 'OPERATOR', actor: 'a', why }),
        holdOf({ code: 'NO_GO', role: 'product', actor: 'a', why }),
      ],
    });
    const { text, blocks } = rolloutMessage(shownOf(1, { state }));
    expect(text.length).toBeLessThanOrEqual(4_000);
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const block of blocks) if (block.type === 'section') expect(block.text.text.length).toBeLessThanOrEqual(3_000);
  });
});

const blockWith = (shown: ReturnType<typeof shownOf>, heading: string): string =>
  textsOf(rolloutMessage(shown)).find((text) => text.startsWith(`*${heading}`)) ?? '';

describe('buttons', () => {
  const labels = (shown: ReturnType<typeof shownOf>): string =>
    textsOf(rolloutMessage(shown)).find((text) => text.startsWith('[')) ?? 'none';
  const rollback = {
    decidedAt: NOW,
    reason: { code: 'GUARD_TRIPPED' as const, trip: guardTrip },
    faultBeganAt: null,
    fromWeight: 1,
    verifiedAt: null,
    lastRequestMinute: null,
    quietRows: 0,
    tailRequests: 0,
    pagedAt: NOW,
  };

  it.each([
    ['scheduled', stateOf(-1), '[Hold]'],
    ['baking', stateOf(0), '[Hold] [Roll back] [Advance anyway]'],
    [
      'asking for sign-offs',
      stateOf(1, { status: 'passed', gate }),
      '[GO] [NO-GO] [Hold] [Roll back] [Advance anyway]',
    ],
    [
      'held by an operator',
      stateOf(0, { holds: [holdOf({ code: 'OPERATOR', actor: 'a', why: 'w' })] }),
      '[Roll back] [Advance anyway]',
    ],
    [
      'held for the watchdog',
      stateOf(0, { holds: [holdOf({ code: 'WATCHDOG', staleMinutes: 9 })] }),
      '[Hold] [Roll back]',
    ],
    ['in an incident', stateOf(0, { incidents: ['outage'] }), '[Hold] [Roll back]'],
    ['in its last phase', stateOf(3), '[Hold] [Roll back]'],
    ['rolling back', stateOf(0, { status: 'rollingBack', rollback }), 'none'],
    ['finished', stateOf(3, { status: 'finished', endedAt: NOW }), 'none'],
  ])('of a rollout that is %s', (_, state, expected) => {
    expect(labels(shownOf(state.phase, { state }))).toBe(expected);
  });

  it('carry the rollout and the revision that the message shows', () => {
    const actions = rolloutMessage(shownOf(0)).blocks.find(({ type }) => type === 'actions');
    if (actions?.type !== 'actions') throw new Error('there are buttons');
    expect(actions.elements.map(({ action_id }) => action_id)).toEqual([
      'sluice-hold',
      'sluice-rollBack',
      'sluice-advance',
    ]);
    expect(actions.elements.map(({ value }) => readButton(value)?.revision)).toEqual([17, 17, 17]);
  });

  it('are none where nobody answers them', () => {
    expect(labels(shownOf(0, { answeredBy: null }))).toBe('none');
  });

  it('are never offered where a rise is not allowed by the calendar', () => {
    const freeze = { from: NOW - 1, to: later(60), reason: 'sale' };
    expect(labels(shownOf(0, { plan: { ...seedPlan, freezes: [freeze] } }))).toBe('[Hold] [Roll back]');
  });
});
