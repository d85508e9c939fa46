/** The page of a rollout with the bar above it, as the demo's server sends it. */

import { assert } from '../../plan/assert.ts';
import { SCRIPT, SCRIPT_HASH, STYLE } from '../../report/page/inlined.ts';
import { dataHtml, document } from '../../report/page/page.ts';
import { pageData } from '../../report/page/page-data.ts';
import type { PageData } from '../../report/page/shape.ts';
import { pageView } from '../../report/page/view.ts';
import { barView } from './bar-view.ts';
import { DEMO_SCRIPT, DEMO_SCRIPT_HASH, DEMO_STYLE } from './inlined.ts';
import { hashOfHead, type LiveRun } from './live-run.ts';

/** Loads nothing, and talks to where it came from. */
const POLICY = [
  "default-src 'none'",
  `script-src '${SCRIPT_HASH}' '${DEMO_SCRIPT_HASH}'`,
  "style-src 'unsafe-inline'",
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** What only a header can say: no other page may have this one in a frame, where somebody could be made to press its buttons. */
export const POLICY_HEADER = `${POLICY}; frame-ancestors 'none'`;

/** Virtual minutes in a second that can be chosen. */
const SPEEDS = [0.5, 1, 2, 5, 15, 60];

/** @param id run and revision of what is shown */
export const demoPage = (run: LiveRun, token: string, id: string): string => {
  const data = pageOf(run);
  const speeds = [...new Set([...SPEEDS, run.minutesPerSecond])].sort((one, other) => one - other);
  return document(
    data.title,
    [...barView(run.plan, speeds), ...pageView(data)],
    [
      dataHtml('chart-data', data.charts),
      dataHtml('demo-token', token),
      dataHtml('demo-page', id),
      `<script>${SCRIPT}</script>`,
      `<script>${DEMO_SCRIPT}</script>`,
    ].join(''),
    { style: `${STYLE}\n${DEMO_STYLE}`, policy: POLICY },
  );
};

export const pageOf = (run: LiveRun): PageData => {
  const data = pageData(run.ledger, hashOfHead(run));
  assert(data !== undefined, 'a run that began has an entry');
  return data;
};
