/** What `check` says of times that do not exist, of freezes and windows, and of phases that start out of order or too early. */
import { describe, expect, it } from 'vitest';
import { edited, problemsOf } from './seed-plan.ts';

type Edit = readonly [from: string, to: string];

/** Everything that is said of the edited seed plan, without line and column. */
const told = (...edits: readonly Edit[]): readonly string[] =>
  problemsOf(edited(...edits)).map((problem) => problem.replace(/^line \d+, column \d+: /, ''));

const START = 'start: 2025-10-31T12:00:00Z';
const RAMP = 'start: 2025-11-01T14:00:00Z';
const ROLLOUT = 'start: 2025-11-02T16:00:00Z';
const plus = (keys: string): Edit => ['release:', `${keys}\nrelease:`];

const SKIPPED = 'must be a local time that exists: the clocks of Europe/Berlin are put forward over it';
const TWICE =
  'must be clear: Europe/Berlin has this local time twice, so write it in UTC: 2026-10-25T00:30Z or 2026-10-25T01:30Z';
const INSTANT =
  'must be a date and time in whole minutes, 2025-10-31T12:00Z, 2025-10-31T13:00+01:00, or without Z a local time of `zone`';

describe('local times', () => {
  const berlin = plus('zone: Europe/Berlin');

  it('that are skipped are refused wherever a plan has them', () => {
    const freezes =
      'freezes: [{ from: 2025-12-24T00:00, to: 2026-01-02T00:00, reason: x }, { from: 2026-03-29T02:00, to: 2026-03-29T02:59, reason: y }]';
    const skipped = [
      [START, 'start: 2025-03-30T02:30'],
      [RAMP, 'start: 2026-03-29T02:10'],
      [ROLLOUT, 'start: 2026-03-29T02:20'],
    ] as const;
    expect(told(berlin, plus(freezes), ...skipped)).toEqual([
      `freezes[1].from ${SKIPPED}; given: 2026-03-29T02:00`,
      `freezes[1].to ${SKIPPED}; given: 2026-03-29T02:59`,
      `start ${SKIPPED}; given: 2025-03-30T02:30`,
      `phases[1].start ${SKIPPED}; given: 2026-03-29T02:10`,
      `phases[2].start ${SKIPPED}; given: 2026-03-29T02:20`,
    ]);
  });

  it('that come twice are refused, with the two in UTC from which to choose', () => {
    const freezes = 'freezes: [{ from: 2026-10-25T02:30, to: 2026-10-26T00:00, reason: x }]';
    expect(told(berlin, plus(freezes), [ROLLOUT, 'start: 2026-10-25T02:30'])).toEqual([
      `freezes[0].from ${TWICE}; given: 2026-10-25T02:30`,
      `phases[2].start ${TWICE}; given: 2026-10-25T02:30`,
    ]);
  });

  it('are fine around the change of the clocks, and where UTC or an offset is given', () => {
    const freezes =
      'freezes: [{ from: 2026-03-29T01:59, to: 2026-03-29T03:00, reason: x }, { from: 2026-03-29T02:30Z, to: 2026-10-25T02:30+01:00, reason: y }]';
    expect(told(berlin, plus(freezes))).toEqual([]);
  });

  it('are not judged in a zone that does not exist: the zone is all that is wrong', () => {
    const freezes = 'freezes: [{ from: 2025-12-24T00:00, to: 2025-12-23T00:00, reason: x }]';
    const local = [START, 'start: 2025-03-30T02:30'] as const;
    expect(told(plus('zone: Europe/Berln'), plus(freezes), local, [ROLLOUT, 'start: 2025-03-30T02:30'])).toEqual([
      'zone must be an IANA time zone that exists, such as Europe/Berlin or UTC; given: Europe/Berln',
    ]);
  });
});

describe('a freeze', () => {
  const freeze = (from: string, to: string) => `{ from: ${from}, to: ${to}, reason: x }`;

  it.each([
    ['2025-12-24T00:00Z', '2025-12-24T00:01Z', false],
    ['2025-12-24T00:00Z', '2025-12-24T00:00Z', true],
    ['2025-12-24T00:00Z', '2025-12-23T23:59Z', true],
    // The same instant, and one a minute later, however they are written.
    ['2025-12-24T00:00Z', '2025-12-24T01:00+01:00', true],
    ['2025-12-24T00:00Z', '2025-12-24T01:01+01:00', false],
  ])('from %s to %s is refused: %s', (from, to, isRefused) => {
    expect(told(plus(`freezes: [${freeze(from, to)}]`))).toEqual(
      isRefused ? [`freezes[0].to must be later than \`from\`; given: ${to}`] : [],
    );
  });

  it('is judged by itself, whatever is wrong with another', () => {
    const ends = freeze('2025-12-24T00:00Z', '2025-12-24T00:00Z');
    expect(
      told(plus(`freezes: [7, { from: 2025-12-24T00:00Z, reason: x }, { to: 2025-12-24T00:00Z, reason: x }, ${ends}]`)),
    ).toEqual([
      'freezes[0] must be a mapping of keys to values; given: 7',
      `freezes[1].to ${INSTANT}; given: nothing`,
      `freezes[2].from ${INSTANT}; given: nothing`,
      'freezes[3].to must be later than `from`; given: 2025-12-24T00:00Z',
    ]);
  });

  it('that is skipped by the clocks is told so, and not that it is out of order', () => {
    const skipped = freeze('2026-03-30T00:00', '2026-03-29T02:30');
    expect(told(plus(`zone: Europe/Berlin\nfreezes: [${skipped}]`))).toEqual([
      `freezes[0].to ${SKIPPED}; given: 2026-03-29T02:30`,
    ]);
  });
});

