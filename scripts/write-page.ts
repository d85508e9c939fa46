/** Writes lib/report/page/inlined.ts and lib/cli/demo/inlined.ts; tests say when one is out of date. */
import { writeFileSync } from 'node:fs';
import { inlinedDemoText, inlinedText } from './inline-page.ts';

writeFileSync(new URL('../lib/report/page/inlined.ts', import.meta.url), inlinedText());
writeFileSync(new URL('../lib/cli/demo/inlined.ts', import.meta.url), inlinedDemoText());
