import * as z from 'zod';
import { planSchema } from './schema.ts';

/** What editors need to help with a plan: keys, descriptions, examples, defaults and what must hold. Rules over several keys are not in it. */
export const planJsonSchema = (): object => ({
  title: 'Sluice plan',
  description: 'What an operator writes; see docs/plan.md.',
  ...z.toJSONSchema(planSchema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      const isValue = VALUES.has(String(jsonSchema.type)) || jsonSchema.anyOf !== undefined;
      if (isValue) jsonSchema.errorMessage = mustOf(zodSchema);
    },
  }),
});

const VALUES: ReadonlySet<string> = new Set(['string', 'integer', 'boolean']);

/**
 * What a value is told that is of no kind it may have. `errorMessage` is not of JSON Schema; the editors that are built on
 * https://github.com/microsoft/vscode-json-languageservice show it, YAML's among them.
 */
const mustOf = (schema: z.core.$ZodType): string | undefined =>
  z.safeParse(schema, NOTHING_ALLOWED).error?.issues[0]?.message;

const NOTHING_ALLOWED = Symbol('a value that no key may have');
