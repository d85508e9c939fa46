/** What could be read of a plan although parts of it are wrong. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { draftOf } from '../../lib/plan/draft.ts';
import { withoutPhases } from './phases-plan.ts';
import { edited } from './seed-plan.ts';
import { toldOf } from './told.ts';

const small = z.strictObject({
  name: z.string().max(3),
  size: z.string().transform(Number).optional(),
  box: z.strictObject({ high: z.number(), wide: z.number() }).optional(),
  parts: z.array(z.strictObject({ of: z.string() })).prefault([{ of: 'nothing' }]),
});

describe('a draft', () => {
  it('is the value itself where nothing is wrong, with its defaults', () => {
    expect(draftOf(small, { name: 'abc', size: '7' })).toEqual({
      name: 'abc',
      size: 7,
      box: undefined,
      parts: [{ of: 'nothing' }],
    });
    expect(draftOf(small, { name: 'abc', parts: [] })).toEqual({ name: 'abc', size: undefined, parts: [] });
  });

  it('has undefined in place of each value that was refused, and keeps those around', () => {
    expect(draftOf(small, { name: 'abcd', size: 7, parts: [{ of: 'x' }, { of: 7 }, 'x', { of: 'y' }] })).toEqual({
      name: undefined,
      size: undefined,
      parts: [{ of: 'x' }, { of: undefined }, undefined, { of: 'y' }],
    });
    expect(draftOf(small, { parts: 'none' })).toEqual({ name: undefined, size: undefined, parts: undefined });
  });

  it('keeps what is right of a part that may be absent', () => {
    expect(draftOf(small, { name: 'abc', box: { high: 1, wide: '2' } })).toMatchObject({
      box: { high: 1, wide: undefined },
    });
    expect(toldOf(edited(['primary: engineering, secondary: operations', 'primary: sales, secondary: 7']))).toEqual([
      expect.stringMatching(/^onCall\.primary must be a role of leads: .*; given: sales$/),
      expect.stringMatching(/^onCall\.secondary must be .*; given: 7$/),
    ]);
  });

  it('does not know what the schema does not know', () => {
    expect(draftOf(small, { name: 'abc', colour: 'red', parts: [{ of: 'x', at: 1 }] })).toEqual({
      name: 'abc',
      size: undefined,
      parts: [{ of: 'x' }],
    });
  });

  it.each([null, undefined, 'x', 7, [], [{ name: 'abc' }]])('is none of %j, which is no mapping', (value) => {
    expect(draftOf(small, value)).toBeUndefined();
  });

  it('takes no default in place of what was written', () => {
    expect(draftOf(small, { name: 'abc', parts: null })).toEqual({ name: 'abc', size: undefined, parts: undefined });
  });

  it('has the first 200 of a list', () => {
    const list = z.array(z.number());
    expect(
      draftOf(
        list,
        Array.from({ length: 200 }, () => 1),
      ),
    ).toHaveLength(200);
    expect(
      draftOf(
        list,
        Array.from({ length: 201 }, () => 1),
      ),
    ).toHaveLength(200);
  });
});

describe('a mistake in a plan', () => {
  it('does not hide another, and is told once', () => {
    expect(
      toldOf(edited(['release: v3.0.0-sprint-2-complete', 'release: 3'], ['weight: 10%', 'weight: 0.5%'])),
    ).toEqual([
      expect.stringMatching(/^release must be text of 1 to 100 characters; put it in quotes/),
      'phases[1].weight must not be below the 1% of phase canary; given: 0.5%',
    ]);
  });

  it.each(['[[]]', '[~]', '[x]'])(
    'that is no mapping says nothing of the keys it does not have: phases %s',
    (written) => {
      expect(toldOf(withoutPhases(written))).toEqual([
        `phases[0] must be a mapping of keys to values; given: ${written.slice(1, -1)}`,
      ]);
    },
  );
});
