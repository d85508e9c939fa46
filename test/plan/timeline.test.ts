import { describe, expect, it } from 'vitest';
import type { Plan } from '../../lib/plan/plan.ts';
import {
  comingInstants,
  expiryOf,
  type Milestone,
  type Position,
  plannedMinutesBelow100,
  plannedTimeline,
  remindersOf,
} from '../../lib/plan/timeline.ts';
import { at, edited, planOf, SEED } from './seed-plan.ts';

const seed = planOf(SEED);
const MINUTE = 60_000;

const lines = (milestones: readonly Milestone[]) =>
  milestones.map(({ kind, phase, at }) => `${new Date(at).toISOString().slice(5, 16)} ${kind} ${phase}`);

/** The seed plan with its ramp passing on a Friday and everything else starting on a Monday. */
const overWeekend = (): Plan =>
  planOf(
    edited(
      ['start: 2025-11-02T16:00:00Z', 'start: 2025-11-03T09:00:00Z'],
      ['start: 2025-11-01T14:00:00Z', 'start: 2025-10-31T14:00:00Z'],
      ['start: 2025-10-31T12:00:00Z', 'start: 2025-10-31T09:00:00Z'],
    ),
  );

describe('plannedTimeline', () => {
  it('draws the seed plan from its start to 15 November', () => {
    const timeline = lines(plannedTimeline(seed));
    expect(timeline.slice(0, 14)).toEqual([
      '10-31T12:00 start 0',
      '10-31T12:15 checkpoint 0',
      '10-31T12:30 checkpoint 0',
      '10-31T13:00 checkpoint 0',
      '10-31T13:30 checkpoint 0',
      '10-31T14:00 gate 0',
      '11-01T14:00 start 1',
      '11-01T14:15 checkpoint 1',
      '11-01T14:30 checkpoint 1',
      '11-01T15:00 checkpoint 1',
      '11-01T16:00 checkpoint 1',
      '11-01T17:00 checkpoint 1',
      '11-01T18:00 gate 1',
      '11-02T16:00 start 2',
    ]);
    expect(timeline).toContain('11-03T16:00 start 3');
    expect(timeline).toContain('11-14T16:00 checkpoint 3');
    expect(timeline.slice(-2)).toEqual(['11-15T16:00 gate 3', '11-15T16:00 finish 3']);
  });

  it('puts reminders at a half and three quarters of the time for sign-offs, counted from the next start', () => {
    expect(lines(plannedTimeline(seed)).filter((line) => /reminder|expiry/.test(line))).toEqual([
      '11-03T04:00 reminder 1',
      '11-03T10:00 reminder 1',
      '11-03T16:00 expiry 1',
    ]);
  });

  it('begins a phase when the pause after the gate is over', () => {
    const plan = planOf(
      edited(
        [
          '    start: 2025-11-01T14:00:00Z                 # not before; the candidate stays at 1 % until then, guards armed\n',
          '',
        ],
        ['signOff: { auto: [engineering, operations, product, finance] }', 'advanceAfter: 45m #'],
      ),
    );
    expect(lines(plannedTimeline(plan))).toContain('10-31T14:45 start 1');
  });

  it('moves rises into windows and out of freezes, and leaves 100 to 100 alone', () => {
    const plan = planOf(
      edited(
        ['bake: 24h', 'bake: 30h'],
        [
          'release:',
          'zone: Europe/Berlin\nwindows: [{ days: [mon, tue, wed, thu, fri, sat, sun], hours: 09:00-15:30 }]\nfreezes: [{ from: 2025-11-02T00:00, to: 2025-11-03T12:00, reason: audit }]\nrelease:',
        ],
      ),
    );
    const starts = lines(plannedTimeline(plan)).filter((line) => line.includes('start'));
    expect(starts).toEqual([
      '10-31T12:00 start 0',
      '11-01T14:00 start 1',
      '11-03T11:00 start 2',
      '11-04T17:00 start 3',
    ]);
  });

  it('begins later where it waits for another rollout, and never before its own start', () => {
    const first = (notBefore: string) => lines(plannedTimeline(seed, at(notBefore))).slice(0, 2);
    expect(first('2025-10-31T13:10Z')).toEqual(['10-31T13:10 start 0', '10-31T13:25 checkpoint 0']);
    expect(first('2025-10-30T09:00Z')).toEqual(['10-31T12:00 start 0', '10-31T12:15 checkpoint 0']);
  });

  it('crosses the end of summer time in UTC hours', () => {
    const plan = planOf(
      edited(
        ['release:', 'zone: Europe/Berlin\nrelease:'],
        ['start: 2025-10-31T12:00:00Z', 'start: 2025-10-25T23:30'],
        ['start: 2025-11-01T14:00:00Z', 'start: 2025-10-26T09:00'],
      ),
    );
    expect(lines(plannedTimeline(plan)).filter((line) => /start [01]/.test(line))).toEqual([
      '10-25T21:30 start 0',
      '10-26T08:00 start 1',
    ]);
  });

  it('counts the minutes during which both groups have traffic', () => {
    expect(plannedMinutesBelow100(seed)).toBe(52 * 60);
  });

  it('counts them to the end where no phase has all of the traffic, and none where the first has it', () => {
    const [canary, ramp, rollout] = seed.phases;
    const withPhases = (...phases: readonly (Plan['phases'][number] | undefined)[]): Plan => ({
      ...seed,
      phases: phases.filter((phase) => phase !== undefined),
    });
    expect(plannedMinutesBelow100(withPhases(canary, ramp))).toBe(30 * 60);
    expect(plannedMinutesBelow100(withPhases(rollout))).toBe(0);
  });

  it('counts them from the opening of the window in which the rollout begins', () => {
    const windows = 'windows: [{ days: [fri, sat, sun], hours: 13:30-17:30 }]';
    expect(plannedMinutesBelow100(planOf(edited(['release:', `${windows}\nrelease:`])))).toBe(50 * 60 + 30);
  });
});

