/** The new list of a rule's actions: everything as it was read, but for the forward. Pure. */
import type {
  Action,
  AuthenticateOidcActionConfig,
  ForwardActionConfig,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { assert, unreachable } from '../plan/assert.ts';
import type { Traffic } from './rule-reading.ts';

/**
 * How the forward is written. `unsticky`: both groups, rule stickiness off, since a client's cookie beats the weights. `baselineAlone`: AWS
 * refuses `unsticky` where a target group has stickiness of its own, and a forward to one group needs none.
 */
export type Form = 'asRead' | 'unsticky' | 'baselineAlone';

/**
 * ModifyRule replaces the whole list, so every action is sent again, in the order in which AWS performs them. Conditions and transforms are
 * not part of it and stay as they are.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyRule.html
 *
 * @param weight the candidate's, in percent
 */
export const rewritten = (traffic: Traffic, actions: readonly Action[], weight: number, form: Form): Action[] => {
  const list = actions
    .toSorted((one, other) => (one.Order ?? 0) - (other.Order ?? 0))
    .map((each): Action => {
      if (each.Type === 'forward') return { ...each, ...forwardIn(form, traffic, weight, each.ForwardConfig) };
      const oidc = each.AuthenticateOidcConfig;
      return oidc === undefined ? each : { ...each, AuthenticateOidcConfig: withExistingSecret(oidc) };
    });
  // Whoever may modify a rule may point it at any target group of the account: IAM cannot tell them apart.
  assert(
    list.filter(({ Type }) => Type === 'forward').every((forward) => pointsAtOurs(traffic, forward)),
    'a rule is only ever pointed at the two target groups of the plan',
  );
  return list;
};

const forwardIn = (
  form: Form,
  traffic: Traffic,
  weight: number,
  read: ForwardActionConfig | undefined,
): Pick<Action, 'TargetGroupArn' | 'ForwardConfig'> => {
  const groups = weightedGroups(traffic, weight);
  switch (form) {
    case 'asRead':
      return { TargetGroupArn: undefined, ForwardConfig: { ...read, TargetGroups: groups } };
    case 'unsticky':
      return {
        TargetGroupArn: undefined,
        ForwardConfig: { ...read, TargetGroups: groups, TargetGroupStickinessConfig: { Enabled: false } },
      };
    case 'baselineAlone':
      assert(weight === 0, 'the baseline alone takes everything');
      return { TargetGroupArn: traffic.baseline, ForwardConfig: undefined };
    default:
      return unreachable(form);
  }
};

/** In thousandths. AWS allows no weight above 999, so 0 % is written as 0 of 999 and 100 % as 999 of 999. */
const weightedGroups = (traffic: Traffic, weight: number): ForwardActionConfig['TargetGroups'] => {
  assert(weight >= 0 && weight <= 100, 'a weight lies between 0 and 100 percent');
  const candidate = Math.round(10 * weight);
  return [
    { TargetGroupArn: traffic.baseline, Weight: Math.min(999, 1000 - candidate) },
    { TargetGroupArn: traffic.candidate, Weight: Math.min(999, candidate) },
  ];
};

/** AWS never shows the client secret; without this flag it would refuse the action for the lack of it. */
const withExistingSecret = (read: AuthenticateOidcActionConfig): AuthenticateOidcActionConfig => ({
  ...read,
  ClientSecret: undefined,
  UseExistingClientSecret: true,
});

const pointsAtOurs = (traffic: Traffic, { TargetGroupArn, ForwardConfig }: Action): boolean => {
  const groups = [TargetGroupArn, ...(ForwardConfig?.TargetGroups ?? []).map((group) => group.TargetGroupArn)];
  return groups.every((group) => group === undefined || group === traffic.baseline || group === traffic.candidate);
};
