/** The run that all pages see: lets its time pass while somebody looks, does what is pressed, and sends what is new. */
import type { ServerResponse } from 'node:http';
import type { PlanFile } from '../plan-file.ts';
import { barOf } from './bar.ts';
import { demoPage, pageOf } from './demo-page.ts';
import { doPress } from './do-press.ts';
import { beginRun, type LiveRun, pass } from './live-run.ts';
import type { Press } from './press.ts';
import { addWatcher, endAll, send, type Watchers } from './watchers.ts';

/** The controller works for so long at a time, so that presses are heard. */
const WORK_MS = 40;
/** A page is sent this long after the one before at the earliest; sooner when something was decided. */
const PAGE_MS = 400;
const NEWS_MS = 120;
/** Making pages takes at most a tenth of the time; a third where one decision follows the other. */
const PAGE_REST = 9;
const NEWS_REST = 2;
/** A computer that slept goes on where it was. */
const GAP_AT_MOST_MS = 1000;

export interface RunShow {
  /** Real time passes. */
  readonly beat: () => Promise<void>;
  readonly press: (press: Press) => Promise<void>;
  readonly page: (token: string) => string;
  /** False: too many pages look already. */
  readonly watch: (response: ServerResponse) => boolean;
  readonly isHurrying: () => boolean;
  readonly end: () => void;
}

/** @param now milliseconds, of whatever beginning */
export const showRun = async (
  { source }: Pick<PlanFile, 'source'>,
  minutesPerSecond: number,
  now: () => number,
): Promise<RunShow | { readonly refused: readonly string[] }> => {
  const begun = await beginRun(source, minutesPerSecond);
  if ('refused' in begun) return begun;
  const watchers: Watchers = { streams: new Set() };
  const seen = { run: begun as LiveRun, count: 1, beatAt: now(), bar: '', page: '', pageAt: 0, pageMs: 0, changes: 0 };
  const idOf = (): string => `${seen.count}.${seen.run.ledger.newest?.revision}`;
  const barText = (): string => JSON.stringify(barOf(seen.run, seen.count));
  const pageText = (): string => JSON.stringify(pageOf(seen.run));

  const tellBar = (): void => {
    const text = barText();
    if (text === seen.bar) return;
    seen.bar = text;
    send(watchers.streams, 'bar', text);
  };
  const tellPage = (): void => {
    if (idOf() === seen.page || watchers.streams.size === 0) return;
    const isNews = seen.run.ledger.changes.length !== seen.changes;
    const began = now();
    const rest = isNews ? Math.max(NEWS_MS, NEWS_REST * seen.pageMs) : Math.max(PAGE_MS, PAGE_REST * seen.pageMs);
    if (began < seen.pageAt + rest) return;
    send(watchers.streams, 'page', pageText(), idOf());
    Object.assign(seen, {
      page: idOf(),
      changes: seen.run.ledger.changes.length,
      pageAt: now(),
      pageMs: now() - began,
    });
  };

  // One thing after the other: the controller is asked nothing while it ticks.
  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work);
    return last;
  };

  return {
    beat: () =>
      inTurn(async () => {
        const at = now();
        const gap = Math.min(GAP_AT_MOST_MS, at - seen.beatAt);
        seen.beatAt = at;
        if (watchers.streams.size === 0) return;
        await pass(seen.run, gap, () => now() - at >= WORK_MS);
        tellBar();
        tellPage();
      }),
    press: (press) =>
      inTurn(async () => {
        if (press.press === 'again') {
          const again = await beginRun(source, seen.run.minutesPerSecond);
          if ('refused' in again) throw new Error(`a plan that could be run cannot be: ${again.refused.join('; ')}`);
          Object.assign(seen, { run: again, count: seen.count + 1, changes: 0 });
        } else await doPress(seen.run, press);
        tellBar();
        tellPage();
      }),
    page: (token) => demoPage(seen.run, token, idOf()),
    watch: (response) => {
      if (!addWatcher(watchers, response)) return false;
      const bar = barText();
      send([response], 'bar', bar);
      send([response], 'page', pageText(), idOf());
      // Others may have an older one, and get the newest with the next beat.
      if (watchers.streams.size === 1) Object.assign(seen, { bar, page: idOf() });
      return true;
    },
    isHurrying: () => watchers.streams.size > 0 && seen.run.skipsFrom !== null,
    end: () => endAll(watchers),
  };
};
