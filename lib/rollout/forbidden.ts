/** What is recorded and told of a command that whoever gave it may not give. Pure; nothing of the rollout changes by it. */
import { MINUTE_MS } from '../plan/duration.ts';
import type { Instant } from '../plan/plan.ts';
import type { Command } from './command.ts';
import type { Entry, Notice } from './entry.ts';
import type { RolloutState } from './rollout.ts';
import { isEnded } from './situation.ts';
import { signOfLife } from './watchdog.ts';

/** In so long one identity is recorded once, and so many are at most: whoever may invoke the function can draw names without end. */
const WITHIN_MS = 10 * MINUTE_MS;
const AT_MOST = 3;

export interface ForbiddenCommand {
  readonly command: Command['kind'];
  readonly actor: string;
  /** Why it is forbidden. */
  readonly refused: string;
}

const lately = ({ forbidden = [] }: RolloutState, now: Instant) => forbidden.filter(({ at }) => now - at < WITHIN_MS);

/** Whether it is recorded: an ended rollout has nothing to lose, and what comes too often is only counted and logged. */
export const isWorthRecording = (state: RolloutState, actor: string, now: Instant): boolean => {
  const known = lately(state, now);
  return !isEnded(state) && known.length < AT_MOST && known.every((each) => each.actor !== actor);
};

/**
 * The entry on top of `before`. It repeats the reason that stands, and has neither rows nor a weight, so that the next tick goes on as if
 * nothing had been said; the people on call are told.
 */
export const forbiddenEntry = (before: Entry, hash: string, asked: ForbiddenCommand, now: Instant): Entry => ({
  rollout: before.rollout,
  revision: before.revision + 1,
  previous: hash,
  at: new Date(now).toISOString(),
  cause: { by: 'forbidden', ...asked, lifeAt: signOfLife(before) },
  rows: [],
  businessRows: [],
  decision: { decision: 'wait', reason: before.decision.reason },
  notices: [noticeOf(before.rollout, asked)],
  state: { ...before.state, forbidden: [...lately(before.state, now), { actor: asked.actor, at: now }] },
});

const noticeOf = (rollout: string, { command, actor, refused }: ForbiddenCommand): Notice => ({
  audience: 'onCall',
  subject: `${rollout}: a forbidden ${command} was refused`,
  text: [
    `${actor} gave the command ${command} and may not: ${refused}. Nothing was done.`,
    `More of these within ${WITHIN_MS / MINUTE_MS} minutes may be left out: the alarm requests-refused counts all.`,
  ].join('\n'),
});
