import type { Environment } from '../../lib/aws/environment.ts';

const lambda = (name: string): string => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const topic = (name: string): string => `arn:aws:sns:us-east-1:123456789012:${name}`;

/** What the stack tells its functions, in tests. */
export const environment: Environment = {
  SLUICE_TABLE: 'sluice-journal',
  SLUICE_SCHEDULE_GROUP: 'sluice',
  SLUICE_SCHEDULE_ROLE: 'arn:aws:iam::123456789012:role/sluice-schedules',
  SLUICE_SCHEDULE_DEAD_LETTERS: 'arn:aws:sqs:us-east-1:123456789012:sluice-lost-wake-ups',
  SLUICE_TICK_FUNCTION: lambda('sluice-tick'),
  SLUICE_MINUTE_WAKE_UPS: lambda('sluice-tick'),
  SLUICE_WATCHDOG_FUNCTION: lambda('sluice-watchdog'),
  SLUICE_TOPIC_EVERYONE: topic('sluice-everyone'),
  SLUICE_TOPIC_LEADS: topic('sluice-leads'),
  SLUICE_TOPIC_ON_CALL: topic('sluice-on-call'),
  SLUICE_REPORTS: 'sluice-reports',
  SLUICE_TRAIL: 'off',
};

export const topics: readonly string[] = [
  environment.SLUICE_TOPIC_EVERYONE,
  environment.SLUICE_TOPIC_LEADS,
  environment.SLUICE_TOPIC_ON_CALL,
];
