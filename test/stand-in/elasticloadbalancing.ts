/** Elastic Load Balancing on localhost: rules, target groups and tags that keep what ModifyRule wrote. */
import type { Action, TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Plan } from '../../lib/plan/plan.ts';
import { forwardOf, kept, readActions, refusalOf, shown } from './modify-rule.ts';
import { queryAnswer, queryError, readForm, type Tree } from './query-protocol.ts';
import type { Answer, Asked, Service } from './server.ts';

/** One target's health as AWS words it: `{ State: 'unhealthy', Reason: 'Target.Timeout' }`. */
export type TargetState = Pick<TargetHealth, 'State' | 'Reason'>;

export interface RuleData {
  /** With the client secret, which is never shown. */
  actions: readonly Action[];
  readonly tags: Map<string, string>;
  readonly isDefault: boolean;
}

export interface GroupData {
  targets: readonly TargetState[];
  readonly attributes: Map<string, string>;
  readonly type: 'instance' | 'ip' | 'lambda';
  readonly checks: HealthCheckData;
}

export interface HealthCheckData {
  readonly enabled: boolean;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyAfter: number;
  readonly unhealthyAfter: number;
}

/** As a new target group has them. */
const checksOf = (type: GroupData['type']): HealthCheckData => ({
  enabled: type !== 'lambda',
  intervalSeconds: type === 'lambda' ? 35 : 30,
  timeoutSeconds: type === 'lambda' ? 30 : 5,
  healthyAfter: 5,
  unhealthyAfter: 2,
});

/** What a rule does with the traffic, read at any time. `weights` by the target group's ARN; 1 where a single group says none. */
export interface Split {
  readonly weights: ReadonlyMap<string, number>;
  readonly sticky: boolean;
}

export interface LoadBalancing {
  readonly service: Service;
  /** By ARN. A rule that is deleted from here is gone; one that is put here exists. Load balancers and listeners follow from the ARNs. */
  readonly rules: Map<string, RuleData>;
  readonly groups: Map<string, GroupData>;
  /** Rules that ModifyRule may not write, as if they lacked the tag that the policy asks for. */
  readonly denied: Set<string>;
  split(rule: string): Split;
  /** What a person, a stack update or another tool does: no permission is asked, and `onModify` is not told. */
  setSplit(rule: string, weights: Readonly<Record<string, number>>, sticky?: boolean): void;
}

export interface Given {
  readonly rules: Readonly<Record<string, Partial<RuleData>>>;
  readonly groups: Readonly<Record<string, Partial<GroupData>>>;
  readonly zones?: readonly string[];
  /** Rules in one answer of DescribeRules. */
  readonly pageSize?: number;
  /** Called after every ModifyRule that was accepted: a simulated traffic follows it. */
  readonly onModify?: (rule: string, split: Split) => void;
}

/** A forward to several groups, as a template or a person writes it. */
export const forward = (weights: Readonly<Record<string, number>>, sticky = false, order?: number): Action => ({
  Type: 'forward',
  Order: order,
  ForwardConfig: {
    TargetGroups: Object.entries(weights).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
    TargetGroupStickinessConfig: sticky ? { Enabled: true, DurationSeconds: 3600 } : { Enabled: false },
  },
});

/** A plan's rules before the start: everything to the baseline, so many healthy targets in each group. */
export const atRest = (
  { rules, baseline, candidate }: Plan['traffic'],
  targets = 10,
): Pick<Given, 'rules' | 'groups'> => {
  const group = { targets: Array.from({ length: targets }, (): TargetState => ({ State: 'healthy' })) };
  return {
    rules: Object.fromEntries(rules.map((rule) => [rule, { actions: [forward({ [baseline]: 999, [candidate]: 0 })] }])),
    groups: { [baseline]: group, [candidate]: group },
  };
};

export const loadBalancing = ({
  rules,
  groups,
  zones = ['use1-az1', 'use1-az2'],
  pageSize = 400,
  onModify,
}: Given): LoadBalancing => {
  const data: Data = {
    rules: new Map(
      Object.entries(rules).map(([arn, { actions = [], tags = new Map(), isDefault = false }]) => [
        arn,
        { actions: kept(actions, []), tags, isDefault },
      ]),
    ),
    groups: new Map(
      Object.entries(groups).map(
        ([arn, { targets = [], attributes = new Map(), type = 'instance', checks = checksOf(type) }]) => [
          arn,
          { targets, attributes, type, checks },
        ],
      ),
    ),
    denied: new Set(),
    zones,
    pageSize,
  };
  const split = (rule: string): Split => splitOf(data.rules.get(rule)?.actions ?? []);
  return {
    ...data,
    split,
    setSplit: (rule, weights, sticky) => {
      const known = data.rules.get(rule);
      if (known === undefined) throw new Error(`there is no rule ${rule}`);
      known.actions = kept(
        known.actions.map((each) => (each.Type === 'forward' ? forward(weights, sticky, each.Order) : each)),
        known.actions,
      );
    },
    service: (asked) => {
      const answer = answerTo(data, asked);
      if (asked.operation === 'ModifyRule' && answer.status === undefined) {
        const rule = String(asked.input.RuleArn);
        onModify?.(rule, split(rule));
      }
      return answer;
    },
  };
};

