/** Events of the table's stream (NEW_IMAGE), as Lambda's event source hands them over. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

let sequence = 0;

export const streamRecord = (image: Readonly<Record<string, AttributeValue>>) => {
  sequence += 1;
  return {
    eventID: `${sequence}`.padStart(32, '0'),
    eventName: 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    dynamodb: {
      ApproximateCreationDateTime: 1_761_912_000,
      Keys: { rollout: image.rollout, revision: image.revision },
      NewImage: image,
      SequenceNumber: `1${`${sequence}`.padStart(23, '0')}`,
      SizeBytes: JSON.stringify(image).length,
      StreamViewType: 'NEW_IMAGE',
    },
    eventSourceARN: 'arn:aws:dynamodb:us-east-1:123456789012:table/sluice-journal/stream/2025-10-31T00:00:00.000',
  };
};

export const streamEvent = (records: readonly unknown[]) => ({ Records: records });
