/** Tools that hold a rule and write it again, by the tags that they leave on it. Pure. */

export type Keeper = 'CloudFormation' | 'Terraform' | 'AWS Load Balancer Controller';

export interface Kept {
  readonly by: Keeper;
  /** The tag that says so, and of CloudFormation and the controller what in it holds the rule: `elbv2.k8s.aws/cluster prod`. */
  readonly tag: string;
}

/**
 * CloudFormation: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
 * The controller tags rules since its version 2.2 (https://github.com/kubernetes-sigs/aws-load-balancer-controller/pull/1887).
 * Terraform leaves no tag by itself; people give it one by `default_tags`, mostly with its name in it.
 */
const SIGNS: readonly { readonly by: Keeper; readonly is: (key: string, value: string) => boolean }[] = [
  { by: 'CloudFormation', is: (key) => key === 'aws:cloudformation:stack-name' },
  {
    by: 'AWS Load Balancer Controller',
    is: (key) => /^(?:elbv2|ingress|service|gateway)\.k8s\.aws\//.test(key),
  },
  { by: 'Terraform', is: (key, value) => /terraform|opentofu/i.test(`${key} ${value}`) && value !== 'false' },
];

/** Each tool once. */
export const keepersOf = (tags: readonly (readonly [key: string, value: string])[]): readonly Kept[] =>
  SIGNS.flatMap(({ by, is }) => {
    const sign = tags.find(([key, value]) => is(key, value));
    return sign === undefined ? [] : [{ by, tag: sign.join(' ') }];
  });
