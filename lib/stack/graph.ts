/** What the graphs of a plan's dashboard are made of. */
import { Duration } from 'aws-cdk-lib';
import { GraphWidget, type HorizontalAnnotation, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Claim } from '../plan/claim.ts';
import type { Plan } from '../plan/plan.ts';

export type Arm = 'candidate' | 'baseline';
export const ARMS: readonly Arm[] = ['candidate', 'baseline'];
const COLOURS: Readonly<Record<Arm, string>> = { candidate: '#d62728', baseline: '#1f77b4' };
const MINUTE = Duration.minutes(1);
/** Of a graph: half of a dashboard's. */
export const WIDTH = 12;

export interface Line {
  readonly label: string;
  /** Absent: CloudWatch chooses. */
  readonly color?: string;
}

/** One line for each group. */
export const ofArm = ({ traffic }: Plan, arm: Arm): Line => ({ label: traffic.names[arm], color: COLOURS[arm] });

export interface GraphProps {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly (Metric | MathExpression)[];
  readonly limits?: readonly HorizontalAnnotation[];
  /** What is drawn may be below zero. */
  readonly isSigned?: boolean;
}

export const graph = ({ title, unit, lines, limits = [], isSigned = false }: GraphProps): GraphWidget =>
  new GraphWidget({
    title,
    left: [...lines],
    leftAnnotations: [...limits],
    leftYAxis: { label: unit, showUnits: false, ...(isSigned ? {} : { min: 0 }) },
    width: WIDTH,
    height: 7,
    period: MINUTE,
  });

export interface Measured {
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export const lineOf = ({ namespace, metric, statistic, dimensions }: Measured, line: Line): Metric =>
  new Metric({ namespace, metricName: metric, statistic, dimensionsMap: { ...dimensions }, period: MINUTE, ...line });

/**
 * @param prefix of the identifiers, which are those of the whole graph: no other line of it may have the same
 * @param expression of the names of the metrics
 */
export const math = (
  prefix: string,
  expression: string,
  metrics: Readonly<Record<string, Metric>>,
  line: Line,
): MathExpression => {
  const own = (id: string): string => `${prefix}_${id}`;
  return new MathExpression({
    expression: expression.replace(/\b[a-z][a-z0-9]*\b/g, own),
    usingMetrics: Object.fromEntries(Object.entries(metrics).map(([id, each]) => [own(id), each])),
    period: MINUTE,
    ...line,
  });
};

/** Everything that a criterion or a guard is about, or `show`, by its name in the plan. */
export const namedIn = ({ guards, phases, show }: Plan): ReadonlySet<string> =>
  new Set([...[...guards, ...phases.flatMap(({ advance }) => advance)].map(({ metric }) => metric), ...show]);

interface Said {
  readonly claim: Claim;
  /** As written, and where. */
  readonly label: string;
  readonly isGuard: boolean;
}

export const claimsOf = ({ guards, phases }: Plan): readonly Said[] => [
  ...guards.map(({ claim, text }) => ({ claim, label: `guard ${text}`, isGuard: true })),
  ...phases.flatMap(({ name, advance }) =>
    advance.map(({ claim, text }) => ({ claim, label: `${name}: ${text}`, isGuard: false })),
  ),
];

/**
 * Criteria with the same limit share a line.
 * @param times 100 where fractions are drawn in percent
 */
export const limits = (
  plan: Plan,
  belongs: (claim: Claim) => boolean,
  times: 1 | 100 = 100,
): readonly HorizontalAnnotation[] => {
  const labels = new Map<string, { value: number; labels: string[]; isGuard: boolean }>();
  for (const { claim, label, isGuard } of claimsOf(plan)) {
    if (claim.kind === 'noIncidents' || !belongs(claim)) continue;
    const value = Number((times * claim.limit).toPrecision(9));
    const key = `${value} ${isGuard}`;
    const line = labels.get(key) ?? { value, labels: [], isGuard };
    labels.set(key, { ...line, labels: [...line.labels, label] });
  }
  return [...labels.values()].map(({ value, labels, isGuard }) => ({
    value,
    label: labels.join(', '),
    color: isGuard ? '#8c564b' : '#2ca02c',
  }));
};
