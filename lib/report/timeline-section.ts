/** What happened, in order: holds from beginning to end, and every decision that was not just waiting. */
import { formatDuration } from '../plan/duration.ts';
import { explain, instant } from '../rollout/explain.ts';
import { type Section, section, table } from './blocks.ts';
import type { Change, Ledger } from './ledger.ts';
import { formatWeight, shortActor } from './wording.ts';

export const holdSection = ({ plan, holds }: Ledger): Section => {
  const rows = holds.map(({ code, since, phase, endedAt, end, reason }) => [
    code,
    plan.phases[phase]?.name ?? 'scheduled',
    instant(since),
    endedAt === null ? 'still held' : `${instant(endedAt)} (${formatDuration((endedAt - since) / 60_000)})`,
    end,
    explain(reason),
  ]);
  return section(
    'Holds',
    rows.length === 0
      ? 'Nothing held the rollout.'
      : table('Holds, from beginning to end', ['hold', 'phase', 'began', 'ended', 'ended by', 'why'], rows),
  );
};

/** More rows than this nobody reads; the first and the last tell what happened. */
const ROWS_AT_MOST = 400;

export const timelineSection = (ledger: Ledger): Section => {
  const told = tellable(ledger.changes);
  const half = ROWS_AT_MOST / 2;
  const shown = told.length <= ROWS_AT_MOST ? told : [...told.slice(0, half), ...told.slice(-half)];
  const leftOut = told.length - shown.length + ledger.changesLeftOut;
  const note =
    leftOut === 0 ? '' : `${leftOut} decisions in the middle are left out here; the journal has all of them.`;
  return section(
    'Timeline',
    note,
    table(
      'Decisions that were not just waiting',
      ['time', 'phase', 'weight', 'decision', 'why'],
      shown.map((change) => timelineRow(ledger, change)),
    ),
  );
};

const timelineRow = ({ plan }: Ledger, { at, phase, weight, decision, cause }: Change): readonly string[] => {
  const by = cause.by === 'command' ? ` (${shortActor(cause.actor)})` : '';
  return [
    instant(at),
    plan.phases[phase]?.name ?? 'scheduled',
    formatWeight(weight),
    `${decision.decision}${by}`,
    explain(decision.reason),
  ];
};

/** Leaves out bakes that go on, and waits that only repeat why the decision before was taken. */
export const tellable = (changes: readonly Change[]): readonly Change[] => {
  const told: Change[] = [];
  for (const change of changes) {
    const { decision, reason } = change.decision;
    if (decision === 'wait' && (reason.code === 'BAKING' || isRepeated(told, change))) continue;
    told.push(change);
  }
  return told;
};

/** A wait for a reason that is told already, with nothing but waits and holds since then. */
const isRepeated = (told: readonly Change[], { decision }: Change): boolean => {
  const sentence = explain(decision.reason);
  for (const { decision: earlier } of told.toReversed()) {
    if (earlier.reason.code === decision.reason.code && explain(earlier.reason) === sentence) return true;
    if (earlier.decision !== 'wait' && earlier.decision !== 'hold') return false;
  }
  return false;
};
