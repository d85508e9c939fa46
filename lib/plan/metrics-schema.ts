import * as z from 'zod';
import { duration, listOf, text, whole, word } from './fields.ts';

const STATISTIC = 'must be Sum, Average, Minimum, Maximum, SampleCount or a percentile such as p99';

/** A CloudWatch metric, one value per minute; `{arm}` stands for traffic.names, `{segment}` for each value of segments. */
const source = (statistic: 'Sum' | 'Average') =>
  z
    .strictObject({
      namespace: text(255).describe('Namespace in CloudWatch.'),
      metric: text(255).describe('Name of the metric.'),
      statistic: z
        .string({ error: STATISTIC })
        .regex(/^(?:Sum|Average|Minimum|Maximum|SampleCount|p\d{1,2}(?:\.\d{1,3})?)$/, { error: STATISTIC })
        .prefault(statistic)
        .describe('Which statistic of a minute is read.'),
      dimensions: z
        .record(text(255), text(255), { error: 'must map names of dimensions to values' })
        .prefault({})
        .describe("{arm} becomes the arm's name of traffic.names, {segment} the segment."),
      missing: word(['zero', 'unknown'])
        .prefault('unknown')
        .describe('What a minute without a value means: zero (once that arm has ever published), or nothing known.'),
      settle: duration('0m', '10m').prefault('3m').describe('How long after its end a minute may still change.'),
    })
    .transform(({ settle, ...keys }) => ({ ...keys, settleMinutes: settle }));

const GAUGE = 'must be named with at most 40 letters and digits, a letter first';
const GAUGE_NAME = /^[A-Za-z][A-Za-z0-9]{0,39}$/;

export const metricsKeys = z.strictObject({
  revenue: z
    .strictObject({
      sum: source('Sum').describe('Amounts, by minute; must contain {arm}.'),
      orders: source('Sum')
        .optional()
        .describe('Their number; then the regression watch sees orders that do not come.'),
    })
    .optional()
    .describe('What revenueDelta compares.'),
  segments: z
    .strictObject({
      dimension: text(255).describe('What the segments are segments of, for people.'),
      values: listOf(text(100), 1, 50).describe('The segments.'),
      requests: source('Sum').describe('Requests of a segment; must contain {arm} and {segment}.'),
      failures: source('Sum').describe('Those that failed; must contain {arm} and {segment}.'),
      minimumRequests: whole(1, 1_000_000_000)
        .optional()
        .describe(
          'Candidate requests in the bake below which a segment has no say in a criterion. Without it every segment has one, and must have come.',
        ),
    })
    .optional()
    .describe('What segmentErrorRatio and segmentSpread compare.'),
  gauges: z
    .record(z.string({ error: GAUGE }).regex(GAUGE_NAME, { error: GAUGE }), source('Average'), {
      error: 'must map names of gauges to CloudWatch metrics',
    })
    .prefault({})
    .describe('Anything else in CloudWatch, by a name of your own, as a limit on the candidate.'),
});
