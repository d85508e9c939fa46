/** Bodies of entries for a journal: whole entries of the seed plan, with what a test is about put in their place. */
import type { Entry } from '../../lib/rollout/entry.ts';
import { seedPlan, seedSource, stateOf } from '../rollout/fixture.ts';

export const NAME = seedPlan.rollout;
const [rule = ''] = seedPlan.traffic.rules;
export const KEYS: readonly string[] = [rule, seedPlan.traffic.baseline, seedPlan.traffic.candidate];

export const bodyOf = (revision: number, change: Partial<Entry> = {}): string => {
  const entry: Entry = {
    rollout: NAME,
    revision,
    previous: '',
    at: new Date(seedPlan.start).toISOString(),
    cause: { by: 'schedule' },
    rows: [],
    businessRows: [],
    decision: { decision: 'wait', reason: { code: 'SCHEDULED', start: seedPlan.start } },
    notices: [],
    state: stateOf(-1),
    ...(revision === 0 ? { plan: { source: seedSource, hash: '' } } : {}),
    ...change,
  };
  return JSON.stringify(entry);
};

/** A notice that makes an entry of that many bytes more. */
export const noticeOf = (text: string): Pick<Entry, 'notices'> => ({
  notices: [{ audience: 'everyone', subject: 'a subject', text }],
});