describe('expiryOf and remindersOf', () => {
  it('count from the next start where that is later than the asking', () => {
    const plan = overWeekend();
    const asked = at('2025-10-31T18:00Z');
    expect(expiryOf(plan, 1, asked)).toBe(at('2025-11-04T09:00Z'));
    expect(remindersOf(plan, 1, asked)).toEqual([at('2025-11-03T21:00Z'), at('2025-11-04T03:00Z')]);
  });

  it('count from the asking where it is later, and in the last phase', () => {
    expect(expiryOf(seed, 1, at('2025-11-02T17:00Z'))).toBe(at('2025-11-03T17:00Z'));
    expect(expiryOf(seed, 3, at('2025-11-15T16:00Z'))).toBe(at('2025-11-16T16:00Z'));
  });

  it('count from the opening of the next window', () => {
    const plan = planOf(edited(['release:', 'windows: [{ days: [mon], hours: 08:00-12:00 }]\nrelease:']));
    expect(expiryOf(plan, 1, at('2025-11-01T18:04Z'))).toBe(at('2025-11-04T08:00Z'));
  });
});

describe('comingInstants', () => {
  const position = (more: Partial<Position>): Position => ({
    phase: 0,
    bakeStartedAt: at('2025-10-31T12:01Z'),
    bakedMinutes: 0,
    targetMinutes: 120,
    gatePassedAt: null,
    askedAt: null,
    now: at('2025-10-31T12:05Z'),
    ...more,
  });

  it('names the start of a rollout that is scheduled', () => {
    expect(
      lines(comingInstants(seed, position({ phase: -1, bakeStartedAt: null, now: at('2025-10-30T12:00Z') }))),
    ).toEqual(['10-31T12:00 start 0']);
  });

  it('names the opening of the window for a start outside of it, and the present for one that is late', () => {
    const monday = planOf(edited(['release:', 'windows: [{ days: [mon], hours: 09:00-16:00 }]\nrelease:']));
    const startOf = (plan: Plan, now: string) =>
      lines(comingInstants(plan, position({ phase: -1, bakeStartedAt: null, now: at(now) })));
    expect(startOf(monday, '2025-10-30T12:00Z')).toEqual(['11-03T09:00 start 0']);
    expect(startOf(monday, '2025-11-03T10:20Z')).toEqual(['11-03T10:20 start 0']);
    expect(startOf(seed, '2025-10-31T12:07Z')).toEqual(['10-31T12:07 start 0']);
  });

  it('names checkpoints and the gate where their rows are settled, and the next start', () => {
    expect(lines(comingInstants(seed, position({})))).toEqual([
      '10-31T12:20 checkpoint 0',
      '10-31T12:35 checkpoint 0',
      '10-31T13:05 checkpoint 0',
      '10-31T13:35 checkpoint 0',
      '10-31T14:05 gate 0',
      '11-01T14:00 start 1',
    ]);
  });

  it('leaves out what is over and moves the gate of an extended bake', () => {
    const now = at('2025-10-31T14:06Z');
    expect(lines(comingInstants(seed, position({ bakedMinutes: 120, targetMinutes: 135, now })))).toEqual([
      '10-31T14:20 gate 0',
      '11-01T14:00 start 1',
    ]);
  });

  it('stays the same from minute to minute, and moves by ten minutes when the bake clock stands still', () => {
    const list = (minutes: number, baked: number) => {
      const now = at('2025-10-31T12:40Z') + minutes * MINUTE;
      return lines(comingInstants(seed, position({ bakedMinutes: baked, now }))).filter((line) =>
        line.includes('gate'),
      );
    };
    expect(list(0, 35)).toEqual(['10-31T14:05 gate 0']);
    expect([list(1, 34), list(2, 35), list(3, 36)]).toEqual([list(0, 35), list(0, 35), list(0, 35)]);
    expect(list(12, 35)).toEqual(['10-31T14:25 gate 0']);
  });

  it.each([
    [0, '14:05'],
    [5, '14:05'],
    [6, '14:15'],
    [10, '14:15'],
    [11, '14:25'],
    [20, '14:25'],
  ])('moves the gate of a bake clock that is %i minutes behind, beyond the four of settling, to %s', (behind, gate) => {
    const now = at('2025-10-31T12:01Z') + (30 + 4 + behind) * MINUTE;
    expect(lines(comingInstants(seed, position({ bakedMinutes: 30, now })))).toContain(`10-31T${gate} gate 0`);
  });

  it('names reminders, expiry and the next start once the gate passed', () => {
    const passed = at('2025-11-01T18:05Z');
    expect(
      lines(comingInstants(seed, position({ phase: 1, gatePassedAt: passed, askedAt: passed, now: passed }))),
    ).toEqual(['11-02T16:00 start 2', '11-03T04:00 reminder 1', '11-03T10:00 reminder 1', '11-03T16:00 expiry 1']);
  });

  it('has nothing to name after the last gate', () => {
    const passed = at('2025-11-15T16:05Z');
    expect(comingInstants(seed, position({ phase: 3, gatePassedAt: passed, askedAt: null, now: passed }))).toEqual([]);
  });
});
