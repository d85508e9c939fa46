import { createHash } from 'node:crypto';
import { Fault } from '../controller/fault.ts';
import type { Head, Journal } from '../controller/ports.ts';
import type { Plan } from '../plan/plan.ts';
import { active, type Behaviour } from './behaviour.ts';
import { type ClockData, MINUTE } from './clock.ts';

interface KeptHead {
  readonly body: string;
  hash: string | null;
}

export interface JournalData extends ClockData {
  /** Of the one rollout that is simulated; −1: none yet. */
  revision: number;
  head: KeptHead | null;
  /** Owner by key. */
  readonly claims: Map<string, string>;
  /** Status of other rollouts, for `after`. */
  readonly others: Map<string, string>;
}

export const initialJournal = (): Omit<JournalData, 'now'> => ({
  revision: -1,
  head: null,
  claims: new Map(),
  others: new Map(),
});

/**
 * A journal that keeps only its head: every appended body goes to `sink` once, in order, so a rehearsal of two weeks fits into
 * little memory. Bodies before the head cannot be read back.
 */
export const journalOf = (
  plan: Plan,
  data: JournalData,
  behaviours: readonly Behaviour[],
  sink: (body: string) => void,
): Journal => {
  const unwritable = (): boolean =>
    active(behaviours, 'journalUnwritable', (data.now - plan.start) / MINUTE).length > 0;
  const isOurs = (rollout: string): boolean => rollout === plan.rollout;
  return {
    head: async (rollout): Promise<Head | undefined> =>
      isOurs(rollout) && data.head !== null ? new HeadOf(data.head) : undefined,
    append: async (rollout, revision, body) => {
      if (!isOurs(rollout)) return new Fault('REFUSED', `append to the journal of ${rollout}, which is not simulated`);
      if (unwritable()) return new Fault('UNAVAILABLE', 'append to the journal');
      if (revision !== data.revision + 1) return 'conflict';
      data.revision = revision;
      data.head = { body, hash: null };
      sink(body);
      return 'appended';
    },
    plan: async (rollout) =>
      isOurs(rollout) && data.revision >= 0 ? plan : new Fault('NOT_FOUND', `read the plan of ${rollout}`),
    entries: async (rollout, fromRevision, limit) => {
      if (!isOurs(rollout) || fromRevision > data.revision || limit < 1) return [];
      if (fromRevision === data.revision && data.head !== null) return [data.head.body];
      return new Fault('NOT_FOUND', 'read entries before the head, which this journal does not keep');
    },
    claim: async (rollout, keys) => {
      const taken = keys.find((key) => (data.claims.get(key) ?? rollout) !== rollout);
      if (taken !== undefined) return { key: taken, owner: data.claims.get(taken) ?? '' };
      for (const key of keys) data.claims.set(key, rollout);
      return 'claimed';
    },
    free: async (rollout) => {
      for (const [key, owner] of data.claims) if (owner === rollout) data.claims.delete(key);
      return 'freed';
    },
    status: async (rollout) => data.others.get(rollout),
    list: async (which) => {
      if (which === 'live') return [...new Set(data.claims.values())].sort();
      return data.revision < 0 ? [] : [plan.rollout];
    },
  };
};

/** The hash is computed when somebody asks for it, once. */
class HeadOf implements Head {
  readonly #head: KeptHead;
  readonly body: string;

  constructor(head: KeptHead) {
    this.#head = head;
    this.body = head.body;
  }

  get hash(): string {
    this.#head.hash ??= createHash('sha256').update(this.body).digest('hex');
    return this.#head.hash;
  }
}
