import type { Instant } from '../plan/plan.ts';
import { plannedTimeline } from '../plan/timeline.ts';
import type { Ledger } from '../report/ledger.ts';
import { explain, instant } from '../rollout/explain.ts';
import type { Io } from './io.ts';

export const FRAME_MS = 80;
const BAR_WIDTH = 24;

export interface ProgressShower {
  readonly show: (now: Instant) => void;
  readonly end: () => void;
}

/** One line on the terminal that moves with virtual time: how far, when, at which weight, and the last decision. */
export const progressShower = async (ledger: Ledger, io: Io): Promise<ProgressShower> => {
  if (!io.errIsTerminal) return { show: () => {}, end: () => {} };
  const line = await io.liveLine();
  const { start } = ledger.plan;
  const ends = plannedTimeline(ledger.plan).findLast(({ kind }) => kind === 'finish')?.at ?? start;
  let next = 0;
  const show = (now: Instant): void => {
    const clock = Date.now();
    if (clock < next) return;
    next = clock + FRAME_MS;
    line.show(
      progressText(ledger, now, (now - start) / Math.max(1, ends - start)).slice(0, Math.max(20, io.columns - 1)),
    );
  };
  return { show, end: () => line.clear() };
};

/** @param done the part that is over; more than 1 when it takes longer than planned */
export const progressBar = (done: number): string => {
  const full = Math.round(Math.min(1, Math.max(0, done)) * BAR_WIDTH);
  return `[${'='.repeat(full)}${' '.repeat(BAR_WIDTH - full)}]`;
};

const progressText = ({ plan, newest, changes }: Ledger, now: Instant, done: number): string => {
  const last = changes.at(-1)?.decision;
  const why = last === undefined ? '' : `${last.decision}: ${explain(last.reason)}`;
  const state = newest?.state;
  return `${progressBar(done)} ${instant(now)}  ${plan.phases[state?.phase ?? -1]?.name ?? 'scheduled'} ${state?.weight ?? 0} %  ${why}`;
};
