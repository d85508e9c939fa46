import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Ledger } from '../../lib/report/ledger.ts';
import { indexLine, indexPage } from '../../lib/report/page/index-page.ts';
import { reportPage } from '../../lib/report/page/page.ts';
import { pageData } from '../../lib/report/page/page-data.ts';
import { launch } from './chromium.ts';
import { rehearsed } from './rollouts.ts';

const SHOTS = fileURLToPath(new URL('../../out/screenshots/', import.meta.url));

/** Three rollouts that people look at: one that went well, one that was rolled back, and one that waits for them. */
const ledgers = new Map<string, Ledger>();
const files = new Map<string, string>();
let browser: Browser;

beforeAll(async () => {
  mkdirSync(SHOTS, { recursive: true });
  browser = await launch();
  ledgers.set('finished', await rehearsed({}));
  ledgers.set('rolled-back', await rehearsed({ fault: 'failures x50 from 00:37' }));
  ledgers.set('held', await rehearsed({ requestsPerMinute: 317 }));
  const folder = mkdtempSync(join(tmpdir(), 'sluice-page-'));
  for (const [name, ledger] of ledgers) {
    files.set(name, join(folder, `${name}.html`));
    writeFileSync(files.get(name) ?? '', reportPage(ledger, 'f00d'));
  }
  const lines = [...ledgers].flatMap(([name, ledger]) => {
    const line = indexLine(ledger);
    return line === undefined ? [] : [{ ...line, rollout: name }];
  });
  files.set('index', join(folder, 'index.html'));
  writeFileSync(files.get('index') ?? '', indexPage(lines));
});
afterAll(() => browser.close());

let open: Page[] = [];
afterEach(async () => {
  for (const page of open) await page.context().close();
  open = [];
});

interface Seen {
  readonly page: Page;
  /** Everything the browser complained about, and every address it asked for but the file's own. */
  readonly troubles: string[];
}

const look = async (
  name: string,
  width: number,
  colorScheme: 'light' | 'dark',
  javaScriptEnabled = true,
): Promise<Seen> => {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, javaScriptEnabled });
  const page = await context.newPage();
  open.push(page);
  const troubles: string[] = [];
  const url = pathToFileURL(files.get(name) ?? '').href;
  page.on('console', (message) => troubles.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url && !request.url().startsWith('data:'))
      troubles.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, troubles };
};

const NAMES = ['finished', 'rolled-back', 'held'];
const LOOKS = [
  [1280, 'light'],
  [1280, 'dark'],
  [390, 'light'],
  [390, 'dark'],
] as const;

/** How many pixels of a chart's canvas have some colour that is neither grey nor nothing. */
const colouredPixels = (page: Page): Promise<readonly number[]> =>
  page.evaluate(`[...document.querySelectorAll('figure canvas')].map((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let coloured = 0;
    for (let i = 0; i < data.length; i += 4)
      if (data[i + 3] > 100 && Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]) > 40) coloured += 1;
    return coloured;
  })`);

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

describe.each(NAMES)('the page of a rollout that is %s', (name) => {
  it.each(LOOKS)(
    'opens at %i px in the %s without complaint or request, and is never wider than the window',
    async (...seen) => {
      const { page, troubles } = await look(name, ...seen);
      await page.screenshot({ path: join(SHOTS, `${name}-${seen.join('-')}.png`), fullPage: true });
      expect(troubles).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(seen[0]);
    },
  );

  it('draws every chart', async () => {
    const { page } = await look(name, 1280, 'light');
    expect(
      await page.locator('figure[data-chart]').evaluateAll((all) => all.map((each) => each.dataset.chart)),
    ).toEqual(['errors', 'slow-200', 'slow-250', 'requests', 'evidence', 'segments']);
    for (const pixels of await colouredPixels(page)) expect(pixels).toBeGreaterThan(200);
  });

  it.each([LOOKS[0], LOOKS[3]])('has nothing that axe-core finds serious at %i px in the %s', async (...seen) => {
    const { page } = await look(name, ...seen);
    await page.evaluate("for (const each of [...document.querySelectorAll('details')].slice(-3)) each.open = true");
    expect(await seriousIn(page)).toEqual([]);
  });
});

describe('the page of all rollouts', () => {
  it.each([LOOKS[0], LOOKS[3]])(
    'opens at %i px in the %s without complaint, request or serious fault',
    async (...seen) => {
      const { page, troubles } = await look('index', ...seen);
      await page.screenshot({ path: join(SHOTS, `index-${seen.join('-')}.png`), fullPage: true });
      expect(await page.getByRole('link').allTextContents()).toEqual(['held', 'finished', 'rolled-back']);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(seen[0]);
      expect(await seriousIn(page)).toEqual([]);
      expect(troubles).toEqual([]);
    },
  );
});

