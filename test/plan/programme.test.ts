import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../lib/plan/plan.ts';
import { planProgramme } from '../../lib/plan/programme.ts';
import { planOf } from './seed-plan.ts';

/** An example plan, with a part of its text replaced. */
const example = (name: string, from = '', to = ''): Plan =>
  planOf(readFileSync(new URL(`../../examples/${name}.yaml`, import.meta.url), 'utf8').replace(from, to));

const catalogue = example('programme/catalogue');
const search = example('programme/search');
const recommendations = example('programme/recommendations');

const problems = (...plans: readonly Plan[]) => {
  const programme = planProgramme(plans);
  return programme.ok ? [] : programme.problems;
};

const MINUTE = 60_000;
const FROM = Date.parse('2026-05-04T08:00Z');

/** A rollout of so many minutes with rules and groups of its own, which begins so many minutes after 08:00. */
const made = (
  rollout: string,
  { after = [] as readonly string[], begin = 0, minutes = 60, owns = rollout } = {},
): Plan => ({
  ...catalogue,
  rollout,
  after,
  start: FROM + begin * MINUTE,
  windows: [],
  phases: catalogue.phases.slice(0, 1).map((phase) => ({
    ...phase,
    start: FROM + begin * MINUTE,
    bakeMinutes: minutes,
    checkpointMinutes: [],
  })),
  traffic: { ...catalogue.traffic, rules: [`rule-${owns}`], baseline: `a-${owns}`, candidate: `b-${owns}` },
});

/** Name, begin and end of each, in minutes after 08:00, and whether it is late. */
const schedule = (...plans: readonly Plan[]) => {
  const programme = planProgramme(plans);
  return programme.ok
    ? programme.items.map(({ plan, begins, ends, late }) => [
        plan.rollout,
        (begins - FROM) / MINUTE,
        (ends - FROM) / MINUTE,
        late,
      ])
    : programme.problems;
};

