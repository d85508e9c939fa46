/** Writes lib/report/page/inlined.ts; a test says when it is out of date. */
import { writeFileSync } from 'node:fs';
import { inlinedText } from './inline-page.ts';

writeFileSync(new URL('../lib/report/page/inlined.ts', import.meta.url), inlinedText());
