/** One rollout of the demo: the production controller in a world in memory, with virtual time that passes as real time does, only faster. */

import { hashOf } from '../../controller/record.ts';
import { type Memory, nothingRemembered } from '../../controller/watchdog.ts';
import { assert } from '../../plan/assert.ts';
import type { Instant, Plan } from '../../plan/plan.ts';
import { addEntry, emptyLedger, type Ledger } from '../../report/ledger.ts';
import type { Entry, Notice } from '../../rollout/entry.ts';
import type { RolloutState } from '../../rollout/rollout.ts';
import { letPass, lookAfter } from '../../sim/live.ts';
import { begin, nextInstant, proceed, type Rehearsal } from '../../sim/rehearsal.ts';
import type { BarLine } from './shape.ts';

const MINUTE = 60_000;
/** The same story every time, up to what is pressed. */
const SEED = 1;
/** Lines that are shown. */
const LINES_AT_MOST = 40;

export type Line = Omit<BarLine, 'at'> & { readonly at: Instant };

/** Changed in place. */
export interface LiveRun {
  readonly plan: Plan;
  readonly ledger: Ledger;
  rehearsal: Rehearsal;
  /** The journal's last line. */
  lastLine: string;
  /** Newest first. */
  lines: readonly Line[];
  /** Notices of entries, and what the controller published without one, that stand among the lines. */
  noticesSeen: number;
  publishedSeen: number;
  /** The watchdog's, and when it looks next: half a minute after the ticks. */
  memory: Memory;
  looksAt: Instant;
  /** Lines there ever were. */
  news: number;
  minutesPerSecond: number;
  isStanding: boolean;
  /** Since which `news` the run hurries to the next; null: it does not. */
  skipsFrom: number | null;
}

export const beginRun = async (
  source: string,
  minutesPerSecond: number,
): Promise<LiveRun | { readonly refused: readonly string[] }> => {
  const bytes: number[] = [];
  const early: Entry[] = [];
  const made: { run: LiveRun | null; lastLine: string } = { run: null, lastLine: '' };
  const see = (run: LiveRun, entry: Entry): void => {
    addEntry(run.ledger, entry, bytes.shift());
    run.lastLine = made.lastLine;
  };
  const rehearsal = await begin({
    source,
    seed: SEED,
    faults: [],
    signOffs: 'none',
    cloudTrail: 'answers',
    sink: (body) => {
      bytes.push(Buffer.byteLength(body));
      made.lastLine = body;
    },
    onEntry: (entry) => {
      if (made.run === null) early.push(entry);
      else see(made.run, entry);
    },
  });
  if ('refused' in rehearsal) return rehearsal;
  const run: LiveRun = {
    plan: rehearsal.plan,
    ledger: emptyLedger(rehearsal.plan),
    rehearsal,
    lastLine: '',
    lines: [],
    noticesSeen: 0,
    publishedSeen: 0,
    memory: nothingRemembered,
    looksAt: rehearsal.world.data.now + 1.5 * MINUTE,
    news: 0,
    minutesPerSecond,
    isStanding: false,
    skipsFrom: null,
  };
  made.run = run;
  for (const entry of early) see(run, entry);
  readNotices(run);
  return run;
};

export const nowOf = ({ rehearsal }: LiveRun): Instant => rehearsal.world.data.now;

export const hashOfHead = ({ lastLine }: LiveRun): string => hashOf(lastLine);

/** Entry 0 is there from the beginning. */
export const stateOf = ({ ledger }: LiveRun): RolloutState => {
  assert(ledger.newest !== null, 'a run that began has an entry');
  return ledger.newest.state;
};

/** Nothing happens any more. */
export const hasEnded = (run: LiveRun): boolean => stateOf(run).endedAt !== null;

export const addLine = (run: LiveRun, line: Omit<Line, 'at' | 'id'>, at: Instant = nowOf(run)): void => {
  run.news += 1;
  run.lines = [{ id: run.news, at, ...line }, ...run.lines].slice(0, LINES_AT_MOST);
};

/** What people were told since it was last asked. */
export const readNotices = (run: LiveRun): void => {
  const { notices } = run.rehearsal.run;
  const { announcements } = run.rehearsal.world.data;
  for (const { at, ...notice } of notices.slice(run.noticesSeen)) addNotice(run, notice, Date.parse(at));
  for (const announcement of announcements.slice(run.publishedSeen)) addNotice(run, announcement, nowOf(run));
  run.noticesSeen = notices.length;
  run.publishedSeen = announcements.length;
};

const addNotice = (run: LiveRun, { audience, subject, text }: Notice, at: Instant): void => {
  const [first = '', ...others] = text.split('\n');
  const short = subject.replace(`${run.plan.rollout}: `, '');
  addLine(run, { by: 'told', audience, text: `${short}: ${first}`, more: others.join('\n') }, at);
};

/**
 * Lets so much real time pass. A computer that cannot keep up lets the virtual clock fall behind; a run that skips goes on to the next news.
 *
 * @param isLate asked after every instant: no time is left, the rest waits for the next call
 */
export const pass = async (run: LiveRun, realMilliseconds: number, isLate: () => boolean): Promise<void> => {
  if (run.skipsFrom === null && run.isStanding) return;
  const until = nowOf(run) + (realMilliseconds / 1000) * run.minutesPerSecond * MINUTE;
  while (!hasEnded(run) && (run.skipsFrom !== null || nextOf(run) <= until)) {
    if (!(await goOn(run))) break;
    readNotices(run);
    if (run.skipsFrom !== null && run.news > run.skipsFrom) {
      run.skipsFrom = null;
      return;
    }
    if (isLate()) return;
  }
  run.skipsFrom = null;
  if (!hasEnded(run)) letPass(run.rehearsal, until);
};

const nextOf = (run: LiveRun): Instant => Math.min(nextInstant(run.rehearsal), run.looksAt);

/** The next tick, or the watchdog's next look. False: nothing comes any more. */
const goOn = async (run: LiveRun): Promise<boolean> => {
  if (nextInstant(run.rehearsal) <= run.looksAt) return proceed(run.rehearsal);
  letPass(run.rehearsal, run.looksAt);
  run.memory = await lookAfter(run.rehearsal, run.memory);
  run.looksAt += MINUTE;
  return true;
};
