/** The rollout that every world is judged in: 1 % for two hours, then 10 % for four. */
import { parsePlan } from '../../lib/plan/parse.ts';
import type { Plan } from '../../lib/plan/plan.ts';

export const WEIGHTS = [1, 10] as const;
export const CANARY_MINUTES = 120;
export const PLANNED_MINUTES = 360;
export const SEGMENTS = ['k12', 'university', 'professional', 'enterprise'] as const;
export const START = Date.UTC(2025, 9, 31, 12, 0);

const ARN = 'arn:aws:elasticloadbalancing:us-east-1:123456789012';

const business = (metric: string, dimensions: object = {}) => ({
  namespace: 'Learn/Business',
  metric,
  dimensions: { Variant: '{arm}', ...dimensions },
});

/** @param withBusiness orders and segments too */
const source = (withBusiness: boolean): string =>
  JSON.stringify({
    rollout: 'bench',
    release: 'v2',
    traffic: {
      rules: [`${ARN}:listener-rule/app/learn/50dc6c495c0c9188/0467ef3c8400ae65/9683b2d02a6cabee`],
      baseline: `${ARN}:targetgroup/original/73e2d6bc24d8a067`,
      candidate: `${ARN}:targetgroup/ultra-fast/943f017f100becff`,
    },
    start: new Date(START).toISOString(),
    phases: [
      { name: 'canary', weight: '1%', bake: '2h', advance: ['errorRate < 1%'] },
      { name: 'ramp', weight: '10%', bake: '4h', advance: ['errorRate < 1%'] },
    ],
    guards: ['errorRate > 1.5% for 2m'],
    ...(withBusiness
      ? {
          metrics: {
            revenue: { sum: business('Revenue'), orders: business('Orders') },
            segments: {
              dimension: 'Segment',
              values: SEGMENTS,
              requests: business('Requests', { Segment: '{segment}' }),
              failures: business('Failures', { Segment: '{segment}' }),
            },
          },
        }
      : {}),
    operators: { slack: ['U0SRE'], principals: ['arn:aws:sts::123456789012:assumed-role/Sre/*'] },
  });

const parsed = (withBusiness: boolean): Plan => {
  const result = parsePlan(source(withBusiness));
  if (!result.ok) throw new Error(result.problems.map(({ must }) => must).join('; '));
  return result.plan;
};

export const PLAN = parsed(false);
export const BUSINESS_PLAN = parsed(true);
