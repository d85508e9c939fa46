/** SDK clients with explicit time-outs and retries. Region, credentials and endpoints are the standard environment's. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';

/**
 * One repetition, soon: the next tick comes within the minute, and what it repeats is safer than what this one drags on. Without
 * `throwOnRequestTimeout` the SDK only warns (`NodeHttpHandlerOptions` in @smithy/types).
 */
export const LIMITS = {
  maxAttempts: 2,
  retryMode: 'standard',
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
} as const;

export const dynamoDbClient = (): DynamoDBClient => new DynamoDBClient(LIMITS);
/** Five hundred metrics may take CloudWatch longer than two seconds. */
export const cloudWatchClient = (): CloudWatchClient =>
  new CloudWatchClient({ ...LIMITS, requestHandler: { ...LIMITS.requestHandler, requestTimeout: 4_500 } });
export const loadBalancingClient = (): ElasticLoadBalancingV2Client => new ElasticLoadBalancingV2Client(LIMITS);
export const schedulerClient = (): SchedulerClient => new SchedulerClient(LIMITS);
export const secretsClient = (): SecretsManagerClient => new SecretsManagerClient(LIMITS);
/** Slack gives three seconds for everything, a window of its own included: a read that hangs is better repeated by whoever pressed. */
export const hastySecretsClient = (): SecretsManagerClient =>
  new SecretsManagerClient({
    ...LIMITS,
    maxAttempts: 1,
    requestHandler: { ...LIMITS.requestHandler, requestTimeout: 1_000 },
  });
export const snsClient = (): SNSClient => new SNSClient(LIMITS);
/** Buckets by path, so that an endpoint without wildcard names (a stand-in, a VPC endpoint) works. */
export const s3Client = (): S3Client => new S3Client({ ...LIMITS, forcePathStyle: true });
