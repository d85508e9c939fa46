import { formatDuration, MINUTE_MS } from '../plan/duration.ts';
import { formatNumber } from '../plan/metric.ts';
import type { Plan } from '../plan/plan.ts';
import type { Change, Ledger } from '../report/ledger.ts';
import { rollbackSentence } from '../report/rollback-times.ts';
import { tellable } from '../report/timeline-section.ts';
import { explain, instant } from '../rollout/explain.ts';
import type { RunResult } from '../sim/run.ts';
import type { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import { type Paint, painter, type Style } from './paint.ts';
import { formatTable } from './table.ts';

/** One decision as a line for other programs: time, phase, weight, decision, reason's code, sentence. */
export const changeLine = (plan: Plan, change: Change): string => {
  const { decision, reason } = change.decision;
  const cells = [
    new Date(change.at).toISOString(),
    phaseName(plan, change),
    `${change.weight}`,
    decision,
    reason.code,
    explain(reason),
  ];
  return formatTable([cells], false).join();
};

/** What happened and why, on a terminal. */
export const timelineText = (
  { plan, changes, changesLeftOut }: Ledger,
  { colour, columns }: Pick<Io, 'colour' | 'columns'>,
): string => {
  const paint = painter(colour);
  const rows = tellable(changes).map((change) => ({
    cells: [instant(change.at), phaseName(plan, change), `${change.weight} %`, paintDecision(paint, change)],
    sentence: explain(change.decision.reason),
  }));
  const heads = formatTable(
    rows.map(({ cells }) => cells),
    true,
    [2],
  );
  const widest = formatTable(
    tellable(changes).map((change) => [
      instant(change.at),
      phaseName(plan, change),
      `${change.weight} %`,
      change.decision.decision,
    ]),
    true,
    [2],
  );
  const width = Math.max(0, ...widest.map((head) => head.length)) + 2;
  const lines = rows.flatMap(({ sentence }, index) => {
    const bare = widest[index]?.length ?? 0;
    const [first = '', ...rest] = wrap(sentence, columns - width);
    return [
      `${heads[index] ?? ''}${' '.repeat(width - bare)}${first}`,
      ...rest.map((line) => ' '.repeat(width) + line),
    ];
  });
  const note =
    changesLeftOut === 0 ? [] : [`  ${changesLeftOut} decisions are left out here; the journal has all of them.`];
  return `${[...lines, ...note].join('\n')}\n`;
};

const phaseName = (plan: Plan, { phase }: Change): string => plan.phases[phase]?.name ?? 'scheduled';

const STYLES: Readonly<Record<Change['decision']['decision'], Style>> = {
  wait: 'dim',
  correct: 'yellow',
  extend: 'yellow',
  advance: 'green',
  hold: 'yellow',
  resume: 'green',
  rollBack: 'red',
  finish: 'green',
  close: 'yellow',
};

const paintDecision = (paint: Paint, { decision: { decision } }: Change): string => paint(STYLES[decision], decision);

/** Words on lines of at most `width` characters; a longer word has its own line. Too narrow a terminal wraps by itself. */
const wrap = (text: string, width: number): readonly string[] => {
  if (width < 30) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
};

const OUTCOMES: Readonly<Record<RunResult['outcome'], { readonly verb: string; readonly exit: string }>> = {
  finished: { verb: 'finished', exit: 'finished' },
  rolledBack: { verb: 'was rolled back', exit: 'rolled back' },
  held: { verb: 'is held for an operator', exit: 'held' },
  running: { verb: 'is still running', exit: 'still running' },
};

export interface Closing {
  readonly folder: string;
  readonly exit: ExitCode;
}

/** How it ended, where the report lies, and what the exit code means. */
export const closingWords = (result: RunResult, ledger: Ledger, { folder, exit }: Closing): string => {
  const { plan } = ledger;
  const { outcome, endedAt, weight, candidateRequests, candidateFailures, refusals, seed } = result;
  const ended = Date.parse(endedAt);
  const after = ended >= plan.start ? ` ${formatDuration((ended - plan.start) / MINUTE_MS)} after its start,` : '';
  const last =
    ledger.newest?.state.holds.at(-1)?.reason ?? ledger.newest?.state.endedBy ?? result.decisions.at(-1)?.reason;
  const back = rollbackSentence(ledger);
  const lines = [
    `${plan.rollout} ${OUTCOMES[outcome].verb},${after} at weight ${weight} %, ${instant(ended)}.`,
    ...(last === undefined ? [] : [explain(last)]),
    ...(back === undefined ? [] : [back]),
    `The candidate served ${formatNumber(Math.round(candidateRequests))} requests, ${formatNumber(Math.round(candidateFailures))} of them failed.`,
    ...refusals.map((refusal) => `Refused: ${refusal}`),
    `Report: ${folder}/report.md, and for a browser report.html; beside them journal.jsonl and schedule.md. Seed ${seed}. Exit code ${exit}: ${OUTCOMES[outcome].exit}.`,
  ];
  return `${lines.join('\n')}\n`;
};