describe('the page', () => {
  it('finds a decision by its time', async () => {
    const { page } = await look('rolled-back', 1280, 'light');
    await page.getByRole('searchbox').fill('2025-10-31 12:41');
    const shown = page.locator('.decisions > li:visible');
    expect(await shown.count()).toBe(1);
    expect(await shown.textContent()).toContain('rollBack WATCH_TRIPPED');
    expect(await page.getByRole('status').textContent()).toMatch(/^1 of \d+ decisions$/);
    await shown.locator('summary').click();
    expect(await shown.getByRole('table').textContent()).toContain('evidence');
  });

  it('finds decisions by their kind and by words', async () => {
    const { page } = await look('finished', 1280, 'light');
    await page.locator('[name=kind]').selectOption('advance');
    const shown = page.locator('.decisions > li:visible');
    expect(await shown.count()).toBe(4);
    await page.getByRole('searchbox').fill('ramp started');
    expect(await shown.allTextContents()).toEqual([expect.stringMatching(/from 1.% to 10.% of the traffic/)]);
  });

  it('goes from a place in a chart to the decision that stood there, by keys alone', async () => {
    const { page } = await look('rolled-back', 1280, 'light');
    const chart = page.locator('figure[data-chart=errors]');
    await chart.locator('.plot').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    expect(await chart.locator('.readout').textContent()).toMatch(
      /^2025-10-31 12:4\d UTC: candidate .*, baseline 0\.\d+ %/,
    );
    for (let press = 0; press < 2; press += 1) await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.textContent')).toContain('WATCH_TRIPPED');
    expect(page.url()).toMatch(/#r\d+$/);
  });

  it('looks at one phase in all charts, and switches lines off', async () => {
    const { page } = await look('finished', 1280, 'light');
    const chart = page.locator('figure[data-chart=requests]');
    await page.getByRole('button', { name: 'ramp', exact: true }).click();
    await chart.locator('.plot').focus();
    await page.keyboard.press('Home');
    expect(await chart.locator('.readout').textContent()).toMatch(/^2025-11-01 13:5\d UTC.*weight recorded 1 %$/);
    const before = await colouredPixels(page);
    await chart.getByRole('button', { name: /^candidate/ }).click();
    expect(await chart.getByRole('button', { name: /^candidate/ }).getAttribute('aria-pressed')).toBe('false');
    expect((await colouredPixels(page))[3]).not.toBe(before[3]);
  });

  it('says everything but the charts without its script', async () => {
    const { page } = await look('rolled-back', 390, 'light', false);
    const text = (await page.locator('main').innerText()).replaceAll('\u00a0', ' ');
    for (const words of [
      'To go back to the baseline',
      'Entered 2025-10-31 12:00 UTC',
      'errorRate < 1%',
      'Error rate: Candidate 0 to',
    ])
      expect(text).toContain(words);
    expect(await page.getByRole('searchbox').isVisible()).toBe(false);
    expect(await page.locator('.decisions > li').count()).toBeGreaterThan(8);
  });

  it('is drawn anew with newer data, and keeps what somebody looks at', async () => {
    const { page, troubles } = await look('held', 1280, 'light');
    await page.getByRole('searchbox').fill('hold');
    await page.getByRole('button', { name: 'canary' }).click();
    const ledger = ledgers.get('rolled-back');
    await page.evaluate((data) => Object(globalThis).sluicePage.show(data), ledger && pageData(ledger));
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('rolled back');
    expect(await page.getByRole('searchbox').inputValue()).toBe('hold');
    expect(await page.getByRole('button', { name: 'canary' }).getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('figure canvas').count()).toBe(6);
    for (const pixels of await colouredPixels(page)) expect(pixels).toBeGreaterThan(200);
    expect(troubles).toEqual([]);
  });

  it('prints its charts and tables on light paper', async () => {
    const { page } = await look('rolled-back', 1280, 'dark');
    const pdf = await page.pdf({ format: 'A4', path: join(SHOTS, 'rolled-back.pdf') });
    expect(pdf.length).toBeGreaterThan(50_000);
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('searchbox').isVisible()).toBe(false);
    expect((await page.locator('.bar').first().boundingBox())?.width).toBeGreaterThan(1000);
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
  });
});
