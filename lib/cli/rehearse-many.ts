import { formatNumber } from '../plan/metric.ts';
import { type BriefRun, faultBegins } from '../sim/brief-run.ts';
import { begin } from '../sim/rehearsal.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import { writeFiles } from './output-files.ts';
import { FRAME_MS, progressBar } from './progress-line.ts';
import { isRefusal, Refusal } from './refusal.ts';
import type { RehearsalInput } from './rehearsal-input.ts';
import { runsChart } from './runs-chart.ts';
import { runsCsv } from './runs-csv.ts';
import { type Many, rehearseMany } from './runs-pool.ts';
import { summaryOf } from './runs-summary.ts';
import { OUTCOME_WORDS, runsMarkdown, runsText } from './runs-text.ts';

/** Many rehearsals of one plan, each with a seed of its own. Fine when they have been run, whatever came of them. */
export const runMany = async (
  folder: string,
  { file: { plan, path }, options }: RehearsalInput,
  many: Many,
  json: boolean,
  io: Io,
): Promise<ExitCode | Refusal> => {
  // What stands in the way of one stands in the way of all.
  const first = await begin(options);
  if ('refused' in first) return new Refusal(`${path} cannot be rehearsed like this.`, first.refused);
  // Whether it can be written to is better known before the work than after it.
  const unwritable = writeFiles(folder, { 'runs.csv': runsCsv([]) });
  if (unwritable !== undefined) return unwritable;
  const begins = faultBegins(plan, options.faults);
  const runs = await withProgress(many, io, (onRun) => rehearseMany({ options, begins }, many, onRun));
  const summary = summaryOf(plan, runs, begins !== null);
  const written = writeFiles(folder, {
    'runs.csv': runsCsv(runs),
    'runs.md': runsMarkdown(summary),
    'runs.svg': runsChart(summary),
  });
  if (isRefusal(written)) return written;
  io.out(json ? `${JSON.stringify(summary)}\n` : runsText(summary, io));
  io.err(`Report: ${folder}/runs.md, beside it runs.svg and runs.csv. Exit code ${EXIT.fine}: the runs were done.\n`);
  return EXIT.fine;
};

type Runs = readonly BriefRun[];

/** On a terminal one line that moves; elsewhere it is said once what is being done. */
const withProgress = async (
  { runs, workers }: Many,
  io: Io,
  work: (onRun: (run: BriefRun) => void) => Promise<Runs>,
): Promise<Runs> => {
  if (!io.errIsTerminal) {
    io.err(`Rehearsing ${formatNumber(runs)} times on ${Math.min(runs, workers)} threads.\n`);
    return work(() => {});
  }
  const line = await io.liveLine();
  const counts = new Map<BriefRun['outcome'], number>();
  let done = 0;
  let next = 0;
  const onRun = ({ outcome }: BriefRun): void => {
    done += 1;
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    const clock = Date.now();
    if (clock < next) return;
    next = clock + FRAME_MS;
    const came = [...counts].map(([each, count]) => `${formatNumber(count)} ${OUTCOME_WORDS[each]}`).join(', ');
    line.show(
      `${progressBar(done / runs)} ${formatNumber(done)} of ${formatNumber(runs)} runs: ${came}`.slice(
        0,
        Math.max(20, io.columns - 1),
      ),
    );
  };
  try {
    return await work(onRun);
  } finally {
    line.clear();
  }
};
