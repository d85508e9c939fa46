import { writeFileSync } from 'node:fs';
import { planJsonSchema } from '../lib/plan/json-schema.ts';
import { planReference } from './plan-reference.ts';

/** Writes docs/plan.schema.json and docs/plan-reference.md; test/plan/json-schema.test.ts keeps them current. */
const schema = planJsonSchema();
const write = (name: string, text: string): void => writeFileSync(new URL(`../docs/${name}`, import.meta.url), text);
write('plan.schema.json', `${JSON.stringify(schema, null, 2)}\n`);
write('plan-reference.md', planReference(schema));
