import { fileURLToPath } from 'node:url';
import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationListener,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  ListenerAction,
  ListenerCondition,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LambdaTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { RolloutRule } from '../../lib/stack/rollout-rule.ts';

/** How version b differs from version a, which answers at once and never fails. */
export interface DemoProps {
  readonly failurePercent: number;
  readonly delayMilliseconds: number;
}

/** Slower, so that one sees which version answers, and far from every limit of the demo's plan and from the delays that `measure` asks for. */
const DELAY_MS = 40;

/**
 * What `npx cdk deploy -c failures=5 -c delay=90` says of version b. Throws one error for what is no number.
 * @param context of the app, by key
 */
export const demoProps = (context: (key: string) => unknown): DemoProps => {
  const number = (key: string, otherwise: number): number => {
    const given = context(key) ?? otherwise;
    const value = Number(given);
    if (!Number.isFinite(value) || value < 0) throw new Error(`-c ${key} must be a number of at least 0, not ${given}`);
    return value;
  };
  return { failurePercent: number('failures', 0), delayMilliseconds: number('delay', DELAY_MS) };
};

/**
 * A network of its own without a way to the internet, a load balancer inside of it, two versions of a function, and somebody who asks for
 * them: 500 requests a minute. Costs about 25 USD a month in us-east-1 while it stands, nearly all of it the load balancer (README.md).
 */
export class DemoStack extends Stack {
  constructor(scope: Construct, id: string, { failurePercent, delayMilliseconds }: DemoProps) {
    super(scope, id, { description: 'A service with two versions, to watch a rollout by Sluice' });
    const vpc = new Vpc(this, 'Network', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'inside', subnetType: SubnetType.PRIVATE_ISOLATED }],
    });
    const balancer = new ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc,
      internetFacing: false,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
    });
    const listener = new ApplicationListener(this, 'Listener', {
      loadBalancer: balancer,
      port: 80,
      protocol: ApplicationProtocol.HTTP,
      // Only what is inside the network reaches an internal load balancer.
      open: true,
      defaultAction: ListenerAction.fixedResponse(404),
    });
    const a = this.version('a', {});
    const b = this.version('b', { FAILURE_PERCENT: `${failurePercent}`, DELAY_MS: `${delayMilliseconds}` });
    const { rule } = new RolloutRule(this, 'Rule', {
      listener,
      a,
      b,
      resting: 'a',
      priority: 1,
      conditions: [ListenerCondition.pathPatterns(['/*'])],
    });
    const requests = this.code('requests', {
      timeout: Duration.minutes(2),
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      environment: { URL: `http://${balancer.loadBalancerDnsName}/` },
    });
    new Rule(this, 'EveryMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(requests, { retryAttempts: 0 })],
    });
    new CfnOutput(this, 'RuleArn', { value: rule.listenerRuleArn });
    new CfnOutput(this, 'GroupA', { value: a.targetGroupArn });
    new CfnOutput(this, 'GroupB', { value: b.targetGroupArn });
    new CfnOutput(this, 'RequestsFunction', { value: requests.functionName });
  }

  /** One version: a function and its target group. Health checks are off, as is the default for functions: `measure` looks at that. */
  private version(name: string, environment: Readonly<Record<string, string>>): ApplicationTargetGroup {
    const code = this.code(`version-${name}`, { environment: { VERSION: name, ...environment } }, 'version');
    return new ApplicationTargetGroup(this, `Group-${name}`, { targets: [new LambdaTarget(code)] });
  }

  private code(
    id: string,
    props: ConstructorParameters<typeof NodejsFunction>[2],
    file: 'version' | 'requests' = 'requests',
  ): NodejsFunction {
    return new NodejsFunction(this, id, {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 256,
      entry: fileURLToPath(new URL(`${file}.ts`, import.meta.url)),
      depsLockFilePath: fileURLToPath(new URL('../../package-lock.json', import.meta.url)),
      projectRoot: fileURLToPath(new URL('../..', import.meta.url)),
      bundling: { format: OutputFormat.ESM, minify: true },
      logGroup: new LogGroup(this, `${id}-log`, {
        retention: RetentionDays.ONE_WEEK,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      ...props,
    });
  }
}
