import { stat } from 'node:fs/promises';
import { type EntryRead, readEntry } from '../rollout/read-entry.ts';
import { readPlan } from '../rollout/read-plan.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import { linesOf } from './journal-lines.ts';
import type { ReplayOptions } from './options.ts';
import { FRAME_MS, progressBar } from './progress-line.ts';
import { isRefusal, Refusal } from './refusal.ts';
import { replayDocument, replayText } from './replay-text.ts';
import { type Replayed, Replaying } from './replaying.ts';
import { whyUnreadable } from './text-file.ts';
import { verifyJournal } from './verify-journal.ts';

export const runReplay = async (path: string, { json = false }: ReplayOptions, io: Io): Promise<ExitCode | Refusal> => {
  try {
    const chain = await verifyJournal(path);
    if (!chain.whole)
      return new Refusal(
        `Cannot replay ${path}: its chain breaks at line ${chain.line}: it ${chain.problem}.`,
        [],
        `Look closer: sluice verify ${path}`,
        'fault',
      );
    const replayed = await replayFile(path, io);
    if (isRefusal(replayed)) return replayed;
    io.out(json ? `${JSON.stringify(replayDocument(chain, replayed))}\n` : replayText(path, chain, replayed, io));
    return replayed.same + replayed.notReplayed === replayed.entries && replayed.numbers.length === 0
      ? EXIT.fine
      : EXIT.fault;
  } catch (error) {
    const why = whyUnreadable(error);
    if (why === undefined) throw error;
    return new Refusal(`Cannot read journal ${path}: ${why}.`);
  }
};

/** Line by line: two weeks have 90 MB. */
const replayFile = async (path: string, io: Io): Promise<Replayed | Refusal> => {
  const progress = await progressOf(path, io);
  try {
    let replaying: Replaying | undefined;
    let line = 0;
    for await (const bytes of linesOf(path)) {
      line += 1;
      const body = bytes.toString('utf8');
      if (!isEntry(JSON.parse(body)))
        return new Refusal(
          `Cannot replay ${path}: line ${line} must be an entry with rows, decision and state, and is another one.`,
        );
      const read: EntryRead = readEntry(body);
      if (!read.ok) return ofAnotherRelease(path, read.problem);
      if (replaying === undefined) {
        const plan = await readPlan(read.entry);
        if (!plan.ok) return ofAnotherRelease(path, 'the plan of its entry 0 is not valid here');
        replaying = new Replaying(plan.plan);
      }
      replaying.add(read.entry);
      progress.show(bytes.length + 1);
    }
    return replaying?.end() ?? new Refusal(`Cannot replay ${path}: it has no entry.`);
  } finally {
    progress.end();
  }
};

/** The chain is whole, whoever wrote it; a journal that we wrote has what `record` puts into an entry. */
const isEntry = (value: unknown): boolean =>
  isObject(value) &&
  isObject(value.state) &&
  isObject(value.state.judge) &&
  isObject(value.cause) &&
  isObject(value.decision) &&
  isObject(value.decision.reason) &&
  Array.isArray(value.rows) &&
  Array.isArray(value.businessRows);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const ofAnotherRelease = (path: string, why: string): Refusal =>
  new Refusal(`Cannot replay ${path}: ${why}.`, [], 'Use the release of sluice that wrote it, or the one after that.');

interface Progress {
  readonly show: (moreBytes: number) => void;
  readonly end: () => void;
}

const progressOf = async (path: string, io: Io): Promise<Progress> => {
  if (!io.errIsTerminal) return { show: () => {}, end: () => {} };
  const [line, { size }] = await Promise.all([io.liveLine(), stat(path)]);
  let entries = 0;
  let bytes = 0;
  let next = 0;
  const show = (moreBytes: number): void => {
    entries += 1;
    bytes += moreBytes;
    const clock = Date.now();
    if (clock < next) return;
    next = clock + FRAME_MS;
    line.show(`${progressBar(bytes / size)} ${entries} entries replayed`);
  };
  return { show, end: () => line.clear() };
};
