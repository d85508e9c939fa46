/** `npx cdk deploy`: a service with two versions behind a load balancer, to watch a real rollout in your own account. */
import { App } from 'aws-cdk-lib';
import { DemoStack, demoProps } from './demo-stack.ts';

const app = new App();
new DemoStack(
  app,
  'sluice-demo',
  demoProps((key) => app.node.tryGetContext(key)),
);
