import type { Outputs } from './outputs.ts';

/** A plan of an hour for the demo, as YAML; it begins half an hour from now: time to review, commit and deploy it. */
export const demoPlan = ({ rule, a, b }: Pick<Outputs, 'rule' | 'a' | 'b'>, now: number): string => {
  const account = rule.split(':')[4];
  const start = new Date(Math.ceil((now + 30 * 60_000) / 300_000) * 300_000);
  return `rollout: demo-${start.toISOString().slice(5, 16).replace(/[T:]/g, '-')}
release: version b
traffic:
  rules: [${rule}]
  baseline: ${a}
  candidate: ${b}
start: ${start.toISOString().slice(0, 19)}Z
phases:
  - name: canary
    weight: 10%
    bake: 15m
    advance: [errorRate < 3%, latencyP90 < 250ms]
  - name: half
    weight: 50%
    bake: 15m
    checkpoints: [5m, 10m]
    advance: [errorRate < 1%, latencyP90 < 250ms]
  - name: all
    weight: 100%
    bake: 15m
    advance: [errorRate < 1%]
guards: [errorRate > 3% for 2m]
operators: { principals: ["arn:aws:sts::${account}:assumed-role/*/*", "arn:aws:iam::${account}:user/*"] }
`;
};
