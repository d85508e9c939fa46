/** What ModifyRule accepts, as strict as AWS where its documentation says so, and how a rule looks afterwards. */
import type { Action, AuthenticateOidcActionConfig } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Tree } from './query-protocol.ts';

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

const NUMBERS = new Set(['Order', 'Weight', 'DurationSeconds', 'SessionTimeout']);
const FLAGS = new Set(['Enabled', 'UseExistingClientSecret']);

/** The form's actions with the SDK's own kinds of values. */
export const readActions = (tree: Tree | undefined): readonly Action[] =>
  // An empty list is sent as an empty text.
  Array.isArray(tree) ? (typed('', tree) as Action[]) : [];

const typed = (name: string, tree: Tree): unknown => {
  if (typeof tree === 'string') return NUMBERS.has(name) ? Number(tree) : FLAGS.has(name) ? tree === 'true' : tree;
  if (Array.isArray(tree)) return tree.map((each: Tree) => typed('', each));
  return Object.fromEntries(Object.entries(tree).map(([key, each]) => [key, typed(key, each ?? '')]));
};

export const forwardOf = (actions: readonly Action[]): Action | undefined =>
  actions.find(({ Type }) => Type === 'forward');

const invalid = (message: string): Refusal => ({ code: 'ValidationError', message });
const ROUTING = new Set(['forward', 'redirect', 'fixed-response']);

/** Undefined: accepted. @param isSticky whether a group has stickiness of its own; undefined: there is no such group */
export const refusalOf = (
  actions: readonly Action[],
  before: readonly Action[],
  isSticky: (group: string) => boolean | undefined,
): Refusal | undefined => {
  const sorted = actions.toSorted((one, other) => (one.Order ?? 0) - (other.Order ?? 0));
  const routing = sorted.filter(({ Type = '' }) => ROUTING.has(Type));
  if (routing.length !== 1 || !ROUTING.has(sorted.at(-1)?.Type ?? ''))
    return invalid('exactly one forward, redirect or fixed-response is needed, and it must be the last action');
  if (actions.length > 1 && new Set(actions.map(({ Order }) => Order ?? 'none')).size < actions.length)
    return invalid('Order is needed for every one of several actions');
  const forward = forwardOf(actions);
  return (forward && refusalOfForward(forward, isSticky)) ?? refusalOfSecret(actions, before);
};

const refusalOfForward = (
  { TargetGroupArn, ForwardConfig }: Action,
  isSticky: (group: string) => boolean | undefined,
): Refusal | undefined => {
  const groups = ForwardConfig?.TargetGroups ?? [];
  const arns = groups.map((group) => group.TargetGroupArn ?? '');
  const all = TargetGroupArn === undefined ? arns : [...arns, TargetGroupArn];
  const sticky = ForwardConfig?.TargetGroupStickinessConfig;
  if (all.length === 0) return invalid('a forward needs a target group');
  if (TargetGroupArn !== undefined && arns.some((arn) => arn !== TargetGroupArn))
    return invalid('TargetGroupArn and ForwardConfig must name the same single target group');
  if (groups.length > 5) return invalid('a forward has at most 5 target groups');
  if (new Set(arns).size < arns.length) return invalid('a forward names each target group once');
  if (groups.length > 1 && groups.some(({ Weight }) => Weight === undefined))
    return invalid('each of several target groups needs a weight');
  if (groups.some(({ Weight = 1 }) => !Number.isInteger(Weight) || Weight < 0 || Weight > 999))
    return invalid('a weight lies between 0 and 999');
  if (all.some((arn) => isSticky(arn) === undefined))
    return { code: 'TargetGroupNotFound', message: 'One or more target groups not found' };
  if (sticky?.Enabled === true && !((sticky.DurationSeconds ?? 0) >= 1 && (sticky.DurationSeconds ?? 0) <= 604_800))
    return invalid('stickiness needs a duration between 1 and 604800 seconds');
  if (groups.length > 1 && sticky?.Enabled !== true && arns.some((arn) => isSticky(arn)))
    return {
      code: 'InvalidLoadBalancerAction',
      message:
        'You must enable group stickiness on a rule if you enabled target stickiness on one of its target groups',
    };
  return undefined;
};

const oidcOf = (actions: readonly Action[]): AuthenticateOidcActionConfig | undefined =>
  actions.find(({ AuthenticateOidcConfig }) => AuthenticateOidcConfig !== undefined)?.AuthenticateOidcConfig;

const refusalOfSecret = (actions: readonly Action[], before: readonly Action[]): Refusal | undefined => {
  const oidc = oidcOf(actions);
  if (oidc === undefined || oidc.ClientSecret !== undefined) return undefined;
  return oidc.UseExistingClientSecret === true && oidcOf(before)?.ClientSecret !== undefined
    ? undefined
    : invalid('a client secret is needed');
};

/** As AWS keeps the accepted actions: the secret that was there, and a forward to a single group in both its forms. */
export const kept = (actions: readonly Action[], before: readonly Action[]): readonly Action[] =>
  actions.map((each) => {
    if (each.Type === 'forward') return keptForward(each);
    const oidc = each.AuthenticateOidcConfig;
    if (oidc === undefined) return each;
    const ClientSecret = oidc.ClientSecret ?? oidcOf(before)?.ClientSecret;
    return { ...each, AuthenticateOidcConfig: { ...oidc, ClientSecret, UseExistingClientSecret: undefined } };
  });

const keptForward = (forward: Action): Action => {
  const { TargetGroupArn, ForwardConfig } = forward;
  const groups = ForwardConfig?.TargetGroups ?? [{ TargetGroupArn, Weight: 1 }];
  const [only] = groups;
  return {
    ...forward,
    TargetGroupArn: groups.length === 1 ? only?.TargetGroupArn : undefined,
    ForwardConfig: {
      TargetGroups: groups.map(({ TargetGroupArn: arn, Weight = 1 }) => ({ TargetGroupArn: arn, Weight })),
      TargetGroupStickinessConfig: ForwardConfig?.TargetGroupStickinessConfig ?? { Enabled: false },
    },
  };
};

/** As AWS shows them: never the secret. */
export const shown = (actions: readonly Action[]): readonly Action[] =>
  actions.map((each) => {
    const oidc = each.AuthenticateOidcConfig;
    return oidc === undefined ? each : { ...each, AuthenticateOidcConfig: { ...oidc, ClientSecret: undefined } };
  });
