/** SDK clients that only the checklist before a start needs: apart from the others, so that no other request loads them. */
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { ECSClient } from '@aws-sdk/client-ecs';
import { LIMITS } from './clients.ts';

export const ecsClient = (): ECSClient => new ECSClient(LIMITS);
export const autoScalingClient = (): AutoScalingClient => new AutoScalingClient(LIMITS);
/** Of ECS services, among others; EC2 Auto Scaling is another service. */
export const serviceScalingClient = (): ApplicationAutoScalingClient => new ApplicationAutoScalingClient(LIMITS);
