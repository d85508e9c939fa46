import { describe, expect, it } from 'vitest';
import { decide } from '../../lib/rollout/decide.ts';
import { explain } from '../../lib/rollout/explain.ts';
import type { Situation } from '../../lib/rollout/situation.ts';
import { failedCriterion, guardTrip, seedPlan, situationOf, watchTrip } from './fixture.ts';

const aa = { ...seedPlan, mode: 'aa' as const };
const said = (situation: Situation): string => explain(decide(situation).reason);
const openIncident = { ...failedCriterion, text: 'noIncidents', claim: { kind: 'noIncidents' } as const };

describe('mode aa', () => {
  it.each([
    ['the watch trips', { trip: watchTrip }],
    ['a guard trips', { trip: guardTrip }],
    ['a criterion is proven to fail', { failed: failedCriterion }],
    ['a rollback is recorded late', { trip: guardTrip, live: 0 }],
  ])('calls it a fault of the measurement when %s, and decides as for a release', (_, change) => {
    const [inAA, ofRelease] = [situationOf(0, { ...change, plan: aa }), situationOf(0, change)];
    expect(said(inAA)).toContain('this is a fault of the measurement and not of a release');
    expect(said(ofRelease)).not.toContain('measurement');
    const [one, other] = [decide(inAA), decide(ofRelease)];
    expect([one.decision, one.reason.code, one.setWeight]).toEqual([
      other.decision,
      other.reason.code,
      other.setWeight,
    ]);
  });

  it('does not blame the measurement for an open incident, nor for targets that are gone', () => {
    const gone = { candidate: { healthy: 0, registered: 0 }, baseline: { healthy: 20, registered: 20 } };
    for (const change of [{ failed: openIncident }, { evidence: { health: gone } }])
      expect(said(situationOf(0, { ...change, plan: aa }))).not.toContain('measurement');
  });
});
