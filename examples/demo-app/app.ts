/** `npx cdk deploy`: a service with two versions behind a load balancer, to watch a real rollout in your own account. */
import { App } from 'aws-cdk-lib';
import { DemoStack } from './demo-stack.ts';

const app = new App();
/** What is wrong with version b, in percent and milliseconds: `npx cdk deploy -c failures=5 -c delay=300`. */
const number = (key: string): number => {
  const given: unknown = app.node.tryGetContext(key) ?? 0;
  const value = Number(given);
  if (!Number.isFinite(value) || value < 0) throw new Error(`-c ${key} must be a number of at least 0, not ${given}`);
  return value;
};

new DemoStack(app, 'sluice-demo', { failurePercent: number('failures'), delayMilliseconds: number('delay') });
