import type { BriefRun } from '../sim/brief-run.ts';

const HEADER = 'seed,outcome,reason,at,requests,failures,minutesSinceFault,requestsSinceFault,failuresSinceFault';

/** One line for each run; the last three cells are empty where no fault of the release had begun. No cell needs quotes. */
export const runsCsv = (runs: readonly BriefRun[]): string => `${[HEADER, ...runs.map(lineOf)].join('\n')}\n`;

const lineOf = ({ seed, outcome, reason, at, requests, failures, sinceFault }: BriefRun): string => {
  const since =
    sinceFault === null ? ['', '', ''] : [sinceFault.minutes.toFixed(2), sinceFault.requests, sinceFault.failures];
  return [seed, outcome, reason, at, requests, failures, ...since].join(',');
};
