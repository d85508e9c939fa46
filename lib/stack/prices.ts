import { readFileSync } from 'node:fs';
import * as z from 'zod';

const schema = z.strictObject({
  region: z.string(),
  currency: z.literal('USD'),
  note: z.string(),
  prices: z.record(
    z.enum([
      'lambdaRequest',
      'lambdaArmGigabyteSecond',
      'getMetricData',
      'cloudWatchAlarmMetric',
      'cloudWatchDashboard',
      'cloudWatchCustomMetric',
      'logIngestion',
      'logStorage',
      'dynamoDbWrite',
      'dynamoDbRead',
      'dynamoDbStorage',
      'dynamoDbPointInTimeRecovery',
      'dynamoDbStreamRead',
      'snsPublish',
      'snsEmail',
      's3Put',
      's3Get',
      's3Storage',
      'schedulerInvocation',
      'sqsRequest',
      'kmsKey',
      'kmsRequest',
    ]),
    z.strictObject({
      usd: z.number().min(0),
      per: z.number().positive(),
      unit: z.string().min(1),
      date: z.iso.date(),
      source: z.url(),
      readFrom: z.url().nullable(),
    }),
  ),
});

export type PriceList = z.output<typeof schema>;
export type PriceName = keyof PriceList['prices'];

/** The list prices of prices.json; throws where the file is not as it must be. */
export const readPrices = (): PriceList =>
  schema.parse(JSON.parse(readFileSync(new URL('./prices.json', import.meta.url), 'utf8')));

/** Price of so many units in US dollars. */
export const priceOf = ({ prices }: PriceList, name: PriceName, units: number): number =>
  (prices[name].usd * units) / prices[name].per;
