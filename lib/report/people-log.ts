/** What people said and did: commands, sign-offs, and what they were told. */
import type { Instant } from '../plan/plan.ts';
import type { Entry, Notice } from '../rollout/entry.ts';
import { explain } from '../rollout/explain.ts';

export interface Commanded {
  readonly at: Instant;
  readonly phase: number;
  readonly command: string;
  readonly actor: string;
  readonly why: string;
  /** What it led to. */
  readonly sentence: string;
}

export interface Word {
  /** Index of the visit to a phase. */
  readonly visit: number;
  readonly role: string;
  readonly answer: 'GO' | 'NO-GO' | 'expired';
  /** Principal, or `auto`; empty where nobody answered. */
  readonly actor: string;
  readonly at: Instant;
  readonly why: string;
  /** A proven fail takes back what leads said before it: they saw other numbers. */
  takenBackAt: Instant | null;
}

export interface PeopleLog {
  readonly commands: Commanded[];
  readonly words: Word[];
  /** Who ticked which `phase/item`. */
  readonly ticks: { readonly key: string; readonly actor: string; readonly at: Instant }[];
  /** Notices by whom they were for. */
  readonly told: Record<Notice['audience'], number>;
  /** The newest notices. */
  readonly newest: Told[];
}

export interface Told {
  readonly at: Instant;
  readonly audience: Notice['audience'];
  readonly subject: string;
}

/** A way back is told in fewer; a message every five minutes while it fails would be more. */
const NEWEST_AT_MOST = 30;

/** Of each list; more than this no person reads, and an hourly script must not fill the memory. */
const MOST = 1000;

export const emptyPeopleLog = (): PeopleLog => ({
  commands: [],
  words: [],
  ticks: [],
  told: { everyone: 0, leads: 0, onCall: 0 },
  newest: [],
});

/** @param isNews the decision differs from the entry before */
export const listen = (log: PeopleLog, entry: Entry, at: Instant, visit: number, isNews: boolean): void => {
  const { cause, notices, state, decision } = entry;
  for (const { audience, subject } of notices) {
    log.told[audience] += 1;
    log.newest.push({ at, audience, subject });
    if (log.newest.length > NEWEST_AT_MOST) log.newest.shift();
  }
  const ticked = state.ticked.at(-1);
  if (cause.by === 'command' && cause.command === 'checkOff' && ticked !== undefined && log.ticks.length < MOST)
    log.ticks.push({ key: ticked, actor: cause.actor, at });
  if (cause.by === 'command' && log.commands.length < MOST) {
    const { command, actor, why } = cause;
    log.commands.push({ at, phase: state.phase, command, actor, why, sentence: explain(decision.reason) });
  }
  if (cause.by === 'forbidden' && log.commands.length < MOST) {
    const { command, actor, refused } = cause;
    log.commands.push({ at, phase: state.phase, command, actor, why: '', sentence: `Forbidden: ${refused}.` });
  }
  if (cause.by === 'command' || decision.reason.code === 'GATE_PASSED') hearWords(log, entry, visit);
  if (isNews) takeBack(log, entry, at, visit);
};

const hearWords = (log: PeopleLog, { state }: Entry, visit: number): void => {
  for (const { role, answer, actor, at, why = '' } of state.signOffs) {
    const isKnown = log.words.some(
      (word) => word.visit === visit && word.role === role && word.at === at && word.answer === answer,
    );
    if (!isKnown && log.words.length < MOST) log.words.push({ visit, role, answer, actor, at, why, takenBackAt: null });
  }
};

const takeBack = (log: PeopleLog, { decision }: Entry, at: Instant, visit: number): void => {
  const { reason } = decision;
  if (decision.decision === 'hold' && reason.code === 'SIGN_OFF_EXPIRED' && log.words.length < MOST) {
    for (const role of reason.missing) {
      log.words.push({
        visit,
        role,
        answer: 'expired',
        actor: '',
        at,
        why: 'nobody answered in time',
        takenBackAt: null,
      });
    }
  }
  if (decision.decision !== 'hold' || (reason.code !== 'CRITERION_FAILED' && reason.code !== 'GATE_STALE')) return;
  for (const word of log.words) if (word.visit === visit && word.answer === 'GO') word.takenBackAt ??= at;
};
