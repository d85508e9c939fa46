/** What the absence of counts says. */
import { describe, expect, it } from 'vitest';
import { hear } from '../../lib/judge/silence.ts';
import { counts, minuteAt, row } from './rows.ts';

const quiet = counts(0);
const theirs = counts(90);

describe('a minute', () => {
  it('without counts and without healthy hosts is blindness, and leaves what was expected', () => {
    const blind = { ...row(0, null, null), hosts: false };
    expect(hear(7, blind, 'bake')).toEqual({ expected: 7, cause: { code: 'BLIND' }, neutral: false });
    expect(hear(7, { ...blind, baseline: quiet }, 'bake')).toEqual({ expected: 7, cause: undefined, neutral: true });
    expect(hear(7, { ...blind, candidate: quiet }, 'bake')).toEqual({ expected: 7, cause: undefined, neutral: true });
    expect(hear(7, row(0, null, null), 'bake')).toEqual({ expected: 7, cause: undefined, neutral: true });
  });

  it('with requests on the candidate forgets what was expected', () => {
    const heard = { expected: 0, cause: undefined, neutral: false };
    expect(hear(24, row(0, counts(1), theirs), 'bake')).toEqual(heard);
    expect(hear(24, row(0, counts(1), null), 'bake')).toEqual(heard);
  });

  it('without them adds what the baseline lets expect, and 25 are no chance any more', () => {
    expect(hear(14.9, row(3, quiet, theirs), 'bake')).toEqual({ expected: 24.9, cause: undefined, neutral: false });
    expect(hear(15, row(3, null, theirs), 'bake')).toEqual({
      expected: 25,
      cause: { code: 'NO_DATA', minute: minuteAt(3), expectedRequests: 25 },
      neutral: false,
    });
    expect(hear(0, row(3, quiet, theirs, 50), 'bake').expected).toBe(90);
  });

  it('of the warm-up, or at weight 100, expects nothing', () => {
    const heard = { expected: 0, cause: undefined, neutral: false };
    expect(hear(24, row(0, quiet, theirs), 'warmUp')).toEqual(heard);
    expect(hear(24, row(0, quiet, theirs), 'before')).toEqual(heard);
    expect(hear(24, row(0, quiet, theirs, 100), 'bake')).toEqual(heard);
  });
});
