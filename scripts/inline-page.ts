/** What a page has inside it: its script and style, bundled, as a module that every place that makes pages can import. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The text of lib/report/page/inlined.ts. esbuild is pinned, so the same sources make the same text. */
export const inlinedText = (): string =>
  moduleOf('', [
    '/** Made by `npm run page` from lib/report/page/browser; with uPlot (MIT, https://github.com/leeoniya/uPlot) inside. */',
    bundled('../lib/report/page/browser/main.ts'),
    bundled('../lib/report/page/browser/style.css'),
  ]);

const EXAMPLE = 'examples/ultra-fast-analyzer.yaml';

/** The text of lib/cli/demo/inlined.ts: with the plan, which an installed package does not have beside it. */
export const inlinedDemoText = (): string => {
  const page = moduleOf('DEMO_', [
    `/** Made by \`npm run page\` from lib/cli/demo/browser and ${EXAMPLE}. */`,
    bundled('../lib/cli/demo/browser/main.ts'),
    bundled('../lib/cli/demo/browser/style.css'),
  ]);
  const plan = readFileSync(new URL(`../${EXAMPLE}`, import.meta.url), 'utf8');
  return `${page}export const DEMO_PLAN = ${JSON.stringify({ path: EXAMPLE, source: plan })};\n`;
};

const moduleOf = (prefix: string, [head, script, style]: readonly [string, string, string]): string => {
  if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style))
    throw new Error('nothing inside may end what it is in');
  const hash = `sha256-${createHash('sha256').update(script).digest('base64')}`;
  return [
    head,
    `export const ${prefix}SCRIPT = ${JSON.stringify(script)};`,
    `export const ${prefix}SCRIPT_HASH = ${JSON.stringify(hash)};`,
    `export const ${prefix}STYLE = ${JSON.stringify(style)};`,
    '',
  ].join('\n');
};

const bundled = (entry: string): string => {
  const { outputFiles } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text.trim() ?? '';
};