describe('the days of a window', () => {
  it('are named once each; the same day in two windows is fine', () => {
    expect(told(plus('windows: [{ days: [mon, tue] }, { days: [mon, tue, mon, mon] }]'))).toEqual([
      'windows[1].days[2] must differ from the other days; given: mon',
      'windows[1].days[3] must differ from the other days; given: mon',
    ]);
    expect(told(plus('windows: [{ days: [sun, mon, tue, wed, thu, fri, sat] }]'))).toEqual([]);
  });

  it('that are no days are not also compared with each other', () => {
    const days = 'must be one of mon, tue, wed, thu, fri, sat, sun';
    expect(told(plus('windows: [{ days: [monday, tuesday] }]'))).toEqual([
      `windows[0].days[0] ${days}; given: monday`,
      `windows[0].days[1] ${days}; given: tuesday`,
    ]);
  });

  it('are asked for where they are missing, and only that', () => {
    expect(told(plus('windows: [7, { hours: 09:00-16:00 }, { days: mon }]'))).toEqual([
      'windows[0] must be a mapping of keys to values; given: 7',
      'windows[1].days must be a list of 1 to 7; given: nothing',
      'windows[2].days must be a list of 1 to 7; given: mon',
    ]);
  });
});

it('asks for lists where a plan has something else for its windows and freezes, and judges the rest', () => {
  expect(told(plus('windows: always'), plus('freezes: 7'), [ROLLOUT, 'start: 2025-11-01T14:00Z'])).toEqual([
    'windows must be a list of at most 50; given: always',
    'freezes must be a list of at most 100; given: 7',
    'phases[2].start must be later than the starts before it; given: 2025-11-01T14:00Z',
  ]);
});

describe('the starts of phases', () => {
  const canary = (start: string): Edit => ['- name: canary', `- name: canary\n    start: ${start}`];
  const FIRST = "phases[0].start must be absent or the plan's start: the first phase begins with the rollout";

  it.each([
    ['2025-10-31T12:00Z', []],
    ['2025-10-31T14:00+02:00', []],
    ['2025-10-31T11:59Z', [`${FIRST}; given: 2025-10-31T11:59Z`]],
    ['2025-10-31T12:01Z', [`${FIRST}; given: 2025-10-31T12:01Z`]],
  ])("may name the plan's own for the first phase: %s", (start, problems) => {
    expect(told(canary(start))).toEqual(problems);
  });

  it('of the first phase are not compared with a start of the plan that cannot be read', () => {
    expect(told(canary('2025-10-31T13:00Z'), [START, 'start: tomorrow'])).toEqual([
      `start ${INSTANT}; given: tomorrow`,
    ]);
  });

  it.each(['2025-11-01T13:59Z', '2025-11-01T14:00Z', '2025-11-01T15:00+01:00'])(
    'come one after the other: %s is not after 14:00',
    (start) => {
      expect(told([ROLLOUT, `start: ${start}`])).toEqual([
        `phases[2].start must be later than the starts before it; given: ${start}`,
      ]);
    },
  );

  it('need one minute between them, where the bake before may be late by days', () => {
    expect(told(plus('lateBy: 2d'), [ROLLOUT, 'start: 2025-11-01T14:01Z'])).toEqual([]);
  });

  it('are compared with the last one that was given, past phases without, and with that of the plan', () => {
    const ramp = [RAMP, 'start: 2025-10-31T12:00Z'] as const;
    const EARLIER = 'must be later than the starts before it';
    expect(told(ramp)).toEqual([`phases[1].start ${EARLIER}; given: 2025-10-31T12:00Z`]);
    const stabilisation = ['- name: stabilisation', '- name: stabilisation\n    start: 2025-11-01T14:00Z'] as const;
    expect(told([`    ${ROLLOUT}\n`, ''], stabilisation)).toEqual([
      `phases[3].start ${EARLIER}; given: 2025-11-01T14:00Z`,
    ]);
  });

  it('are still compared with each other where that of the plan cannot be read', () => {
    const start = [START, 'start: tomorrow'] as const;
    expect(told(start)).toEqual([`start ${INSTANT}; given: tomorrow`]);
    expect(told(start, [ROLLOUT, 'start: 2025-11-01T14:00Z'])).toEqual([
      `start ${INSTANT}; given: tomorrow`,
      'phases[2].start must be later than the starts before it; given: 2025-11-01T14:00Z',
    ]);
  });

  it('of what is no phase are not asked for', () => {
    const phases = ['phases:\n', 'phases:\n  - 7\n'] as const;
    expect(told(phases)).toEqual(['phases[0] must be a mapping of keys to values; given: 7']);
  });
});

