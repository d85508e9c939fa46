/** Holds with their beginning, their end, and what ended them. */
import type { Instant } from '../plan/plan.ts';
import type { Entry } from '../rollout/entry.ts';
import { HOLD_CAUSE } from '../rollout/holds.ts';
import type { HoldCode, Reason } from '../rollout/reason.ts';
import type { RolloutState } from '../rollout/rollout.ts';

export interface Held {
  readonly code: HoldCode;
  readonly since: Instant;
  readonly reason: Reason;
  readonly phase: number;
  endedAt: Instant | null;
  /** How it ended: "by itself", "resume by …"; empty while it lasts. */
  end: string;
}

const MOST = 1000;

/** Compares the holds of two entries; O(1) where there are none. */
export const followHolds = (log: Held[], entry: Entry, before: RolloutState | null, at: Instant): void => {
  const { holds, phase } = entry.state;
  if (holds.length === 0 && (before === null || before.holds.length === 0)) return;
  for (const held of log) {
    if (held.endedAt !== null || holds.some(({ code, since }) => code === held.code && since === held.since)) continue;
    held.endedAt = at;
    held.end = endOf(held.code, entry);
  }
  for (const { code, since, reason } of holds) {
    const isKnown = log.some((held) => held.code === code && held.since === since && held.endedAt === null);
    if (!isKnown && log.length < MOST) log.push({ code, since, reason, phase, endedAt: null, end: '' });
  }
};

const endOf = (code: HoldCode, { cause, decision }: Entry): string => {
  if (cause.by === 'command') return `${cause.command} by ${cause.actor}`;
  if (decision.decision === 'rollBack') return 'the rollback';
  return HOLD_CAUSE[code] === 'circumstance' ? 'by itself' : decision.decision;
};
