/** What is said of each instant of the schedule, what is still to come, and when it would be over. */
import { describe, expect, it } from 'vitest';
import { comingInstants, expectedFinish, type Position, plannedTimeline } from '../../lib/plan/timeline.ts';
import { planOf, SEED } from './seed-plan.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const seed = planOf(SEED);

it('says of each instant of the schedule what it is', () => {
  const labels = plannedTimeline(seed).map(({ at, label }) => `${new Date(at).toISOString().slice(0, 16)} ${label}`);
  expect(labels.join('\n')).toMatchInlineSnapshot(`
    "2025-10-31T12:00 canary begins at 1 %
    2025-10-31T12:15 canary: checkpoint after 15m
    2025-10-31T12:30 canary: checkpoint after 30m
    2025-10-31T13:00 canary: checkpoint after 1h
    2025-10-31T13:30 canary: checkpoint after 90m
    2025-10-31T14:00 canary: gate after 2h
    2025-11-01T14:00 ramp begins at 10 %
    2025-11-01T14:15 ramp: checkpoint after 15m
    2025-11-01T14:30 ramp: checkpoint after 30m
    2025-11-01T15:00 ramp: checkpoint after 1h
    2025-11-01T16:00 ramp: checkpoint after 2h
    2025-11-01T17:00 ramp: checkpoint after 3h
    2025-11-01T18:00 ramp: gate after 4h
    2025-11-02T16:00 rollout begins at 100 %
    2025-11-02T17:00 rollout: checkpoint after 1h
    2025-11-02T20:00 rollout: checkpoint after 4h
    2025-11-03T04:00 ramp: reminder of missing sign-offs
    2025-11-03T04:00 rollout: checkpoint after 12h
    2025-11-03T10:00 ramp: reminder of missing sign-offs
    2025-11-03T16:00 ramp: missing sign-offs expire
    2025-11-03T16:00 rollout: gate after 24h
    2025-11-03T16:00 stabilisation begins at 100 %
    2025-11-04T16:00 stabilisation: daily health check after 24h
    2025-11-05T16:00 stabilisation: daily health check after 2d
    2025-11-06T16:00 stabilisation: daily health check after 3d
    2025-11-07T16:00 stabilisation: daily health check after 4d
    2025-11-08T16:00 stabilisation: daily health check after 5d
    2025-11-09T16:00 stabilisation: daily health check after 6d
    2025-11-10T16:00 stabilisation: daily health check and weekly business review after 7d
    2025-11-11T16:00 stabilisation: daily health check after 8d
    2025-11-12T16:00 stabilisation: daily health check after 9d
    2025-11-13T16:00 stabilisation: daily health check after 10d
    2025-11-14T16:00 stabilisation: daily health check after 11d
    2025-11-15T16:00 stabilisation: gate after 12d
    2025-11-15T16:00 ultra-fast-analyzer finishes"
  `);
});

it('says that an A/A rollout takes all traffic back in the end', () => {
  const last = (mode: 'release' | 'aa') => plannedTimeline({ ...seed, mode } as typeof seed).at(-1)?.label;
  expect(last('release')).toBe('ultra-fast-analyzer finishes');
  expect(last('aa')).toBe('ultra-fast-analyzer finishes, and all traffic goes back to the baseline');
});

