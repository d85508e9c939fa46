/** EC2 Auto Scaling (query protocol) and the scaling of other services (AWS JSON 1.1), as one who only looks sees them. */
import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling';
import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { queryAnswer, queryError, readForm } from './query-protocol.ts';
import type { Service } from './server.ts';

/** @param groups asked anew for every page */
export const autoScaling =
  (groups: () => readonly Partial<AutoScalingGroup>[]): Service =>
  ({ operation, input }) => {
    if (operation !== 'DescribeAutoScalingGroups') return queryError('InvalidAction', operation);
    const { MaxRecords = '50', NextToken = '0' } = readForm(input);
    const [from, size] = [Number(NextToken), Number(MaxRecords)];
    if (size > 100) return queryError('ValidationError', 'MaxRecords must be at most 100');
    const all = groups();
    return queryAnswer(operation, {
      AutoScalingGroups: all.slice(from, from + size),
      NextToken: from + size < all.length ? String(from + size) : undefined,
    });
  };

/** @param targets asked anew for every call; `ResourceId` is `service/CLUSTER/NAME` */
export const serviceScaling =
  (targets: () => readonly Partial<ScalableTarget>[]): Service =>
  ({ input }) => {
    const { ResourceIds = [] } = input as { readonly ResourceIds?: readonly string[] };
    const tooMany = ResourceIds.length > 50;
    return {
      status: tooMany ? 400 : 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify(
        tooMany
          ? { __type: 'ValidationException', message: 'at most 50 resources' }
          : { ScalableTargets: targets().filter(({ ResourceId = '' }) => ResourceIds.includes(ResourceId)) },
      ),
    };
  };
