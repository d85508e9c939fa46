/** Plans for the judge's tests: the seed plan, and small ones written as operators write them. */
import { readFileSync } from 'node:fs';
import { parsePlan } from '../../lib/plan/parse.ts';
import type { Plan } from '../../lib/plan/plan.ts';

const parsed = (source: string): Plan => {
  const result = parsePlan(source);
  if (!result.ok) throw new Error(result.problems.map(({ must }) => must).join('; '));
  return result.plan;
};

export const seedPlan: Plan = parsed(
  readFileSync(new URL('../../examples/ultra-fast-analyzer.yaml', import.meta.url), 'utf8'),
);

interface Wish {
  /** `weight/bake` of each phase. */
  readonly phases?: readonly string[];
  /** Criteria of every phase. */
  readonly advance?: readonly string[];
  readonly guards?: readonly (string | object)[];
  readonly watch?: object;
  readonly availability?: string;
  /** Beside those of `segments` below. */
  readonly segments?: object;
}

const ARN = 'arn:aws:elasticloadbalancing:us-east-1:123456789012';
const source = (metric: string, dimensions: object) => ({ namespace: 'Learn/Business', metric, dimensions });

/** A plan that says what the test is about and nothing else. */
export const planWith = ({ phases = ['10%/2h'], advance = ['errorRate < 1%'], ...wish }: Wish): Plan =>
  parsed(
    JSON.stringify({
      rollout: 'small',
      release: 'v2',
      traffic: {
        rules: [`${ARN}:listener-rule/app/learn/50dc6c495c0c9188/0467ef3c8400ae65/9683b2d02a6cabee`],
        baseline: `${ARN}:targetgroup/analyzer-original/73e2d6bc24d8a067`,
        candidate: `${ARN}:targetgroup/analyzer-ultra-fast/943f017f100becff`,
        names: { baseline: 'original', candidate: 'ultra-fast' },
      },
      start: '2025-10-31T12:00:00Z',
      phases: phases.map((phase, i) => {
        const [weight, bake] = phase.split('/');
        return { name: `phase-${i}`, weight, bake, advance };
      }),
      guards: wish.guards ?? [],
      ...(wish.watch === undefined ? {} : { regressionWatch: wish.watch }),
      availability: wish.availability ?? 'answered',
      metrics: {
        revenue: { sum: source('Revenue', { Variant: '{arm}' }) },
        segments: {
          dimension: 'LearnerSegment',
          values: ['k12', 'university'],
          requests: source('Requests', { Variant: '{arm}', Segment: '{segment}' }),
          failures: source('Failures', { Variant: '{arm}', Segment: '{segment}' }),
          ...wish.segments,
        },
        gauges: { cpu: source('Cpu', { Service: 'analyzer-{arm}' }) },
      },
      operators: { slack: ['U0SRE'], principals: ['arn:aws:sts::123456789012:assumed-role/Sre/*'] },
    }),
  );