describe('what is still to come', () => {
  const start = seed.start;
  const position: Position = {
    phase: 0,
    bakeStartedAt: start + MINUTE,
    bakedMinutes: 0,
    targetMinutes: 120,
    gatePassedAt: null,
    askedAt: null,
    now: start + MINUTE,
  };
  const coming = (change: Partial<Position>, plan = seed) =>
    comingInstants(plan, { ...position, ...change }).map(
      ({ at, kind, label }) => `${new Date(at).toISOString().slice(5, 16)} ${kind} ${label}`,
    );

  it('of a bake is its checkpoints, its gate, and the start of the next phase', () => {
    expect(coming({})).toMatchInlineSnapshot(`
      [
        "10-31T12:20 checkpoint canary: checkpoint after 15m",
        "10-31T12:35 checkpoint canary: checkpoint after 30m",
        "10-31T13:05 checkpoint canary: checkpoint after 1h",
        "10-31T13:35 checkpoint canary: checkpoint after 90m",
        "10-31T14:05 gate canary: gate after 2h",
        "11-01T14:00 start ramp begins at 10 %",
      ]
    `);
  });

  it('after a gate is the next phase at the later of its own start and some minutes after the gate', () => {
    const gatePassedAt = start + 2 * HOUR;
    expect(coming({ gatePassedAt, now: gatePassedAt })).toEqual(['11-01T14:00 start ramp begins at 10 %']);
    const phases = seed.phases.map((phase) => ({ ...phase, start: undefined, advanceAfterMinutes: 45 }));
    const soon = { ...seed, phases };
    expect(coming({ gatePassedAt, now: gatePassedAt }, soon)).toEqual(['10-31T14:45 start ramp begins at 10 %']);
    expect(coming({ gatePassedAt, now: gatePassedAt + HOUR }, soon)).toEqual(['10-31T15:00 start ramp begins at 10 %']);
    expect(coming({ bakeStartedAt: null }, soon)).toEqual([]);
  });

  it('before the start is the first phase', () => {
    const before = { phase: -1, bakeStartedAt: null, now: start - HOUR };
    expect(coming(before)).toEqual(['10-31T12:00 start canary begins at 1 %']);
  });

  it('of sign-offs that were asked for is their reminders and their end; none where the phase asks nobody', () => {
    const asked = { phase: 1, gatePassedAt: start + 30 * HOUR, askedAt: start + 30 * HOUR, now: start + 30 * HOUR };
    expect(coming(asked)).toMatchInlineSnapshot(`
      [
        "11-02T16:00 start rollout begins at 100 %",
        "11-03T04:00 reminder ramp: reminder of missing sign-offs",
        "11-03T10:00 reminder ramp: reminder of missing sign-offs",
        "11-03T16:00 expiry ramp: missing sign-offs expire",
      ]
    `);
    const nobody = { ...seed, phases: seed.phases.map((phase) => ({ ...phase, signOff: { roles: [], auto: [] } })) };
    expect(coming(asked, nobody).filter((line) => line.includes('sign-offs'))).toEqual([]);
    const auto = {
      ...seed,
      phases: seed.phases.map((phase) => ({ ...phase, signOff: { roles: [], auto: ['finance'] } })),
    };
    expect(coming(asked, auto).filter((line) => line.includes('sign-offs'))).toHaveLength(3);
  });

  it('of the last phase is nothing but its own', () => {
    expect(coming({ phase: 3, gatePassedAt: start + 15 * DAY, now: start + 15 * DAY })).toEqual([]);
  });
});

describe('the expected finish', () => {
  it('is the present gate in the last phase, and else after all that is still to bake', () => {
    const gate = seed.start + 2 * HOUR;
    const of = (phase: number, at = gate, now = gate) => new Date(expectedFinish(seed, phase, at, now)).toISOString();
    expect(expectedFinish(seed, 3, gate, gate)).toBe(gate);
    expect(of(0)).toBe(new Date(plannedTimeline(seed).at(-1)?.at ?? 0).toISOString());
    const free = {
      ...seed,
      phases: seed.phases.map((phase) => ({ ...phase, start: undefined, advanceAfterMinutes: 30, bakeMinutes: 60 })),
    };
    expect(expectedFinish(free, 2, gate, gate)).toBe(gate + 90 * MINUTE);
    expect(expectedFinish(free, 1, gate, gate)).toBe(gate + 180 * MINUTE);
    expect(expectedFinish(free, 1, gate, gate + 5 * HOUR)).toBe(gate + 5 * HOUR + 150 * MINUTE);
  });

  it('before the start is that of the whole schedule, or as much later as the rollout begins', () => {
    const whole = plannedTimeline(seed).at(-1)?.at;
    expect(expectedFinish(seed, -1, seed.start, seed.start - DAY)).toBe(whole);
    const phases = seed.phases.map((phase) => ({ ...phase, start: undefined, advanceAfterMinutes: 0 }));
    const bakes = 120 + 240 + 1440 + 17_280;
    expect(expectedFinish({ ...seed, phases }, -1, seed.start + HOUR, seed.start)).toBe(
      seed.start + HOUR + bakes * MINUTE,
    );
  });
});
