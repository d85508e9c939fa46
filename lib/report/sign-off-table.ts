/** The sign-offs of a phase, a line for each role: report, status, messages and pages show the same. */
import type { Instant, Plan } from '../plan/plan.ts';
import { expiryOf, remindersOf } from '../plan/timeline.ts';
import { instant } from '../rollout/explain.ts';
import { findHold } from '../rollout/holds.ts';
import type { RolloutState, SignOff } from '../rollout/rollout.ts';

export interface Spoken extends SignOff {
  /** A proven fail takes back what leads said before it: they saw other numbers. */
  readonly takenBackAt?: Instant | null;
}

/** What is known of the sign-offs of one phase. */
export interface SignOffRound {
  readonly phase: number;
  /** In order; a role's last word counts. */
  readonly words: readonly Spoken[];
  /** Null: the gate has not passed. */
  readonly askedAt: Instant | null;
  /** Nobody answered in time, and it is held for that. */
  readonly isExpired: boolean;
  /** Nobody is asked any more: the phase was left, or the rollout has ended. */
  readonly isOver: boolean;
}

export interface SignOffLine {
  readonly phase: string;
  readonly role: string;
  /** `auto`: GO by itself when all criteria pass. */
  readonly kind: 'asked' | 'auto';
  /** `expired`: not given in time; `never`: and not asked any more. */
  readonly answer: 'GO' | 'NO-GO' | 'waiting' | 'expired' | 'never';
  /** Principal, or `auto`; empty where nobody has spoken. */
  readonly by: string;
  readonly at: Instant | null;
  readonly why: string;
  /** What is waited for, with the state of the reminders; or what became of an earlier word. Empty: nothing. */
  readonly note: string;
  /** What the role had said before. */
  readonly earlier: readonly Spoken[];
}

/** The present phase's, from a rollout's state alone. Undefined: it has not begun. */
export const roundOf = (state: RolloutState): SignOffRound | undefined =>
  state.phase < 0
    ? undefined
    : {
        phase: state.phase,
        words: state.signOffs,
        askedAt: state.gate?.askedAt ?? null,
        isExpired: findHold(state, 'SIGN_OFF_EXPIRED') !== undefined,
        isOver: state.status !== 'baking' && state.status !== 'passed',
      };

/** In the plan's order of roles; empty where the phase asks nobody. */
export const signOffTable = (plan: Plan, round: SignOffRound, now: Instant): readonly SignOffLine[] => {
  const phase = plan.phases[round.phase];
  if (phase === undefined) return [];
  const { roles, auto } = phase.signOff;
  return [...new Set([...roles, ...auto])].map((role) => {
    const kind = roles.includes(role) ? 'asked' : 'auto';
    return { phase: phase.name, role, kind, ...standingOf(plan, round, now, role, kind) };
  });
};

const standingOf = (
  plan: Plan,
  round: SignOffRound,
  now: Instant,
  role: string,
  kind: SignOffLine['kind'],
): Omit<SignOffLine, 'phase' | 'role' | 'kind'> => {
  const words = round.words.filter((word) => word.role === role);
  const last = words.at(-1);
  if (last === undefined || typeof last.takenBackAt === 'number') {
    const back =
      last === undefined ? '' : `${last.answer} taken back by a proven fail at ${instant(last.takenBackAt ?? 0)}`;
    const answer = round.isOver ? 'never' : round.isExpired ? 'expired' : 'waiting';
    const note = [back, answer === 'never' ? '' : waitNote(plan, round, now, kind)]
      .filter((part) => part !== '')
      .join('; ');
    return { answer, by: '', at: null, why: '', note, earlier: words };
  }
  const { answer, actor, at, why = '' } = last;
  return { answer, by: actor, at, why, note: '', earlier: words.slice(0, -1) };
};

const waitNote = (
  plan: Plan,
  { phase, askedAt, isExpired }: SignOffRound,
  now: Instant,
  kind: SignOffLine['kind'],
): string => {
  if (askedAt === null) return kind === 'auto' ? 'GO by itself when all criteria pass' : 'asked when the gate passes';
  const expiry = instant(expiryOf(plan, phase, askedAt));
  if (isExpired) return `asked ${instant(askedAt)}, reminded twice, expired ${expiry}`;
  const [first, second] = remindersOf(plan, phase, askedAt);
  const reminded =
    now < first
      ? `reminders ${instant(first)} and ${instant(second)}`
      : now < second
        ? `reminded ${instant(first)}, again ${instant(second)}`
        : `reminded ${instant(first)} and ${instant(second)}`;
  return `asked ${instant(askedAt)}, ${reminded}, expires ${expiry}`;
};

/** As tables show it. */
export const ANSWER_WORDS: Readonly<Record<SignOffLine['answer'], string>> = {
  GO: 'GO',
  'NO-GO': 'NO-GO',
  waiting: 'waiting',
  expired: 'expired',
  never: 'not given',
};

export const KIND_WORDS: Readonly<Record<SignOffLine['kind'], string>> = {
  asked: 'GO needed',
  auto: 'GO by itself when all criteria pass',
};
