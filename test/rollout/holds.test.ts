/** Which holds stop progress, and how rows move those that end by themselves. */
import { describe, expect, it } from 'vitest';
import {
  activeHolds,
  beginHold,
  CLEAN_ROWS,
  findHold,
  isActive,
  isHoldReason,
  moveCircumstances,
} from '../../lib/rollout/holds.ts';
import { HOUR, holdOf, NOW, operator } from './fixture.ts';

const blind = { code: 'BLIND', behindMinutes: 5 } as const;
const incident = { code: 'INCIDENT_OPEN', incidents: ['db'] } as const;
const held = holdOf({ code: 'OPERATOR', actor: operator, why: 'x' });
const open = holdOf(incident);
const move = (
  holds: Parameters<typeof moveCircumstances>[0],
  causes: Parameters<typeof moveCircumstances>[1],
  neutral = false,
) => moveCircumstances(holds, causes, NOW, neutral);

describe('a hold', () => {
  it('is begun without a row or a reminder', () => {
    expect(beginHold(incident, NOW, false)).toEqual({
      code: 'INCIDENT_OPEN',
      since: NOW,
      reason: incident,
      causeRows: 0,
      cleanRows: 0,
      reminders: 0,
      told: false,
    });
  });

  it('is active until its clean rows are full, and what an operator ends until then', () => {
    expect(isActive({ ...open, cleanRows: CLEAN_ROWS - 1 })).toBe(true);
    expect(isActive({ ...open, cleanRows: CLEAN_ROWS })).toBe(false);
    expect(isActive({ ...held, cleanRows: CLEAN_ROWS })).toBe(true);
    expect(activeHolds({ holds: [held, { ...open, cleanRows: CLEAN_ROWS }] })).toEqual([held]);
    expect(findHold({ holds: [held, open] }, 'INCIDENT_OPEN')).toBe(open);
    expect(findHold({ holds: [held] }, 'INCIDENT_OPEN')).toBeUndefined();
  });
});

describe('a reason', () => {
  it('holds where its code has a cause', () => {
    expect([
      isHoldReason(incident),
      isHoldReason({ code: 'STARTED', weight: 1, from: 0 }),
      isHoldReason(held.reason),
    ]).toEqual([true, false, true]);
  });
});

describe('a row', () => {
  it('with a cause begins its hold, with one row of it', () => {
    expect(move([held], [incident])).toEqual([held, { ...beginHold(incident, NOW, false), causeRows: 1 }]);
  });

  it('with a cause that holds already prolongs it, and the clean rows begin anew', () => {
    expect(move([{ ...open, causeRows: 3, cleanRows: 7 }], [incident])).toEqual([
      { ...open, causeRows: 4, cleanRows: 0 },
    ]);
  });

  it('without the cause is a clean one, up to ten; that of another cause as well', () => {
    expect(move([{ ...open, cleanRows: 8 }], [])).toEqual([{ ...open, cleanRows: 9 }]);
    expect(move([{ ...open, cleanRows: 10 }], [])).toEqual([{ ...open, cleanRows: 10 }]);
    const [first, second] = move([{ ...open, cleanRows: 1 }], [blind]);
    expect(first).toEqual({ ...open, cleanRows: 2 });
    expect(second).toMatchObject({ code: 'BLIND', causeRows: 1 });
  });

  it('without requests proves nothing', () => {
    expect(move([{ ...open, cleanRows: 8 }], [], true)).toEqual([{ ...open, cleanRows: 8 }]);
    expect(move([{ ...open, cleanRows: 8 }], [incident], true)).toEqual([{ ...open, causeRows: 1, cleanRows: 0 }]);
  });

  it('moves nothing that an operator ends, whatever its cause', () => {
    const since = { ...held, since: NOW - 9 * HOUR };
    const none = [since];
    expect(move(none, [])).toBe(none);
    expect(move([since], [])).toEqual([since]);
    expect(move([since, open], [])).toEqual([since, { ...open, cleanRows: 1 }]);
    expect(move([since, open], [incident])).toEqual([since, { ...open, causeRows: 1 }]);
    const empty: typeof none = [];
    expect(move(empty, [])).toBe(empty);
  });
});
