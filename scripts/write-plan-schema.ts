import { writeFileSync } from 'node:fs';
import { planJsonSchema } from '../lib/plan/json-schema.ts';

/** Writes docs/plan.schema.json; test/plan/json-schema.test.ts keeps it current. */
writeFileSync(new URL('../docs/plan.schema.json', import.meta.url), `${JSON.stringify(planJsonSchema(), null, 2)}\n`);
