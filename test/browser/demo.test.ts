import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { launch } from './chromium.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SHOTS = join(ROOT, 'out/screenshots');

let browser: Browser;
beforeAll(async () => {
  mkdirSync(SHOTS, { recursive: true });
  browser = await launch();
});
afterAll(() => browser.close());

const demos: ChildProcess[] = [];
const pages: Page[] = [];
afterEach(async () => {
  for (const page of pages.splice(0)) await page.context().close();
  for (const demo of demos.splice(0)) {
    demo.kill('SIGINT');
    if (demo.exitCode === null) await once(demo, 'exit');
  }
});

interface Seen {
  readonly page: Page;
  /** Everything the browser complained about, and every address but the demo's that it asked for. */
  readonly troubles: string[];
}

const startDemo = async (...args: readonly string[]): Promise<string> => {
  const demo = spawn(process.execPath, ['bin/sluice.mjs', 'demo', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  demos.push(demo);
  const [line] = await once(demo.stdout, 'data');
  return `${line}`.trim();
};

const look = async (url: string, width = 1280): Promise<Seen> => {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: 'light' });
  const page = await context.newPage();
  pages.push(page);
  const troubles: string[] = [];
  page.on('console', (message) => troubles.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:'))
      troubles.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, troubles };
};

const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

/** The bar, or the page below it, says so. */
const says = (page: Page, words: string | RegExp, where = 'body'): Promise<void> =>
  page.locator(where).filter({ hasText: words }).first().waitFor({ timeout: 30_000 });

/** Ten virtual minutes a second: fast enough to wait for, slow enough to press at the right time. */
const inCanary = async (...args: readonly string[]): Promise<Seen> => {
  const seen = await look(await startDemo('--speed', '10', ...args));
  await says(seen.page, 'Candidate 1 % in canary', '.demo');
  return seen;
};

const shoot = async (page: Page, name: string): Promise<void> => {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate('scrollTo(0, 0)');
    await page.screenshot({ path: join(SHOTS, `demo-${name}-${width}-light.png`) });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
};

/** Not by a tag, which the page's own policy forbids. */
const seriousIn = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source);
  const found: { violations: { id: string; impact: string; nodes: { html: string }[] }[] } = await page.evaluate(
    "axe.run({ resultTypes: ['violations'] })",
  );
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
};

describe('whoever opens the demo and presses', () => {
  it('nothing sees the candidate get its first traffic, and is told what to press', async () => {
    const { page, troubles } = await look(await startDemo('--speed', '10'));
    await says(
      page,
      /In \d+ virtual minutes? the candidate gets 1 % of the traffic\. Then press Break the candidate\./,
    );
    await shoot(page, 'begin');
    await says(page, 'Candidate 1 % in canary', '.demo');
    await says(page, 'The candidate goes from 0 % to 1 % of the traffic', 'main');
    await says(page, 'Baked 1', '.next');
    await shoot(page, 'canary');
    expect(troubles).toEqual([]);
  });

  it('Break the candidate sees it rolled back', async () => {
    const { page, troubles } = await inCanary();
    await press(page, 'Break the candidate');
    await says(page, 'rolled back', '.demo .badge');
    await says(page, 'To go back to the baseline', '.decision');
    await says(page, /rollBack WATCH_TRIPPED/, '.decisions');
    await says(page, 'Broke the candidate: from now on 5 % of its answers are errors.', '.demo-more');
    await says(page, 'rolling back: WATCH_TRIPPED', '.demo-more');
    await page.waitForFunction("document.querySelectorAll('figure canvas').length === 6");
    await shoot(page, 'broken');
    expect(await seriousIn(page)).toEqual([]);
    await press(page, 'Start again');
    await says(page, 'scheduled', 'h1 .badge');
    expect(troubles).toEqual([]);
  });

  it('Slow it down sees it rolled back', async () => {
    const { page, troubles } = await inCanary();
    await press(page, 'Slow it down');
    await says(page, 'rolled back', 'h1 .badge');
    await says(page, 'To go back to the baseline', '.decision');
    expect(troubles).toEqual([]);
  });

  it('Silence CloudWatch sees it held and not rolled back, and going on when it is pressed again', async () => {
    const { page, troubles } = await inCanary();
    const button = page.getByRole('button', { name: 'Silence CloudWatch' });
    await button.click();
    await says(page, 'held', 'h1 .badge');
    await says(page, /hold BLIND/, '.decisions');
    await says(page, 'Candidate 1 % in canary', '.demo');
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    await shoot(page, 'silent');
    expect(await seriousIn(page)).toEqual([]);
    await button.click();
    await says(page, 'running', 'h1 .badge');
    expect(troubles).toEqual([]);
  });

  it('Edit the weights by hand sees them put back', async () => {
    const { page, troubles } = await inCanary();
    await press(page, 'Edit the weights by hand');
    await says(page, /correct WEIGHT_ABOVE/, '.decisions');
    await says(page, 'set the rule', '.demo-more');
    await says(page, 'Candidate 1 % in canary', '.demo');
    expect(troubles).toEqual([]);
  });

  it('Stop the ticks sees the watchdog call people and take the traffic away', async () => {
    const { page, troubles } = await inCanary();
    await press(page, 'Stop the ticks');
    await says(page, '(the rule has 0 %)', '.demo');
    await says(page, /hold WATCHDOG/, '.decisions');
    expect(troubles).toEqual([]);
  });

  it('Skip ahead and Sign off sees the gate opened by four leads', async () => {
    const { page, troubles } = await inCanary();
    while (!((await page.locator('.demo-hint').textContent()) ?? '').includes('leads are asked')) {
      const newest = await page.locator('.demo-latest [data-id]').getAttribute('data-id');
      await press(page, 'Skip ahead');
      await page.locator(`.demo-latest [data-id]:not([data-id="${newest}"])`).waitFor();
    }
    await says(page, 'The gate has passed. 4 leads are asked: press Sign off.', '.demo-hint');
    await shoot(page, 'sign-off');
    await press(page, 'GO from finance');
    await says(page, '3 leads are asked', '.demo-hint');
    await press(page, 'Sign off');
    await says(page, 'the next phase waits for its time', '.demo-hint');
    await says(page, /commanded sign-off product GO/, '.decisions');
    expect(await seriousIn(page)).toEqual([]);
    expect(troubles).toEqual([]);
  });
});

