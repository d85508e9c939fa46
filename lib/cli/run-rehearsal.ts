import { join } from 'node:path';
import { hashOf } from '../controller/record.ts';
import { addEntry, emptyLedger, type Ledger } from '../report/ledger.ts';
import { reportPage } from '../report/page/page.ts';
import { reportMarkdown } from '../report/report.ts';
import { scheduleMarkdown } from '../report/schedule.ts';
import type { Entry } from '../rollout/entry.ts';
import type { RunResult } from '../sim/run.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import { JournalFile } from './journal-file.ts';
import type { RehearseOptions } from './options.ts';
import { unwritable, writeFiles } from './output-files.ts';
import { progressShower } from './progress-line.ts';
import { isRefusal, Refusal } from './refusal.ts';
import { rehearsalDocument } from './rehearsal-document.ts';
import { type RehearsalInput, readRehearsal } from './rehearsal-input.ts';
import { showFaults, showScenarios } from './rehearsal-lists.ts';
import { rehearseFor } from './rehearsal-loop.ts';
import { changeLine, closingWords, timelineText } from './rehearsal-text.ts';
import { rowsNotes } from './rows-notes.ts';

const EXITS: Readonly<Record<RunResult['outcome'], ExitCode>> = {
  finished: EXIT.fine,
  rolledBack: EXIT.rolledBack,
  held: EXIT.held,
  running: EXIT.stillRunning,
};

export const runRehearsal = async (
  path: string | undefined,
  options: RehearseOptions,
  io: Io,
): Promise<ExitCode | Refusal> => {
  if (options.scenario === 'list') return showScenarios(io, options.json === true);
  if (options.fault?.includes('list')) return showFaults(io, options.json === true);
  const input = await readRehearsal(path, options);
  if (isRefusal(input)) return input;
  const folder = options.out ?? join('out', input.file.plan.rollout);
  if (input.many !== undefined) {
    const { runMany } = await import('./rehearse-many.ts');
    return runMany(folder, input, input.many, options.json === true, io);
  }
  const { rows } = input.options;
  if (rows !== undefined)
    io.err(
      rowsNotes(input.file.plan, rows)
        .map((note) => `${note}\n`)
        .join(''),
    );
  const done = await runInto(folder, input, options.json === true, io);
  if (isRefusal(done)) return done;
  const { result, ledger } = done;
  if (options.json === true) io.out(`${JSON.stringify(rehearsalDocument(result, ledger))}\n`);
  else if (io.outIsTerminal) io.out(timelineText(ledger, io));
  const exit = EXITS[result.outcome];
  io.err(closingWords(result, ledger, { folder, exit }));
  return exit;
};

interface Done {
  readonly result: RunResult;
  readonly ledger: Ledger;
}

/** Writes the journal while it grows, and the report at the end. Nothing is written before the rollout has been registered. */
const runInto = async (folder: string, input: RehearsalInput, quiet: boolean, io: Io): Promise<Done | Refusal> => {
  const { plan, path } = input.file;
  const ledger = emptyLedger(plan);
  const journal = new JournalFile(folder);
  const progress = await progressShower(ledger, io);
  const tellsLines = !quiet && !io.outIsTerminal;
  /** Bytes of lines whose entries are still to come. */
  const unseen: number[] = [];
  const onEntry = (entry: Entry): void => {
    const told = ledger.changes.at(-1);
    addEntry(ledger, entry, unseen.shift());
    const change = ledger.changes.at(-1);
    if (tellsLines && change !== undefined && change !== told) io.out(`${changeLine(plan, change)}\n`);
  };
  try {
    let lastLine = '';
    const sink = (body: string): void => {
      journal.add(body);
      unseen.push(Buffer.byteLength(body));
      lastLine = body;
    };
    const result = await rehearseFor({ ...input.options, sink, onEntry }, progress.show);
    if ('refused' in result) return new Refusal(`${path} cannot be rehearsed like this.`, result.refused);
    journal.close();
    const hash = hashOf(lastLine);
    const refused = writeFiles(folder, {
      'report.md': reportMarkdown(ledger, hash),
      'report.html': reportPage(ledger, hash),
      'schedule.md': scheduleMarkdown(plan),
    });
    return refused ?? { result, ledger };
  } catch (error) {
    return unwritable(folder, error);
  } finally {
    progress.end();
  }
};
