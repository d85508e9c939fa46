import { readEntry } from '../rollout/read-entry.ts';
import { PLAN_SCHEMA } from '../rollout/read-plan.ts';
import { askAccount } from './ask-account.ts';
import { checkRollout } from './given-words.ts';
import type { AccountOptions } from './options.ts';
import { isRefusal, Refusal } from './refusal.ts';
import type { StatusView } from './status-view.ts';
import type { Surroundings } from './surroundings.ts';

/** Asks how a rollout stands, and reads what came: the head of its journal, its plan and its rules as they are now. */
export const readStatus = async (
  rollout: string,
  options: AccountOptions,
  surroundings: Surroundings,
): Promise<StatusView | Refusal> => {
  const refused = checkRollout(rollout);
  if (refused !== undefined) return refused;
  const operation = `read the status of ${rollout}`;
  const answered = await askAccount(
    surroundings,
    options,
    operation,
    { ask: 'status', rollout },
    'All names: sluice list',
  );
  if (isRefusal(answered)) return answered;
  const { head, hash, plan, planSchema, rules, now } = answered;
  const read = readEntry(head);
  if (!read.ok) return ofAnotherRelease(operation, read.problem);
  if (planSchema !== PLAN_SCHEMA)
    return ofAnotherRelease(operation, `its plan has schema ${planSchema}, which must be ${PLAN_SCHEMA} here`);
  const { at, revision, decision, cause, state } = read.entry;
  return { plan, at: Date.parse(at), revision, hash, decision, cause, state, rules, now };
};

const ofAnotherRelease = (operation: string, why: string): Refusal =>
  new Refusal(
    `Cannot ${operation}: ${why}.`,
    [],
    'Use the release of sluice that the stack was deployed with.',
    'fault',
  );
