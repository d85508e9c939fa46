/** Where a listener rule or a target group lives; two of them can work together only when all of this agrees. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

export interface RuleArn extends Place {
  /** Value of CloudWatch's LoadBalancer dimension: `app/NAME/ID`. */
  readonly loadBalancer: string;
}

export interface TargetGroupArn extends Place {
  /** Value of CloudWatch's TargetGroup dimension: `targetgroup/NAME/ID`. */
  readonly targetGroup: string;
}

const PLACE = 'arn:(aws[a-z-]*):elasticloadbalancing:([a-z0-9-]+):([0-9]{12}):';
const RULE = new RegExp(`^${PLACE}listener-rule/(app/[A-Za-z0-9-]{1,32}/[A-Za-z0-9]+)/[A-Za-z0-9]+/[A-Za-z0-9]+$`);
const TARGET_GROUP = new RegExp(`^${PLACE}(targetgroup/[A-Za-z0-9-]{1,32}/[A-Za-z0-9]+)$`);

/** Undefined: not a rule of an Application Load Balancer. */
export function parseRuleArn(arn: string): RuleArn | undefined {
  const parts = RULE.exec(arn);
  return parts === null ? undefined : { ...placeOf(parts), loadBalancer: String(parts[4]) };
}

/** Undefined: not a target group. */
export function parseTargetGroupArn(arn: string): TargetGroupArn | undefined {
  const parts = TARGET_GROUP.exec(arn);
  return parts === null ? undefined : { ...placeOf(parts), targetGroup: String(parts[4]) };
}

/** All parts come with a match, which TypeScript cannot see. */
const placeOf = ([, partition, region, account]: readonly string[]): Place => ({
  partition: String(partition),
  region: String(region),
  account: String(account),
});
