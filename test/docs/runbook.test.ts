import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HOLD_CAUSE, type HoldCause } from '../../lib/rollout/holds.ts';
import type { ReasonCode } from '../../lib/rollout/reason.ts';

const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');

/** What stands below the heading of a code, to the next heading. */
const sectionOf = (code: string): readonly string[] | undefined => {
  const [, rest] = runbook.split(`\n### ${code}\n`);
  return rest
    ?.split(/\n##/)[0]
    ?.split('\n')
    .filter((line) => line !== '');
};

const labelsOf = (lines: readonly string[] | undefined): readonly (string | undefined)[] | undefined =>
  lines?.map((line) => /^- \*\*(\w+):\*\* /.exec(line)?.[1]);

describe('every hold has a section in the runbook', () => {
  it.each(Object.keys(HOLD_CAUSE))('%s: what it means, what to look at, what to do, who ends it', (code) => {
    expect(labelsOf(sectionOf(code))).toEqual(['Means', 'Look', 'Do', 'Ends']);
  });

  const ENDED_BY: Readonly<Record<HoldCause, string>> = {
    circumstance: '| itself,',
    unknown: '| an operator only.',
    outside: '| an operator only.',
    provenBad: '| an operator; when nobody answers for `holdFor`',
  };

  it.each(Object.entries(HOLD_CAUSE))('%s stands in the row of what ends it (%s)', (code, cause) => {
    const rows = runbook.split('\n').filter((line) => line.includes(`[${code}](#${code.toLowerCase()})`));
    expect(rows.filter((line) => line.startsWith('| ')).map((line) => line.startsWith(ENDED_BY[cause]))).toEqual([
      true,
    ]);
  });
});

describe('every reason to go back has a section in the runbook', () => {
  const BACK: readonly ReasonCode[] = [
    'GUARD_TRIPPED',
    'WATCH_TRIPPED',
    'CANDIDATE_UNHEALTHY',
    'OUTAGE_AFTER_RISE',
    'HELD_TOO_LONG',
    'COMMANDED',
    'WEIGHT_UNWRITTEN',
    'STICKY_TAIL',
    'RECORDED_LATE',
  ];

  it.each(BACK)('%s: what it means and what to do', (code) => {
    expect(labelsOf(sectionOf(code))).toEqual(expect.arrayContaining(['Means', 'Do']));
  });
});
