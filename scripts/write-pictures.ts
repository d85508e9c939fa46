import { readFileSync, writeFileSync } from 'node:fs';
import { rehearsalsPicture } from './rehearsals-picture.ts';

/** Writes docs/rehearsals.svg; test/docs/pictures.test.ts keeps it current. */
const plan = readFileSync(new URL('../examples/orders.yaml', import.meta.url), 'utf8');
writeFileSync(new URL('../docs/rehearsals.svg', import.meta.url), await rehearsalsPicture(plan));
