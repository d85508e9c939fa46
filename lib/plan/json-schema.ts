import * as z from 'zod';
import { planSchema } from './schema.ts';

/** What editors need to help with a plan: keys, descriptions, examples and defaults. Rules over several keys are not in it. */
export const planJsonSchema = (): object => ({
  title: 'Sluice plan',
  description: 'What an operator writes; see docs/plan.md.',
  ...z.toJSONSchema(planSchema, { io: 'input' }),
});
