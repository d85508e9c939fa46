import type { Assessment, Trip } from '../judge/verdict.ts';
import { unreachable } from '../plan/assert.ts';
import type { Decision } from '../rollout/entry.ts';
import type { Reason } from '../rollout/reason.ts';

/** What makes two decisions the same for a replay: kind, reason, what tripped or failed, and every verdict; not the numbers behind them. */
export const gistOf = ({ decision, reason, setWeight }: Decision): string =>
  [
    decision,
    ...wordsOf(reason),
    ...(decision === 'advance' ? [`to ${setWeight?.weight ?? 'the same weight'}`] : []),
    // Which rules a way back writes, and whether any, hangs on live weights that no entry keeps.
    ...(setWeight === undefined || decision === 'rollBack' ? [] : [setWeight.raise ? 'raises' : 'lowers']),
  ].join(' | ');

const wordsOf = (reason: Reason): readonly string[] => {
  const { code } = reason;
  switch (code) {
    case 'GUARD_TRIPPED':
    case 'GUARD_UNACQUITTED':
    case 'WATCH_TRIPPED':
    case 'WATCH_ON_STICKY':
      return [code, ...tripWords(reason.trip)];
    case 'CRITERION_FAILED':
    case 'GATE_STALE':
      return [code, verdictOf(reason.assessment)];
    case 'CHECKPOINT':
      return [code, reason.checkpoint, ...[...reason.assessments, ...(reason.lastDay ?? [])].map(verdictOf)];
    case 'EXTENDED':
      return [code, `to ${reason.toMinutes}`, ...reason.assessments.map(verdictOf)];
    case 'GATE_PASSED':
      return [code, ...reason.assessments.map(verdictOf), ...reason.autoSignOffs];
    case 'INSUFFICIENT_DATA':
      return [code, ...reason.assessments.map(verdictOf)];
    case 'AWAITING_SIGN_OFF':
      return [code, ...reason.missing, ...(reason.alone === undefined ? [] : ['alone'])];
    case 'AWAITING_CHECKLIST':
      return [code, ...reason.items];
    case 'RECOVERED':
    case 'HELD_TOO_LONG':
      return [code, reason.hold];
    case 'RECORDED_LATE':
      return [code, ...wordsOf(reason.of)];
    default:
      return [code];
  }
};

const verdictOf = ({ text, verdict }: Assessment): string => `${text}: ${verdict}`;

const tripWords = (trip: Trip): readonly string[] => {
  switch (trip.kind) {
    case 'guard':
      return [trip.text, trip.segment ?? '', trip.minute, trip.sinceMinute];
    case 'watch':
      return [trip.metric, trip.bet, trip.minute, trip.sinceMinute];
    default:
      return unreachable(trip);
  }
};

/** The numbers behind it that the judge worked out. */
export const numbersOf = (reason: Reason): unknown => {
  if (reason.code === 'RECORDED_LATE') return numbersOf(reason.of);
  const { trip, assessment, assessments, lastDay }: Partial<Record<string, unknown>> = { ...reason };
  return { trip, assessment, assessments, lastDay };
};
