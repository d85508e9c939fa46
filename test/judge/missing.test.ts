/** The name of a metric that is not there, as people read it. */
import { describe, expect, it } from 'vitest';
import { describeMissing, describeSparse } from '../../lib/judge/missing.ts';
import type { Claim } from '../../lib/plan/claim.ts';
import { planWith } from './plan.ts';

const plan = planWith({});
const side = { side: 'below', limit: 0.01 } as const;
const GROUPS =
  'TargetGroup targetgroup/analyzer-ultra-fast/943f017f100becff and targetgroup/analyzer-original/73e2d6bc24d8a067';

const named: readonly [Claim, string][] = [
  [{ kind: 'share', share: 'failures', ...side }, `RequestCount in AWS/ApplicationELB (${GROUPS})`],
  [{ kind: 'share', share: 'slow:200ms', ...side }, `TargetResponseTime in AWS/ApplicationELB (${GROUPS})`],
  [
    { kind: 'share', share: 'unavailable', ...side },
    `HTTPCode_Target_2XX_Count to HTTPCode_Target_5XX_Count in AWS/ApplicationELB (${GROUPS})`,
  ],
  [{ kind: 'ratio', ...side }, 'Revenue in Learn/Business (Variant ultra-fast and original)'],
  [
    { kind: 'segmentRatio', ...side },
    'Requests in Learn/Business (Variant ultra-fast and original, Segment {segment})',
  ],
  [
    { kind: 'segmentSpread', ...side },
    'Requests in Learn/Business (Variant ultra-fast and original, Segment {segment})',
  ],
  [
    { kind: 'gauge', gauge: 'cpu', ...side },
    'Cpu in Learn/Business (Service analyzer-ultra-fast and analyzer-original)',
  ],
  [{ kind: 'noIncidents' }, 'the state of incidents'],
];

describe('a metric that is not there', () => {
  it.each(named)('of %j is told by name', (claim, words) => {
    expect(describeMissing(plan, claim)).toBe(words);
  });

  it('is that of connection errors where the plan counts those', () => {
    const refused = planWith({ availability: 'connectionErrors' });
    expect(describeMissing(refused, { kind: 'share', share: 'unavailable', ...side })).toBe(
      `TargetConnectionErrorCount in AWS/ApplicationELB (${GROUPS})`,
    );
  });

  it('names the segment, and both alarms', () => {
    expect(describeMissing(plan, { kind: 'segmentRatio', ...side }, 'k12')).toContain('Segment k12)');
    const alarmed = { ...plan, incidents: { ...plan.incidents, alarms: ['sev1', 'sev2'] } };
    expect(describeMissing(alarmed, { kind: 'noIncidents' })).toBe('the state of alarms sev1, sev2');
  });

  it('has no brackets without dimensions, and a dimension that is the same for both groups is said once', () => {
    const of = (dimensions: Readonly<Record<string, string>>) => {
      const { cpu } = plan.metrics.gauges;
      if (cpu === undefined) throw new Error('the plan has a gauge');
      const metrics = { ...plan.metrics, gauges: { cpu: { ...cpu, dimensions } } };
      return describeMissing({ ...plan, metrics }, { kind: 'gauge', gauge: 'cpu', ...side });
    };
    expect(of({})).toBe('Cpu in Learn/Business');
    expect(of({ Cluster: 'learn' })).toBe('Cpu in Learn/Business (Cluster learn)');
  });

  it('says how often it was there, if it ever was', () => {
    expect(describeSparse('Cpu', 0, 120, 'minutes')).toBe('Cpu');
    expect(describeSparse('Cpu', 1, 120, 'minutes')).toBe('Cpu was there in only 1 of 120 minutes');
  });
});