describe('a start that is always late', () => {
  const late = (phase: number, end: string, lateBy: string, given: string) =>
    `phases[${phase}].start must leave time for the phase before, which can end at ${end} at the earliest, more than lateBy (${lateBy}) after it; given: ${given}`;

  // The ramp begins at 14:00, bakes for 4h and pauses for 30m: it is over at 18:30.
  it.each([
    ['4h', '2025-11-01T14:31Z', false],
    ['4h', '2025-11-01T14:30Z', false],
    ['4h', '2025-11-01T14:29Z', true],
    ['30m', '2025-11-01T18:00Z', false],
    ['30m', '2025-11-01T17:59Z', true],
    ['0m', '2025-11-01T18:30Z', false],
    ['0m', '2025-11-01T18:29Z', true],
  ])('with lateBy %s: %s is refused: %s', (lateBy, start, isRefused) => {
    expect(told(plus(`lateBy: ${lateBy}`), [ROLLOUT, `start: ${start}`])).toEqual(
      isRefused ? [late(2, '2025-11-01T18:30Z', lateBy, start)] : [],
    );
  });

  it('is reckoned with four hours unless the plan says lateBy', () => {
    expect(told([ROLLOUT, 'start: 2025-11-01T14:30Z'])).toEqual([]);
    expect(told([ROLLOUT, 'start: 2025-11-01T14:29Z'])).toEqual([
      late(2, '2025-11-01T18:30Z', '4h', '2025-11-01T14:29Z'),
    ]);
  });

  it('is reckoned from the beginning of the rollout, over all bakes and pauses where no phase between has a start', () => {
    // Canary 12:00 to 14:00, ramp to 18:00 and 30m of pause.
    const noStart = [/ {4}start: 2025-11-01T14:00:00Z.*\n/.exec(edited())?.[0] ?? '', ''] as const;
    expect(told(noStart, [ROLLOUT, 'start: 2025-10-31T14:30Z'])).toEqual([]);
    expect(told(noStart, [ROLLOUT, 'start: 2025-10-31T14:29Z'])).toEqual([
      late(2, '2025-10-31T18:30Z', '4h', '2025-10-31T14:29Z'),
    ]);
  });

  it('does not bring the phases behind it forward: they wait for the bake that is late', () => {
    // The canary bakes until the 3rd at 12:00, the ramp from then until 16:00 and 30m more.
    const bake = ['bake: 2h', 'bake: 3d'] as const;
    expect(told(bake)).toEqual([
      late(1, '2025-11-03T12:00Z', '4h', '2025-11-01T14:00:00Z'),
      late(2, '2025-11-03T16:30Z', '4h', '2025-11-02T16:00:00Z'),
    ]);
  });

  it('is not told where the bake before, or lateBy, cannot be read', () => {
    const DURATION = 'in whole minutes, such as 15m, 2h or 12d';
    const start = [ROLLOUT, 'start: 2025-11-01T14:01Z'] as const;
    expect(told(start, ['bake: 4h', 'bake: long'])).toEqual([
      `phases[1].bake must be a duration from 5m to 30d ${DURATION}; given: long`,
    ]);
    expect(told(start, plus('lateBy: never'))).toEqual([
      `lateBy must be a duration from 0m to 30d ${DURATION}; given: never`,
    ]);
    expect(told(start, ['advanceAfter: 30m', 'advanceAfter: soon'])).toEqual([
      `phases[1].advanceAfter must be a duration from 0m to 30d ${DURATION}; given: soon`,
    ]);
  });

  it('is told also where the pause before it cannot be read: the bake alone takes longer', () => {
    const start = [ROLLOUT, 'start: 2025-11-01T14:01Z'] as const;
    expect(told(plus('lateBy: 1h'), start, ['advanceAfter: 30m', 'advanceAfter: soon'])).toEqual([
      expect.stringMatching(/^phases\[1\]\.advanceAfter must be a duration/),
      late(2, '2025-11-01T18:00Z', '1h', '2025-11-01T14:01Z'),
    ]);
  });
});
