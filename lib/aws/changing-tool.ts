/** With what a change was made, from what CloudTrail writes of a request. Pure. */

export interface Traces {
  /** The AWS service that made the request for somebody: `cloudformation.amazonaws.com`. */
  readonly invokedBy?: string | undefined;
  /** An address, or the name of an AWS service. */
  readonly sourceIPAddress?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly isFromConsole: boolean;
}

const SERVICES: Readonly<Record<string, string>> = {
  'ecs.amazonaws.com': 'an ECS service deployment',
  'codedeploy.amazonaws.com': 'CodeDeploy',
  'cloudformation.amazonaws.com': 'CloudFormation (cdk deploy, or another update of a stack)',
};

/** In order: Terraform's own agent names the SDK too. */
const AGENTS: readonly (readonly [RegExp, string])[] = [
  [/opentofu/i, 'OpenTofu'],
  [/terraform/i, 'Terraform'],
  [/pulumi/i, 'Pulumi'],
  [/elbv2\.k8s\.aws|aws-load-balancer-controller/i, 'the AWS Load Balancer Controller'],
  [/console/i, 'the AWS console'],
  [/aws-cli/i, 'the AWS command line'],
];

/**
 * In words. The service comes first: it cannot be made up, as an agent can. What is not known is quoted, as far as it means nothing in a
 * message.
 */
export const toolOf = ({ invokedBy, sourceIPAddress, userAgent = '', isFromConsole }: Traces): string => {
  const service = [invokedBy, sourceIPAddress, userAgent].map(serviceIn).find((found) => found !== undefined);
  if (service !== undefined) return SERVICES[service] ?? service;
  const known = AGENTS.find(([pattern]) => pattern.test(userAgent))?.[1];
  if (known !== undefined) return known;
  if (isFromConsole) return 'the AWS console';
  // Without what makes a link of it.
  const agent = harmless(userAgent, 60).replaceAll(/[:/]+/g, ' ');
  return agent === '' ? 'a tool that does not say its name' : `the tool ${agent}`;
};

/** CodeDeploy may say its region: `codedeploy.eu-west-1.amazonaws.com`. */
const serviceIn = (text = ''): string | undefined => {
  const [, name] = /^([a-z0-9-]{1,40})(?:\.[a-z0-9-]{1,30})?\.amazonaws\.com(?:\.cn)?$/.exec(text) ?? [];
  return name === undefined ? undefined : `${name}.amazonaws.com`;
};

/** Whoever makes a request chooses these texts: they must not say anything to Slack, to a mail program or to a log. */
export const harmless = (text: string, atMost: number): string =>
  text
    .replace(/[^A-Za-z0-9 .:/+=,_-]/g, '')
    .trim()
    .slice(0, atMost);
