/** Keeps what people read of a rollout in the bucket: `report.md`, `report.html`, and the journal itself in parts. */
import { Fault, isFault } from '../../lib/controller/fault.ts';
import { hashOf } from '../../lib/controller/record.ts';
import { addEntry } from '../../lib/report/ledger.ts';
import { indexLine } from '../../lib/report/page/index-page.ts';
import { reportPage } from '../../lib/report/page/page.ts';
import { reportMarkdown } from '../../lib/report/report.ts';
import { readEntry } from '../../lib/rollout/read-entry.ts';
import type { Shelf } from './shelf.ts';
import { type Folded, nothingFolded, readSnapshot, revisionOf, SNAPSHOT, snapshotOf } from './snapshot.ts';
import { writeIndex } from './write-index.ts';

/** Lines of one part, and of one page that is read: a part is read and put at once, some 2 MB. */
const PART_LINES = 500;
/** After so many pages what was folded is kept: an invocation that runs out of time has still come further. */
const PAGES_BETWEEN_SNAPSHOTS = 10;

/** `pages`: why one of the pages is not up to date; the report is. */
export type Written = 'written' | { readonly pages: Fault };

/**
 * Folds what is new in the journal, at least up to this revision, and puts the report, then the parts of the journal that are full by now (for an
 * ended rollout also the last one), then the snapshot: it comes after these, so whatever fails before is done again. The pages come last, and nothing
 * waits for them: the report says the same. Idempotent.
 */
export const writeReport = async (shelf: Shelf, rollout: string, revision: number): Promise<Written | Fault> => {
  const folded = await fold(shelf, rollout);
  if (isFault(folded)) return folded;
  const made = revisionOf(folded);
  if (made < revision)
    return new Fault('UNREADABLE', `read revision ${revision} of ${rollout}`, new Error(`the journal ends at ${made}`));
  const report = await shelf.reports.put(rollout, REPORT, reportMarkdown(folded.ledger, folded.hash), made);
  if (isFault(report)) return report;
  const parts = await putParts(shelf, rollout, folded);
  if (isFault(parts)) return parts;
  folded.parts = parts;
  const kept = await shelf.reports.put(rollout, SNAPSHOT, snapshotOf(folded), made);
  if (isFault(kept)) return kept;
  const pages = await writePages(shelf, rollout, folded);
  return isFault(pages) ? { pages } : 'written';
};

/** The rollout's own page, and that of all rollouts. */
const writePages = async (shelf: Shelf, rollout: string, folded: Folded): Promise<'written' | Fault> => {
  const html = pageOf(rollout, folded);
  if (isFault(html)) return html;
  const page = await shelf.reports.put(rollout, PAGE, html, revisionOf(folded));
  if (isFault(page)) return page;
  const line = indexLine(folded.ledger);
  return line === undefined ? 'written' : writeIndex(shelf, line);
};

/** A page that cannot be made must not keep people from being told what comes next. */
const pageOf = (rollout: string, { ledger, hash }: Folded): string | Fault => {
  try {
    return reportPage(ledger, hash);
  } catch (error) {
    return new Fault('UNREADABLE', `make the page of ${rollout}`, error);
  }
};

const REPORT = 'report.md';
const PAGE = 'report.html';

/** The snapshot and everything after it, to the journal's end. */
const fold = async ({ journal, reports, read }: Shelf, rollout: string): Promise<Folded | Fault> => {
  const plan = await journal.plan(rollout);
  if (isFault(plan)) return plan;
  const snapshot = await read(rollout, SNAPSHOT);
  if (isFault(snapshot)) return snapshot;
  const folded = snapshot === undefined ? nothingFolded(plan) : readSnapshot(snapshot.content, plan);
  for (let pages = 1; ; pages++) {
    const bodies = await journal.entries(rollout, revisionOf(folded) + 1, PART_LINES);
    if (isFault(bodies)) return bodies;
    if (bodies.length === 0) return folded;
    const fault = addAll(folded, bodies, rollout);
    if (fault !== undefined) return fault;
    if (pages % PAGES_BETWEEN_SNAPSHOTS !== 0) continue;
    const kept = await reports.put(rollout, SNAPSHOT, snapshotOf(folded), revisionOf(folded));
    if (isFault(kept)) return kept;
  }
};

const addAll = (folded: Folded, bodies: readonly string[], rollout: string): Fault | undefined => {
  for (const body of bodies) {
    const read = readEntry(body);
    const next = revisionOf(folded) + 1;
    const unreadable = (problem: string): Fault =>
      new Fault('UNREADABLE', `read revision ${next} of ${rollout}`, new Error(problem));
    if (!read.ok) return unreadable(read.problem);
    if (read.entry.revision !== next) return unreadable(`the next one there is ${read.entry.revision}`);
    addEntry(folded.ledger, read.entry, Buffer.byteLength(body));
  }
  folded.hash = hashOf(bodies.at(-1) ?? '');
  return undefined;
};

/**
 * The journal as files of 500 lines, which `cat journal/*.jsonl` joins again: nothing ever holds all of it, a full part is put once, and the
 * names are in order. The last part of an ended rollout grows with its daily entries and is replaced.
 *
 * @returns how many full parts there are now
 */
const putParts = async (shelf: Shelf, rollout: string, folded: Folded): Promise<number | Fault> => {
  const lines = revisionOf(folded) + 1;
  const full = Math.floor(lines / PART_LINES);
  const isEnded = (folded.ledger.newest?.state.endedAt ?? null) !== null;
  const parts = isEnded && lines > full * PART_LINES ? full + 1 : full;
  for (let part = folded.parts; part < parts; part++) {
    const from = part * PART_LINES;
    const bodies = await shelf.journal.entries(rollout, from, PART_LINES);
    if (isFault(bodies)) return bodies;
    const content = bodies.map((body) => `${body}\n`).join('');
    const put = await shelf.reports.put(rollout, partName(from), content, from + bodies.length - 1);
    if (isFault(put)) return put;
  }
  return full;
};

const partName = (from: number): string => `journal/${padded(from)}-${padded(from + PART_LINES - 1)}.jsonl`;

const padded = (revision: number): string => `${revision}`.padStart(6, '0');
