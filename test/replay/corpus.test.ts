/** Today's judge and policy over the kept journals: what they would decide otherwise is a change of behaviour. */
import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KEPT_ROLLOUTS } from '../../scripts/replay-corpus.ts';
import { decisionsMarkdown } from '../../scripts/replay-corpus-text.ts';
import { CORPUS, entriesOf, keptNames, keptText, linesOf, replayed } from './kept-journals.ts';

const ADVICE =
  'If this is meant: npm run corpus writes the journals anew, and the diff of test/replay/corpus/decisions.md shows what changes.';

describe('a kept journal', () => {
  it.each(KEPT_ROLLOUTS.map(({ name }) => name))('is decided as it was: %s', (name) => {
    expect(replayed(entriesOf(keptText(name))), ADVICE).toEqual([]);
  });

  it('is there for every rollout that is to be kept, and all are small', () => {
    const bytes = keptNames.reduce((sum, name) => sum + statSync(`${CORPUS}${name}.jsonl.gz`).size, 0);
    expect([...keptNames].sort()).toEqual(KEPT_ROLLOUTS.map(({ name }) => name).sort());
    expect(bytes).toBeLessThan(400_000);
  });

  it('stands in decisions.md with each of its decisions', () => {
    const journals = KEPT_ROLLOUTS.map(({ name, story }) => ({ name, story, lines: linesOf(keptText(name)) }));
    expect(readFileSync(`${CORPUS}decisions.md`, 'utf8'), ADVICE).toBe(decisionsMarkdown(journals));
  });

  it('has between them every kind of decision but close, and what trips, fails, holds and is asked', () => {
    const seen = new Set(
      keptNames.flatMap((name) =>
        entriesOf(keptText(name)).flatMap(({ cause, decision, decision: { reason } }) => [
          cause.by,
          decision.decision,
          reason.code,
        ]),
      ),
    );
    for (const what of [
      ...['schedule', 'command', 'watchdog'],
      ...['wait', 'correct', 'extend', 'advance', 'hold', 'resume', 'rollBack', 'finish'],
      ...['GUARD_TRIPPED', 'WATCH_TRIPPED', 'CRITERION_FAILED', 'HELD_TOO_LONG', 'INSUFFICIENT_DATA', 'NO_GO'],
      ...[
        'SHARED_OUTAGE',
        'BLIND',
        'CANDIDATE_UNHEALTHY',
        'INCIDENT_OPEN',
        'WAY_BACK_NARROW',
        'WEIGHT_LOWERED_OUTSIDE',
      ],
      ...['WATCHDOG', 'AWAITING_SIGN_OFF', 'AA_OVER', 'DRAINED', 'FINISHED'],
    ])
      expect(seen).toContain(what);
  });
});
