/** Unanswered requests of one minute, set off against those of the next. */
import { describe, expect, it } from 'vitest';
import { setOff } from '../../lib/judge/in-flight.ts';
import { counts, row } from './rows.ts';

const gone = (requests: number, unavailable: number | null) => counts(requests, { unavailable });

describe('unanswered requests', () => {
  it('count on both sides, and nothing is left where each minute answers its own', () => {
    expect(setOff([0, 0], row(0, gone(100, 3), gone(900, 9)))).toEqual({
      inFlight: [0, 0],
      sums: [100, 3, 900, 9, 1],
    });
  });

  it('are set off against answers that came too many, per side', () => {
    const { inFlight, sums } = setOff([0, 0], row(0, gone(100, -3), gone(900, -20)));
    expect({ inFlight, sums }).toEqual({ inFlight: [-3, -20], sums: [100, 0, 900, 0, 1] });
    expect(setOff(inFlight, row(1, gone(100, 5), gone(900, 15)))).toEqual({
      inFlight: [0, -5],
      sums: [100, 2, 900, 0, 1],
    });
  });

  it('beyond a minute’s requests are left to the next, and never more than those', () => {
    expect(setOff([0, 0], row(0, gone(100, 130), gone(900, 0)))).toMatchObject({ inFlight: [30, 0] });
    expect(setOff([0, 0], row(0, gone(100, 201), gone(900, 0)))).toMatchObject({ inFlight: [100, 0] });
    expect(setOff([0, 0], row(0, gone(100, -101), gone(900, 0)))).toMatchObject({ inFlight: [-100, 0] });
  });

  it('are not known where the candidate has no counts, and what is left stays', () => {
    for (const candidate of [null, gone(100, null)]) {
      expect(setOff([4, -5], row(0, candidate, gone(900, 7)))).toEqual({ inFlight: [4, 0], sums: undefined });
      expect(setOff([4, -5], row(0, candidate, null, 100))).toEqual({ inFlight: [4, -5], sums: undefined });
    }
  });

  it('of a baseline without counts are none, and the minute does not count', () => {
    for (const baseline of [null, gone(900, null)]) {
      expect(setOff([1, -5], row(0, gone(100, 3), baseline))).toEqual({ inFlight: [0, -5], sums: [100, 4, 0, 0, 0] });
    }
  });

  it('are the candidate’s alone at weight 100', () => {
    expect(setOff([1, -5], row(0, gone(100, 3), gone(900, 9), 100))).toEqual({
      inFlight: [0, -5],
      sums: [100, 4, 0, 0, 1],
    });
  });
});
