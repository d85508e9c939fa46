import { ENTRIES_AT_MOST, type Request } from '../aws/request.ts';
import { addEntry, emptyLedger, type Ledger } from '../report/ledger.ts';
import type { Entry } from '../rollout/entry.ts';
import { readEntry } from '../rollout/read-entry.ts';
import { readPlan } from '../rollout/read-plan.ts';
import { type Answered, askAccount } from './ask-account.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { checkRollout } from './given-words.ts';
import { readWhole } from './numbers.ts';
import type { JournalOptions } from './options.ts';
import { accepted, isRefusal, joinRefusals, Refusal } from './refusal.ts';
import { timelineText } from './rehearsal-text.ts';

export const showJournal = async (
  rollout: string,
  options: JournalOptions,
  context: CommandContext,
): Promise<ExitCode | Refusal> => {
  const from = readWhole('--from', options.from, 0);
  const limit = readWhole('--limit', options.limit, 1);
  const refused = joinRefusals([checkRollout(rollout), from, limit].filter(isRefusal));
  if (refused !== undefined) return refused;
  const read: Reading = {
    rollout,
    from: accepted(from) ?? 0,
    limit: accepted(limit) ?? Number.POSITIVE_INFINITY,
    options,
  };
  return context.io.outIsTerminal && options.json !== true ? tellStory(read, context) : printLines(read, context);
};

interface Reading {
  readonly rollout: string;
  readonly from: number;
  readonly limit: number;
  readonly options: JournalOptions;
}

type JournalRequest = Extract<Request, { ask: 'journal' }>;

/** The journal page by page, up to its head; a refusal ends it. */
async function* pagesOf(
  { rollout, from, limit, options }: Reading,
  { surroundings }: CommandContext,
): AsyncGenerator<readonly string[] | Refusal> {
  let rest = limit;
  for (let next: number | null = from; next !== null && rest > 0; ) {
    const request: JournalRequest = { ask: 'journal', rollout, from: next, limit: Math.min(rest, ENTRIES_AT_MOST) };
    const page: Answered<'journal'> | Refusal = await askAccount(
      surroundings,
      options,
      `read the journal of ${rollout}`,
      request,
      'All names: sluice list',
    );
    if (isRefusal(page)) {
      yield page;
      return;
    }
    yield page.lines;
    rest -= page.lines.length;
    next = page.next;
  }
}

/** The exact bytes, as they come: what is hashed must arrive untouched. */
const printLines = async (reading: Reading, context: CommandContext): Promise<ExitCode | Refusal> => {
  for await (const page of pagesOf(reading, context)) {
    if (isRefusal(page)) return page;
    for (const line of page) context.io.out(`${line}\n`);
  }
  return EXIT.fine;
};

const tellStory = async (reading: Reading, context: CommandContext): Promise<ExitCode | Refusal> => {
  const ledger = await ledgerOf(reading, context);
  if (isRefusal(ledger)) return ledger;
  const refused = await addPages(ledger, reading, context);
  if (refused !== undefined) return refused;
  const { rollout, from } = reading;
  const { entries, newest } = ledger;
  if (newest === null) return new Refusal(`${rollout} has no entry from revision ${from} on.`);
  const count = entries === 1 ? '1 entry' : `${entries} entries`;
  context.io.out(
    `${rollout}: ${count}, revisions ${from} to ${newest.revision}. Waits that only go on are left out.\n`,
  );
  context.io.out(timelineText(ledger, context.io));
  return EXIT.fine;
};

const addPages = async (ledger: Ledger, reading: Reading, context: CommandContext): Promise<Refusal | undefined> => {
  const live = context.io.errIsTerminal ? await context.io.liveLine() : undefined;
  let refused: Refusal | undefined;
  for await (const page of pagesOf(reading, context)) {
    refused = isRefusal(page) ? page : page.map((line) => addLine(ledger, line)).find((each) => each !== undefined);
    if (refused !== undefined) break;
    live?.show(`${ledger.entries} entries read`);
  }
  live?.clear();
  return refused;
};

const addLine = (ledger: Ledger, line: string): Refusal | undefined => {
  const read = readEntry(line);
  if (!read.ok) return ofAnotherRelease(ledger.plan.rollout, read.problem);
  addEntry(ledger, read.entry, Buffer.byteLength(line));
  return undefined;
};

/** The plan stands in entry 0. */
const ledgerOf = async ({ rollout, options }: Reading, context: CommandContext): Promise<Ledger | Refusal> => {
  for await (const page of pagesOf({ rollout, from: 0, limit: 1, options }, context)) {
    if (isRefusal(page)) return page;
    const first = JSON.parse(page[0] ?? 'null') as Entry | null;
    const read = await readPlan(first ?? {});
    if (read.ok) return emptyLedger(read.plan);
  }
  return ofAnotherRelease(rollout, 'the plan of its entry 0 is not valid here');
};

const ofAnotherRelease = (rollout: string, why: string): Refusal =>
  new Refusal(
    `Cannot tell the journal of ${rollout}: ${why}.`,
    [],
    'Use the release of sluice that the stack was deployed with; in a pipe sluice journal prints every entry as it is.',
    'fault',
  );
