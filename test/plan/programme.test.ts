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
});
