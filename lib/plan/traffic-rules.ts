import { type Place, parseRuleArn, parseTargetGroupArn } from './arn.ts';
import type { PlanDraft } from './draft.ts';
import type { Complaint, Path } from './problem.ts';
import { repeated } from './repeated.ts';

/** Rules and groups must be able to work together: AWS allows a target group on one load balancer only. */
export function* trafficRules({ rollout, after, traffic }: PlanDraft): Generator<Complaint> {
  yield* repeated(after, (index) => ['after', index], 'rollouts of after');
  const itself = after?.indexOf(rollout) ?? -1;
  if (rollout !== undefined && itself >= 0) yield { path: ['after', itself], must: 'must be another rollout' };
  if (traffic === undefined) return;
  const { rules, baseline, candidate, names } = traffic;
  yield* repeated(rules, (index) => ['traffic', 'rules', index], 'rules');
  if (baseline !== undefined && baseline === candidate) {
    yield { path: ['traffic', 'candidate'], must: "must be another target group than the baseline's" };
  }
  if (names?.baseline !== undefined && names.baseline === names.candidate) {
    yield {
      path: ['traffic', 'names', 'candidate'],
      must: "must differ from the baseline's name, or both would have the same metrics",
    };
  }
  yield* places(traffic);
}

function* places({ rules, baseline, candidate }: NonNullable<PlanDraft['traffic']>): Generator<Complaint> {
  const ruleArns = (rules ?? []).map((rule) => parseRuleArn(rule ?? ''));
  const all: readonly { readonly path: Path; readonly place: Place | undefined }[] = [
    ...ruleArns.map((place, index) => ({ path: ['traffic', 'rules', index], place })),
    { path: ['traffic', 'baseline'], place: parseTargetGroupArn(baseline ?? '') },
    { path: ['traffic', 'candidate'], place: parseTargetGroupArn(candidate ?? '') },
  ];
  const first = all.find(({ place }) => place !== undefined)?.place;
  if (first === undefined) return;
  for (const { path, place } of all) {
    if (place === undefined) continue;
    if (place.region !== first.region || place.partition !== first.partition)
      yield { path, must: `must be in ${first.region}, as the others are` };
    if (place.account !== first.account) yield { path, must: `must be in account ${first.account}, as the others are` };
  }
  const balancer = ruleArns.find((arn) => arn !== undefined)?.loadBalancer;
  for (const [index, arn] of ruleArns.entries()) {
    if (arn !== undefined && arn.loadBalancer !== balancer) {
      yield {
        path: ['traffic', 'rules', index],
        must: `must be a rule of ${balancer}: a target group works with one load balancer only`,
      };
    }
  }
}
