/** How a problem of a plan is said. */
import { describe, expect, it } from 'vitest';
import { describeProblem, formatPath, shorten } from '../../lib/plan/problem.ts';

describe('a problem', () => {
  const problem = { line: 3, column: 7, path: 'phases[1].weight', must: 'must be a number', given: 'x' };

  it('says where, what must hold and what was given', () => {
    expect(describeProblem(problem)).toBe('line 3, column 7: phases[1].weight must be a number; given: x');
    expect(describeProblem({ ...problem, path: '', given: '' })).toBe(
      'line 3, column 7: the plan must be a number; given: nothing',
    );
  });

  it.each([
    [[], ''],
    [['phases', 1, 'weight'], 'phases[1].weight'],
    [[1, 'a'], '[1].a'],
    [['a', 'b c', 'd'], 'a["b c"].d'],
    [['x.y'], '["x.y"]'],
    [['', 'a'], '[""].a'],
    [['a-b', 'C_9'], 'a-b.C_9'],
    [['a!', '!b'], '["a!"]["!b"]'],
    [['a', 'k'.repeat(90)], `a.${'k'.repeat(77)}…`],
    [['k'.repeat(90)], `${'k'.repeat(77)}…`],
    [['!'.repeat(90)], `["${'!'.repeat(77)}…"]`],
  ])('names the place %j as %s', (path, name) => {
    expect(formatPath(path)).toBe(name);
  });
});

describe('what was written', () => {
  it('is told on one line, without anything that a terminal would obey', () => {
    expect(shorten('  a\n\t b  ')).toBe('a b');
    expect(shorten('a\u001b[31mb')).toBe('a?[31mb');
  });

  it('is cut where it is longer than eighty, between letters', () => {
    expect(shorten('a'.repeat(80))).toBe('a'.repeat(80));
    expect(shorten('a'.repeat(81))).toBe(`${'a'.repeat(77)}…`);
    expect(shorten('𝔞'.repeat(90))).toBe(`${'𝔞'.repeat(77)}…`);
    expect(shorten(`${' '.repeat(399)}ab`)).toBe('a');
  });
});
