import * as z from 'zod';
import { parseRuleArn, parseTargetGroupArn } from './arn.ts';
import { listOf, text, written } from './fields.ts';
import { orRefuse } from './parsed.ts';

const RULE =
  'must be the ARN of a rule of an Application Load Balancer, arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener-rule/app/…';
const GROUP = 'must be the ARN of a target group, arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/…';

const rule = written(
  RULE,
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/learn/50dc6c495c0c9188/0467ef3c8400ae65/9683b2d02a6cabee',
  (arn) => orRefuse(parseRuleArn(arn) && arn, RULE),
);

const targetGroup = written(
  GROUP,
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/analyzer/73e2d6bc24d8a067',
  (arn) => orRefuse(parseTargetGroupArn(arn) && arn, GROUP),
);

const AUDIENCE = 'must be a number and a noun, such as 500000 learners';

const AUDIENCE_FORM = /^\d{1,12} \p{L}[\p{L} -]{0,39}$/u;

const audience = written(AUDIENCE, '500000 learners', (written) => {
  const noun = written.slice(written.indexOf(' ') + 1);
  return orRefuse(AUDIENCE_FORM.test(written) ? { count: Number.parseInt(written, 10), noun } : undefined, AUDIENCE);
});

export const trafficKeys = z.strictObject({
  rules: listOf(rule, 1, 20).describe(
    'Listener rules whose weights are moved, all of one load balancer: AWS allows a target group on only one.',
  ),
  baseline: targetGroup.describe('Target group of the version that serves now; the side on which the rule rests.'),
  candidate: targetGroup.describe('Target group of the release, in the same region and account.'),
  names: z
    .strictObject({
      baseline: text(100).prefault('baseline').describe('What the version that serves now is called in metrics.'),
      candidate: text(100).prefault('candidate').describe('What the release is called in metrics.'),
    })
    .prefault({})
    .describe('What {arm} becomes in the dimensions of metrics.'),
  audience: audience.optional().describe('Who is behind the traffic; only for reports.'),
});