describe('planProgramme', () => {
  it('orders rollouts by the time at which they begin', () => {
    const programme = planProgramme([search, recommendations, catalogue]);
    expect(programme).toMatchObject({
      ok: true,
      items: [
        { plan: { rollout: 'catalogue-8' }, late: false },
        { plan: { rollout: 'recommendations-3' } },
        { plan: { rollout: 'search-5' } },
      ],
    });
  });

  it('begins a rollout when what it comes after is finished, and says that it is late', () => {
    const early = example('programme/recommendations', 'start: 2026-03-26T22:00', 'start: 2026-03-23T22:00');
    const programme = planProgramme([catalogue, early]);
    expect(programme).toMatchObject({ ok: true, items: [{}, { late: true, begins: Date.parse('2026-03-25T21:00Z') }] });
  });

  it('refuses a cycle and names it', () => {
    const round = [
      { ...catalogue, after: ['search-5'] },
      { ...recommendations, after: ['search-5'] },
    ];
    expect(problems(...round, search)).toEqual([
      'catalogue-8, search-5: after must not lead back to itself; given: catalogue-8 after search-5 after catalogue-8',
    ]);
  });

  it('refuses an after that is not in the programme', () => {
    expect(problems(search, recommendations)).toEqual([
      'search-5: after must name rollouts of this programme; given: catalogue-8',
      'recommendations-3: after must name rollouts of this programme; given: catalogue-8',
    ]);
  });

  it('refuses the same name twice', () => {
    expect(problems(catalogue, catalogue)).toEqual([expect.stringMatching(/^catalogue-8: must be one plan/)]);
  });

  it('refuses two rollouts that would own a target group at the same time', () => {
    const clash = example('programme/recommendations', 'start: 2026-03-26T22:00', 'start: 2026-03-23T22:00');
    const other = { ...clash, after: [], traffic: { ...clash.traffic, baseline: catalogue.traffic.candidate } };
    expect(problems(catalogue, other)).toEqual([
      expect.stringMatching(
        /must begin after .* ends at .*Z, or own other rules and groups; given: both own .*catalogue-b/,
      ),
    ]);
  });

  it('lets one rollout take over the groups of another that is finished', () => {
    const next = {
      ...search,
      traffic: { ...catalogue.traffic, baseline: catalogue.traffic.candidate, candidate: search.traffic.candidate },
    };
    expect(problems(catalogue, next)).toEqual([]);
  });

  it('accepts a programme without plans', () => {
    expect(planProgramme([])).toEqual({ ok: true, items: [] });
  });

  it('begins a rollout when the last is finished of what it comes after, and not before its own start', () => {
    const first = made('first');
    const second = made('second', { begin: 10, minutes: 90 });
    expect(schedule(made('third', { after: ['first', 'second'] }), second, first)).toEqual([
      ['first', 0, 60, false],
      ['second', 10, 100, false],
      ['third', 100, 160, true],
    ]);
    expect(schedule(first, made('third', { after: ['first'], begin: 200 }))).toEqual([
      ['first', 0, 60, false],
      ['third', 200, 260, false],
    ]);
  });

  it('calls a rollout late that begins more than startWithin after its start', () => {
    const within = (minutes: number) => ({ ...made('next', { after: ['first'] }), startWithinMinutes: minutes });
    expect(schedule(made('first'), within(60))).toEqual([
      ['first', 0, 60, false],
      ['next', 60, 120, false],
    ]);
    expect(schedule(made('first'), within(59))).toEqual([
      ['first', 0, 60, false],
      ['next', 60, 120, true],
    ]);
  });

  it('orders by name what begins at the same time', () => {
    const order = ['b', 'a', 'c', 'a-9'].map((name) => made(name));
    const names = ['a', 'a-9', 'b', 'c'];
    expect(schedule(...order).map(([name]) => name)).toEqual(names);
    expect(schedule(...order.toReversed()).map(([name]) => name)).toEqual(names);
  });

  it('tells the milestones of each rollout from its planned begin on', () => {
    const programme = planProgramme([made('first'), made('next', { after: ['first'] })]);
    const milestones = programme.ok ? programme.items.map((item) => item.milestones) : [];
    expect(milestones.map((of) => of.map(({ kind, at }) => [kind, (at - FROM) / MINUTE]))).toEqual([
      [
        ['start', 0],
        ['gate', 60],
        ['finish', 60],
      ],
      [
        ['start', 60],
        ['gate', 120],
        ['finish', 120],
      ],
    ]);
  });

  it('says how many plans have the same name, each name once', () => {
    const [a, b] = [made('a'), made('b')];
    expect(problems(a, b, a, made('c'), b, a)).toEqual([
      "a: must be one plan, since a rollout's name is its identity; given: 3 plans",
      "b: must be one plan, since a rollout's name is its identity; given: 2 plans",
    ]);
  });

  it('tells names that are given twice and names that are missing at once, and each of these', () => {
    expect(problems(made('a'), made('a'), made('b', { after: ['a', 'x', 'y'] }))).toEqual([
      "a: must be one plan, since a rollout's name is its identity; given: 2 plans",
      'b: after must name rollouts of this programme; given: x',
      'b: after must name rollouts of this programme; given: y',
    ]);
  });

  it.each<readonly [string, readonly Plan[], string]>([
    [
      'of one that waits for itself',
      [made('a', { after: ['a'] })],
      'a: after must not lead back to itself; given: a after a',
    ],
    [
      'without those that only wait for it',
      [made('a', { after: ['b'] }), made('b', { after: ['c'] }), made('c', { after: ['b'] })],
      'b, c: after must not lead back to itself; given: b after c after b',
    ],
    [
      'without those that could begin',
      [made('done'), made('a', { after: ['done', 'c'] }), made('b', { after: ['a'] }), made('c', { after: ['b'] })],
      'a, c, b: after must not lead back to itself; given: a after c after b after a',
    ],
  ])('names a cycle %s', (_, plans, problem) => {
    expect(problems(...plans)).toEqual([problem]);
  });

  it('says until when another has the rules and groups that a rollout needs', () => {
    const other = made('other', { begin: 59, owns: 'first' });
    expect(problems(other, made('first'))).toEqual([
      'other: must begin after first ends at 2026-05-04T09:00Z, or own other rules and groups; given: both own rule-first, a-first, b-first',
    ]);
  });

  it('lets a rollout begin in the minute in which another with its groups ends', () => {
    expect(schedule(made('first'), made('other', { begin: 60, owns: 'first' }))).toEqual([
      ['first', 0, 60, false],
      ['other', 60, 120, false],
    ]);
  });

  it('looks at every pair, and says only what both of it need', () => {
    const long = made('long', { minutes: 600, owns: 'x' });
    const between = made('between', { begin: 100 });
    const late = { ...made('late', { begin: 200 }), traffic: { ...made('late').traffic, candidate: 'a-x' } };
    const later = {
      ...made('later', { begin: 210 }),
      traffic: { ...made('later').traffic, rules: ['rule-late', 'r'] },
    };
    expect(problems(later, late, between, long)).toEqual([
      'late: must begin after long ends at 2026-05-04T18:00Z, or own other rules and groups; given: both own a-x',
      'later: must begin after late ends at 2026-05-04T12:20Z, or own other rules and groups; given: both own rule-late',
    ]);
  });
});