interface Data extends Pick<LoadBalancing, 'rules' | 'groups' | 'denied'> {
  readonly zones: readonly string[];
  readonly pageSize: number;
}

const splitOf = (actions: readonly Action[]): Split => {
  const config = forwardOf(actions)?.ForwardConfig;
  const groups = config?.TargetGroups ?? [];
  return {
    weights: new Map(groups.map(({ TargetGroupArn = '', Weight = 1 }) => [TargetGroupArn, Weight])),
    sticky: config?.TargetGroupStickinessConfig?.Enabled === true,
  };
};

/** `arn:…:listener-rule/app/NAME/ID/LISTENER/RULE` belongs to `arn:…:listener/app/NAME/ID/LISTENER`, and that to its load balancer. */
const listenerOf = (rule: string): string => rule.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '');
const balancerOf = (listener: string): string =>
  listener.replace(':listener/', ':loadbalancer/').replace(/\/[^/]+$/, '');

type Form = Readonly<Record<string, Tree>>;

const answerTo = (data: Data, { operation, input }: Asked): Answer => {
  const form = readForm(input);
  switch (operation) {
    case 'DescribeRules':
      return describeRules(data, form);
    case 'ModifyRule':
      return modifyRule(data, form);
    case 'DescribeTags':
      return describeTags(data, form);
    case 'DescribeListeners':
      return describeListeners(data, form);
    case 'DescribeLoadBalancers':
      return describeLoadBalancers(data, form);
    case 'DescribeTargetGroups':
      return describeTargetGroups(data, form);
    case 'DescribeTargetGroupAttributes':
      return withGroup(data, form, operation, ({ attributes }) => ({
        Attributes: [...attributes].map(([Key, Value]) => ({ Key, Value })),
      }));
    case 'DescribeTargetHealth':
      return withGroup(data, form, operation, ({ targets }) => ({
        TargetHealthDescriptions: targets.map((TargetHealth, index) => ({
          Target: { Id: `i-${String(index).padStart(17, '0')}`, Port: 80 },
          TargetHealth,
        })),
      }));
    default:
      return queryError('InvalidAction', `the stand-in does not know ${operation}`);
  }
};

const text = (tree: Tree | undefined): string => (typeof tree === 'string' ? tree : '');
const list = (tree: Tree | undefined): readonly string[] => (Array.isArray(tree) ? tree.map(text) : []);

const ruleNotFound = queryError('RuleNotFound', 'One or more rules not found');
const groupNotFound = queryError('TargetGroupNotFound', 'One or more target groups not found');

const shownRule = (arn: string, { actions, isDefault }: RuleData) => ({
  RuleArn: arn,
  Priority: isDefault ? 'default' : '10',
  Conditions: isDefault ? [] : [{ Field: 'path-pattern', Values: ['/*'] }],
  Actions: shown(actions),
  IsDefault: isDefault,
});

const describeRules = ({ rules, pageSize }: Data, form: Form): Answer => {
  const listener = text(form.ListenerArn);
  const arns = listener === '' ? list(form.RuleArns) : [...rules.keys()].filter((arn) => listenerOf(arn) === listener);
  if (listener !== '' && arns.length === 0) return queryError('ListenerNotFound', 'One or more listeners not found');
  const found = arns.map((arn) => ({ arn, rule: rules.get(arn) }));
  const all = found.flatMap(({ arn, rule }) => (rule === undefined ? [] : [shownRule(arn, rule)]));
  if (all.length < arns.length || arns.length === 0) return ruleNotFound;
  const from = Number(text(form.Marker) || 0);
  const next = from + pageSize < all.length ? String(from + pageSize) : undefined;
  return queryAnswer('DescribeRules', { Rules: all.slice(from, from + pageSize), NextMarker: next });
};