describe('the page of the demo', () => {
  it('can be used by keys alone, and keeps the focus and what is typed while it is drawn anew', async () => {
    const { page, troubles } = await inCanary();
    await page.getByRole('button', { name: 'Break the candidate' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('searchbox').focus();
    await page.keyboard.type('advance');
    await says(page, 'rolled back', 'h1 .badge');
    await page.keyboard.type(' started');
    expect(await page.getByRole('searchbox').inputValue()).toBe('advance started');
    expect(await page.locator('.decisions > li:visible').count()).toBe(1);
    expect(troubles).toEqual([]);
  });

  it('keeps what somebody looks at in a chart', async () => {
    const { page } = await inCanary();
    await page.locator('figure[data-chart=requests] canvas').waitFor();
    const chart = page.locator('figure[data-chart=requests]');
    await chart.getByRole('button', { name: /^candidate/ }).click();
    await press(page, 'Silence CloudWatch');
    await says(page, 'held', 'h1 .badge');
    expect(await chart.getByRole('button', { name: /^candidate/ }).getAttribute('aria-pressed')).toBe('false');
  });

  it('cannot be driven, read or framed by another site that is open in the same browser', async () => {
    const { page } = await inCanary();
    const site = createServer((_, response) => response.end('<!doctype html><title>another site</title>'));
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
    onTestFinished(() => void site.close());
    const { port } = site.address() as AddressInfo;
    const { page: other } = await look(`http://localhost:${port}/`);
    const tried: readonly string[] = await other.evaluate(async (url) => {
      const said = async (asked: Promise<{ readonly type: string }>) =>
        asked.then(
          ({ type }) => type,
          () => 'refused',
        );
      const body = JSON.stringify({ press: 'fail' });
      return [
        await said(fetch(`${url}press`, { method: 'POST', mode: 'no-cors', body })),
        await said(fetch(`${url}press`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })),
        await said(fetch(url)),
      ];
    }, page.url());
    // The first was sent all the same.
    expect(tried).toEqual(['refused', 'refused', 'refused']);
    await other.setContent(`<iframe src="${page.url()}"></iframe>`);
    await press(page, 'Hold');
    await says(page, 'held', 'h1 .badge');
    expect(await page.getByRole('button', { name: 'Break the candidate' }).getAttribute('aria-pressed')).toBe('false');
    expect(other.frames().map((frame) => frame.url())).not.toContain(page.url());
  });

  it('is the same in two windows', async () => {
    const { page } = await inCanary();
    const { page: other, troubles } = await look(page.url(), 390);
    await press(other, 'Hold');
    await says(page, 'held', 'h1 .badge');
    await says(other, 'held', 'h1 .badge');
    expect(await seriousIn(other)).toEqual([]);
    expect(troubles).toEqual([]);
  });
});
