import { randomUUID } from 'node:crypto';
import { Fault, isFault } from '../controller/fault.ts';
import { FIRST_ENTRY_WITHIN_MS, type Journal } from '../controller/ports.ts';
import type { Instant } from '../plan/plan.ts';
import type { Entry } from '../rollout/entry.ts';
import type { Condition, Item, JournalTable } from './journal-table.ts';

/** How often a claim is tried while others come and go. */
const ATTEMPTS = 4;

/** Who owns a listener rule, a target group or a name, and since when: one item each, written and deleted on a condition only. */
interface Claim {
  readonly owner: string;
  readonly claimedAt: Instant;
}

/** What one call of `claim` writes: the token tells its own from what another call for the same rollout wrote over it. */
interface Written extends Claim {
  readonly token: string;
}

interface ClaimsSetting {
  readonly table: JournalTable;
  readonly now: () => Instant;
  /** The newest entry of a rollout; undefined: it has none. */
  readonly headOf: (rollout: string) => Promise<Entry | undefined | Fault>;
}

export type Claims = Pick<Journal, 'claim'> & {
  /** Deletes what the rollout owns of these items. Idempotent. */
  free(rollout: string, items: readonly string[]): Promise<'freed' | Fault>;
};

/** The item of a claim on a rule, a target group, or a rollout's own name; no name has a `#` or a `:`. */
export const claimItemOf = (key: string): string => {
  if (!key.includes(':')) return `rollout#${key}`;
  return `${key.includes(':targetgroup/') ? 'group' : 'rule'}#${key}`;
};

export const claimsOf = ({ table, now, headOf }: ClaimsSetting): Claims => {
  /** Its owner can never write a weight again, or never began. Time to live is no lock: DynamoDB deletes when it likes. */
  const isVoid = async ({ owner, claimedAt }: Claim): Promise<boolean | Fault> => {
    const head = await headOf(owner);
    if (isFault(head)) return head;
    if (head === undefined) return now() - claimedAt > FIRST_ENTRY_WITHIN_MS;
    return hasLetGo(head);
  };

  /** Also what the rollout owns already is written, so that its ten minutes begin anew and nobody takes it for void. */
  const claimOne = async (claim: Written, key: string): Promise<'new' | 'own' | Claim | Fault> => {
    const operation = `claim ${key}`;
    let there: Claim = claim;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const put = await table.put(operation, itemOf(claimItemOf(key), claim), freeOr(claim.owner, there));
      if (isFault(put)) return put;
      const found = claimIn(put.put ? put.before : put.there);
      if (put.put) return found?.owner === claim.owner ? 'own' : 'new';
      if (found === undefined) continue;
      there = found;
      const over = await isVoid(there);
      if (isFault(over)) return over;
      if (!over) return there;
    }
    return there.owner === claim.owner ? new Fault('UNAVAILABLE', operation) : there;
  };

  /** All are ours at one instant, that of the last put. A call that claims while another one frees what the two share does not pass. */
  const overtakenOf = async (claim: Written, keys: readonly string[]): Promise<Fault | undefined> => {
    for (const key of keys) {
      const there = await table.read(`read the claim of ${key}`, claimItemOf(key), { from: 0, limit: 1 });
      if (isFault(there)) return there;
      if (there[0]?.token?.S !== claim.token)
        return new Fault('UNAVAILABLE', `claim ${key}, which another call for rollout ${claim.owner} claims just now`);
    }
    return undefined;
  };

  const freeOne = (item: string, condition: Condition) =>
    table.delete('free what the rollout owns', keyOf(item), condition);

  return {
    claim: async (rollout, keys, isWaiting = false) => {
      const claim: Written = { owner: rollout, claimedAt: now(), token: randomUUID() };
      const fresh: string[] = [];
      const own: string[] = [];
      /** Only what nobody has written over since. */
      const giveBack = async (each: readonly string[]): Promise<void> => {
        for (const key of each) await freeOne(claimItemOf(key), writtenBy(claim));
      };
      // In one order for all rollouts, so that two that want the same keys do not stop one another for ever.
      for (const key of keys.toSorted()) {
        const claimed = await claimOne(claim, key);
        if (claimed === 'own') own.push(key);
        else if (claimed === 'new') fresh.push(key);
        else if (isFault(claimed)) {
          await giveBack(fresh);
          return claimed;
        } else {
          await giveBack(isWaiting ? [...fresh, ...own] : fresh);
          return { key, owner: claimed.owner };
        }
      }
      const overtaken = isWaiting ? await overtakenOf(claim, keys) : undefined;
      if (overtaken === undefined) return 'claimed';
      await giveBack(fresh);
      return overtaken;
    },
    free: async (rollout, items) => {
      for (const item of items) {
        const freed = await freeOne(item, ownedBy(rollout));
        if (isFault(freed)) return freed;
      }
      return 'freed';
    },
  };
};

/** A finished rollout keeps what it owns until the service's template says where the traffic rests. */
const hasLetGo = ({ state, decision }: Entry): boolean => {
  if (state.status !== 'finished') return state.status === 'rolledBack' || state.status === 'closed';
  return [state.endedBy, decision.reason].some((reason) => reason?.code === 'FINISHED' && reason.resting === 'agrees');
};

const keyOf = (item: string): Item => ({ rollout: { S: item }, revision: { N: '0' } });

const itemOf = (item: string, { owner, claimedAt, token }: Written): Item => ({
  ...keyOf(item),
  kind: { S: 'claim' },
  owner: { S: owner },
  claimedAt: { N: `${claimedAt}` },
  token: { S: token },
});

const claimIn = (item: Item | undefined): Claim | undefined =>
  item === undefined ? undefined : { owner: item.owner?.S ?? '', claimedAt: Number(item.claimedAt?.N) };

const ownedBy = (owner: string): Condition => ({
  expression: '#owner = :owner',
  names: ['owner'],
  values: { ':owner': { S: owner } },
});

/** Not one that another call has written anew in the meantime. */
const writtenBy = ({ owner, token }: Written): Condition => ({
  expression: '#owner = :owner AND #token = :token',
  names: ['owner', 'token'],
  values: { ':owner': { S: owner }, ':token': { S: token } },
});

/** Nobody's, our own, or still the one that was found void. */
const freeOr = (mine: string, { owner, claimedAt }: Claim): Condition => ({
  expression: 'attribute_not_exists(#revision) OR #owner = :mine OR (#owner = :owner AND #claimedAt = :claimedAt)',
  names: ['revision', 'owner', 'claimedAt'],
  values: { ':mine': { S: mine }, ':owner': { S: owner }, ':claimedAt': { N: `${claimedAt}` } },
});
