import type { Ledger } from '../ledger.ts';
import { SCRIPT, SCRIPT_HASH, STYLE } from './inlined.ts';
import { el, type Markup, toHtml } from './markup.ts';
import { pageData } from './page-data.ts';
import type { ChartData, PageData } from './shape.ts';
import { pageView } from './view.ts';

/**
 * The report of a rollout so far as one file: it loads nothing, and its policy lets nothing be loaded.
 * @param headHash SHA-256 of the journal's last line
 */
export const reportPage = (ledger: Ledger, headHash?: string): string => {
  const data = pageData(ledger, headHash);
  return data === undefined ? emptyPage(`Rollout ${ledger.plan.rollout}: no journal entry yet`) : pageHtml(data);
};

const pageHtml = (data: PageData): string =>
  document(data.title, pageView(data), `${dataHtml('chart-data', data.charts)}<script>${SCRIPT}</script>`);

const emptyPage = (title: string): string => document(title, [el('main', {}, el('h1', {}, title))], '');

/** What a page that is no file but served may have beside the page's own: its style, and the policy that lets it work. */
export interface Dress {
  readonly style: string;
  readonly policy: string;
}

/** @param scripts are not escaped: our own, and data in which no tag can begin */
export const document = (title: string, body: readonly Markup[], scripts: string, dress: Dress = PLAIN): string =>
  [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    toHtml(el('meta', { charset: 'utf-8' })),
    toHtml(el('meta', { 'http-equiv': 'Content-Security-Policy', content: dress.policy })),
    toHtml(el('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' })),
    toHtml(el('meta', { name: 'color-scheme', content: 'light dark' })),
    toHtml(el('meta', { name: 'referrer', content: 'no-referrer' })),
    // Else a browser would ask for one.
    toHtml(el('link', { rel: 'icon', href: 'data:,' })),
    toHtml(el('title', {}, title)),
    `<style>${dress.style}</style>`,
    '</head>',
    `<body>${body.map(toHtml).join('\n')}`,
    scripts,
    '</body>',
    '</html>',
    '',
  ].join('\n');

/** Bars are placed by style attributes, which have no hash. */
const POLICY = [
  "default-src 'none'",
  `script-src '${SCRIPT_HASH}'`,
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const PLAIN: Dress = { style: STYLE, policy: POLICY };

/** JSON in which neither a tag nor a comment can begin or end. */
export const dataHtml = (id: string, data: ChartData | string): string =>
  `<script type="application/json" id="${id}">${JSON.stringify(data).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e')}</script>`;
