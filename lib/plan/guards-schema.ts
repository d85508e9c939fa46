import * as z from 'zod';
import { parseGuard } from './criterion.ts';
import { percent, text, word } from './fields.ts';

const GUARD = 'must be an expression such as `errorRate > 1.5% for 2m`, or { if, proof, inSharedOutage }';
const expression = (must: string) =>
  z
    .string({ error: must })
    .max(1000, { error: 'must be at most 1000 characters' })
    .meta({ examples: ['errorRate > 1.5% for 2m'] });

const longForm = z.strictObject({
  if: expression('must be an expression such as `errorRate > 1.5% for 2m`').describe('The guard itself.'),
  proof: word(['proven', 'none'])
    .prefault('proven')
    .describe('proven: trips when the breach is proven. none: as soon as the numbers exceed the limit.'),
  inSharedOutage: word(['hold', 'rollBack'])
    .prefault('hold')
    .describe('What to do when the baseline exceeds the limit, too.'),
});

/** `errorRate > 1.5% for 2m`, or the long form with options. */
export const guard = z.union([expression(GUARD), longForm], { error: GUARD }).transform((written, context) => {
  const {
    if: condition,
    proof,
    inSharedOutage,
  } = typeof written === 'string' ? longForm.parse({ if: written }) : written;
  const parsed = parseGuard(condition, { proof, inSharedOutage });
  if ('value' in parsed) return parsed.value;
  context.addIssue(parsed.must);
  return z.NEVER;
});

type Watch = { readonly off: string } | { readonly falseRollbacks: number; readonly onSticky: 'hold' | 'rollBack' };

/** The share of healthy rollouts that the watch may roll back, as a fraction; or the reason why it is not armed. */
export const regressionWatch = z
  .strictObject({
    falseRollbacks: percent(0.1, 10)
      .optional()
      .describe('Share of healthy rollouts that the watch may roll back; 1%, unless given.'),
    onSticky: word(['hold', 'rollBack'])
      .optional()
      .describe('What it does where rules are sticky, and its guarantee does not hold; hold, unless given.'),
    off: text(200).optional().describe('The watch is not armed, for this reason; stands alone.'),
  })
  .transform(({ falseRollbacks = 1, onSticky = 'hold', off }, context): Watch => {
    if (off === undefined) return { falseRollbacks: falseRollbacks / 100, onSticky };
    const { value } = context;
    if (value.falseRollbacks === undefined && value.onSticky === undefined) return { off };
    context.addIssue('must either give falseRollbacks and onSticky, or be off');
    return z.NEVER;
  });
