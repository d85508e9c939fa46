/** Who is behind the traffic. */
import { describe, expect, it } from 'vitest';
import { edited, planOf } from './seed-plan.ts';
import { toldOf } from './told.ts';

describe('the audience', () => {
  const MUST = 'traffic.audience must be a number and a noun, such as 500000 learners';
  const audience = (written: string) => edited(['500000 learners ', `${written} `]);

  it('may be absent', () => {
    expect(planOf(edited(['audience:  500000 learners ', ''])).traffic.audience).toBeUndefined();
  });

  it.each([
    ['1 x', 1, 'x'],
    ['0 pilots', 0, 'pilots'],
    ['999999999999 käufer', 999999999999, 'käufer'],
    ['20 co-op members', 20, 'co-op members'],
    [`3 ${'a'.repeat(40)}`, 3, 'a'.repeat(40)],
  ])('is a whole number and a noun: %s', (written, count, noun) => {
    expect(planOf(audience(written)).traffic.audience).toEqual({ count, noun });
  });

  it.each([
    'learners',
    '500000',
    '"500000 "',
    '7 -learners',
    '-7 learners',
    '1.5 learners',
    '500k learners',
    '1000000000000 learners',
    '7 learners!',
    '7 2nds',
    'about 7 learners',
    `7 ${'a'.repeat(41)}`,
  ])('is nothing else: %s', (written) => {
    expect(toldOf(audience(written))).toEqual([`${MUST}; given: ${written}`]);
  });
});
