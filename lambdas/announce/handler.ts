import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { announcedOf } from '../../lib/aws/announced.ts';
import { readReport, reportsOf } from '../../lib/aws/bucket.ts';
import { dynamoDbClient, s3Client, snsClient } from '../../lib/aws/clients.ts';
import { METRICS, RUN_TIME, readEnvironment, serviceName } from '../../lib/aws/environment.ts';
import { journalOf } from '../../lib/aws/journal.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { announcementsOf } from '../../lib/aws/topic.ts';
import { announceAll, type Desk } from './announce.ts';
import type { Shelf } from './shelf.ts';
import { entriesToTell } from './stream.ts';
import { writeReport } from './write-report.ts';

/** What a stream's event source expects: from this record on it comes again. Empty: all was done. */
export interface BatchReply {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

const environment = readEnvironment(process.env);
const deadline = new Deadline();
const dynamoDb = dynamoDbClient();
const bucket = s3Client();
const shelf: Shelf = {
  journal: journalOf(dynamoDb, environment, deadline),
  reports: reportsOf(bucket, environment, deadline),
  read: (rollout, name) => readReport(bucket, environment, deadline, rollout, name),
};
const metrics = new Metrics({ namespace: METRICS.namespace, serviceName: serviceName(process.env) });
const desk: Desk = {
  announcements: announcementsOf(snsClient(), environment, deadline),
  announced: announcedOf(dynamoDb, environment, deadline),
  writeReport: (rollout, revision) => writeReport(shelf, rollout, revision),
  countFailedReport: () => {
    metrics.addMetric(METRICS.reportsFailed, MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  },
  log: new Logger({ serviceName: serviceName(process.env) }),
};

/**
 * Woken by the journal's own stream, so nothing that was recorded is forgotten: tells people what the new entries say, then brings the
 * reports up to date. Only the first failure is named: of those named, the event source starts again at the lowest
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html).
 */
export const handler = async (event: unknown): Promise<BatchReply> => {
  deadline.begin(1000 * RUN_TIME.announce.workSeconds);
  const failed = await announceAll(desk, entriesToTell(event));
  return { batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: failed.sequenceNumber }] };
};