const modifyRule = ({ rules, groups, denied }: Data, form: Form): Answer => {
  const arn = text(form.RuleArn);
  const rule = rules.get(arn);
  if (denied.has(arn))
    return queryError('AccessDenied', `not authorized to perform: elasticloadbalancing:ModifyRule on ${arn}`, 403);
  if (rule === undefined) return ruleNotFound;
  if (rule.isDefault) return queryError('OperationNotPermitted', `Default rule '${arn}' cannot be modified`);
  const actions = readActions(form.Actions);
  const stickiness = (group: string) => {
    const known = groups.get(group);
    return known && known.attributes.get('stickiness.enabled') === 'true';
  };
  const refusal = refusalOf(actions, rule.actions, stickiness);
  if (refusal !== undefined) return queryError(refusal.code, refusal.message);
  rule.actions = kept(actions, rule.actions);
  return queryAnswer('ModifyRule', { Rules: [shownRule(arn, rule)] });
};

const describeTags = ({ rules }: Data, form: Form): Answer => {
  const arns = list(form.ResourceArns);
  if (arns.length > 20) return queryError('ValidationError', 'at most 20 resources');
  if (arns.some((arn) => !rules.has(arn))) return ruleNotFound;
  return queryAnswer('DescribeTags', {
    TagDescriptions: arns.map((arn) => ({
      ResourceArn: arn,
      Tags: [...(rules.get(arn)?.tags ?? [])].map(([Key, Value]) => ({ Key, Value })),
    })),
  });
};

const balancersOf = ({ rules }: Data): readonly string[] => [
  ...new Set([...rules.keys()].map(listenerOf).map(balancerOf)),
];

const describeListeners = (data: Data, form: Form): Answer => {
  const balancer = text(form.LoadBalancerArn);
  const listeners = [...new Set([...data.rules.keys()].map(listenerOf))].filter((arn) => balancerOf(arn) === balancer);
  if (listeners.length === 0) return queryError('LoadBalancerNotFound', 'One or more load balancers not found');
  return queryAnswer('DescribeListeners', {
    Listeners: listeners.map((ListenerArn) => ({ ListenerArn, LoadBalancerArn: balancer, Port: 80, Protocol: 'HTTP' })),
  });
};

const describeLoadBalancers = (data: Data, form: Form): Answer => {
  const [arns, names] = [list(form.LoadBalancerArns), list(form.Names)];
  const nameOf = (arn: string): string => arn.split('/')[2] ?? '';
  const all = balancersOf(data);
  const asked = all.filter((arn) => arns.includes(arn) || names.includes(nameOf(arn)));
  if (asked.length < arns.length + names.length)
    return queryError('LoadBalancerNotFound', 'One or more load balancers not found');
  return queryAnswer('DescribeLoadBalancers', {
    LoadBalancers: (arns.length + names.length === 0 ? all : asked).map((arn) => ({
      LoadBalancerArn: arn,
      LoadBalancerName: nameOf(arn),
      Type: 'application',
      State: { Code: 'active' },
      AvailabilityZones: data.zones.map((ZoneName) => ({ ZoneName, SubnetId: `subnet-${ZoneName}` })),
    })),
  });
};

const describeTargetGroups = (data: Data, form: Form): Answer => {
  const asked = list(form.TargetGroupArns);
  if (asked.some((arn) => !data.groups.has(arn))) return groupNotFound;
  const usersOf = (group: string) =>
    [...data.rules].filter(([, { actions }]) => splitOf(actions).weights.has(group)).map(([arn]) => arn);
  return queryAnswer('DescribeTargetGroups', {
    TargetGroups: [...data.groups]
      .filter(([arn]) => asked.length === 0 || asked.includes(arn))
      .map(([arn, { type, checks }]) => ({
        TargetGroupArn: arn,
        TargetGroupName: arn.split('/')[1],
        TargetType: type,
        HealthCheckEnabled: checks.enabled,
        HealthCheckIntervalSeconds: checks.intervalSeconds,
        HealthCheckTimeoutSeconds: checks.timeoutSeconds,
        HealthyThresholdCount: checks.healthyAfter,
        UnhealthyThresholdCount: checks.unhealthyAfter,
        LoadBalancerArns: [...new Set(usersOf(arn).map(listenerOf).map(balancerOf))],
      })),
  });
};

const withGroup = (
  { groups }: Data,
  form: Form,
  operation: string,
  result: (group: GroupData) => Readonly<Record<string, unknown>>,
): Answer => {
  const group = groups.get(text(form.TargetGroupArn));
  return group === undefined ? groupNotFound : queryAnswer(operation, result(group));
};
