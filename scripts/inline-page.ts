/** What a page has inside it: its script and style, bundled, as a module that every place that makes pages can import. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The text of lib/report/page/inlined.ts. esbuild is pinned, so the same sources make the same text. */
export const inlinedText = (): string => {
  const script = bundled('../lib/report/page/browser/main.ts');
  const style = bundled('../lib/report/page/browser/style.css');
  if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style))
    throw new Error('nothing inside may end what it is in');
  const hash = `sha256-${createHash('sha256').update(script).digest('base64')}`;
  return [
    '/** Made by `npm run page` from lib/report/page/browser; with uPlot (MIT, https://github.com/leeoniya/uPlot) inside. */',
    `export const SCRIPT = ${JSON.stringify(script)};`,
    `export const SCRIPT_HASH = ${JSON.stringify(hash)};`,
    `export const STYLE = ${JSON.stringify(style)};`,
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
