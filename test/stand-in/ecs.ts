/** ECS as one who only looks sees it: clusters, services, in AWS JSON 1.1. */
import type { Service as EcsService } from '@aws-sdk/client-ecs';
import type { Answer, Service } from './server.ts';

export interface EcsGiven {
  /** By the cluster's name, asked anew for every call. A service has a `serviceName`; the rest follows. */
  readonly clusters: () => Readonly<Record<string, readonly Partial<EcsService>[]>>;
  /** Names of services that are listed, and cannot be described any more. */
  readonly missing?: readonly string[];
  /** ARNs in one answer of a list. */
  readonly pageSize?: number;
}

const PLACE = 'arn:aws:ecs:us-east-1:123456789012';
const nameOf = (arn: string): string => arn.split('/').at(-1) ?? '';

const json = (document: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(document),
});

/** An error as the service answers it. */
export const ecsError = (code: string, message: string, status = 400): Answer =>
  json({ __type: `com.amazonaws.ecs#${code}`, message }, status);

interface Input {
  readonly cluster?: string;
  readonly services?: readonly string[];
  readonly nextToken?: string;
}

export const ecs = ({ clusters, missing = [], pageSize = 100 }: EcsGiven): Service => {
  const page = (key: string, arns: readonly string[], { nextToken = '0' }: Input): Answer => {
    const from = Number(nextToken);
    const next = from + pageSize < arns.length ? String(from + pageSize) : undefined;
    return json({ [key]: arns.slice(from, from + pageSize), nextToken: next });
  };
  return ({ operation, input }) => {
    const asked = input as Input;
    const all = clusters();
    if (operation === 'ListClusters')
      return page(
        'clusterArns',
        Object.keys(all).map((name) => `${PLACE}:cluster/${name}`),
        asked,
      );
    const cluster = nameOf(asked.cluster ?? 'default');
    const services = all[cluster];
    if (services === undefined) return ecsError('ClusterNotFoundException', 'Cluster not found.');
    const arnOf = (service: Partial<EcsService>): string => `${PLACE}:service/${cluster}/${service.serviceName}`;
    if (operation === 'ListServices') return page('serviceArns', services.map(arnOf), asked);
    if (operation !== 'DescribeServices') return ecsError('InvalidAction', operation);
    const wanted = asked.services ?? [];
    if (wanted.length > 10) return ecsError('InvalidParameterException', 'at most 10 services');
    const found = services.filter(
      (service) => wanted.includes(arnOf(service)) && !missing.includes(service.serviceName ?? ''),
    );
    return json({
      services: found.map((service) => ({
        serviceArn: arnOf(service),
        clusterArn: `${PLACE}:cluster/${cluster}`,
        status: 'ACTIVE',
        deploymentController: { type: 'ECS' },
        ...service,
      })),
      failures: wanted.filter((arn) => missing.includes(nameOf(arn))).map((arn) => ({ arn, reason: 'MISSING' })),
    });
  };
};
