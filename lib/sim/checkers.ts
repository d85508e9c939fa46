import { createHash } from 'node:crypto';
import { active } from './behaviour.ts';
import { MINUTE } from './clock.ts';
import { type EntryView, viewEntry } from './entry-view.ts';
import type { Rehearsal } from './rehearsal.ts';
import { weightOf } from './rules.ts';

/** Watches a rehearsal for what must never happen: give `sink` and `afterStep` to `rehearse`, then read `violations`. */
export interface Checker {
  readonly sink: (body: string) => void;
  readonly afterStep: (rehearsal: Rehearsal) => void;
  readonly violations: readonly string[];
}

/** Between two rises lies a recorded advance, an operator's resume, or the repair of a death between record and write. */
const MAY_RAISE: ReadonlySet<string> = new Set(['advance', 'resume', 'correct']);

export const checker = (): Checker => {
  const violations: string[] = [];
  let hash = '';
  let last: EntryView | null = null;
  let inStep: EntryView[] = [];
  let live: readonly number[] = [];
  let handsDone = 0;
  const violated = (at: string, what: string): void => {
    violations.push(`${at}: ${what}`);
  };

  const sink = (body: string): void => {
    const entry = viewEntry(body);
    if (entry.revision !== (last?.revision ?? -1) + 1)
      violated(entry.at, `revision ${entry.revision} follows ${last?.revision ?? 'nothing'}`);
    if (entry.previous !== hash) violated(entry.at, `revision ${entry.revision} does not name its predecessor's hash`);
    if (
      last !== null &&
      entry.weight > last.weight &&
      entry.decision.decision !== 'advance' &&
      entry.decision.decision !== 'resume'
    ) {
      violated(
        entry.at,
        `the recorded weight rose from ${last.weight} to ${entry.weight} by ${entry.decision.decision}`,
      );
    }
    if (last !== null && isDown(last) && !isDown(entry)) violated(entry.at, `${last.status} became ${entry.status}`);
    if (last !== null && isDown(last) && entry.weight > last.weight)
      violated(entry.at, 'the weight rose after a rollback');
    hash = createHash('sha256').update(body).digest('hex');
    last = entry;
    inStep.push(entry);
  };

  const afterStep = ({ world, run, plan }: Rehearsal): void => {
    const { data, setting } = world;
    const at = new Date(data.now).toISOString();
    const advances = inStep.filter(({ decision }) => decision.decision === 'advance').length;
    if (advances > 1) violated(at, `${advances} advances in one step`);
    const weights = data.rules.map(weightOf);
    const isForeign = run.handsDone !== handsDone;
    const minute = (data.now - plan.start) / MINUTE;
    const isBlocked = ['writesRefused', 'noTicks', 'rulesUnreadable', 'journalUnwritable'] as const;
    const isTrouble = isForeign || isBlocked.some((kind) => active(setting.behaviours, kind, minute).length > 0);
    weights.forEach((weight, index) => {
      const before = live[index] ?? 0;
      if (!isTrouble && weight > before && !inStep.some(({ decision }) => MAY_RAISE.has(decision.decision))) {
        violated(at, `rule ${index + 1} rose from ${before} to ${weight} without a recorded decision`);
      }
      if (!isTrouble && weight > before && last !== null && isDown(last))
        violated(at, `rule ${index + 1} rose from ${before} to ${weight} after a rollback`);
      if (!isTrouble && last !== null && weight > last.weight && weight > before)
        violated(at, `rule ${index + 1} shows ${weight}, recorded is ${last.weight}`);
    });
    live = weights;
    handsDone = run.handsDone;
    inStep = [];
  };

  return { sink, afterStep, violations };
};

/** An A/A rollout is finished at weight 0. */
const isDown = ({ status, weight }: EntryView): boolean =>
  status === 'rollingBack' || status === 'rolledBack' || (status === 'finished' && weight === 0);
