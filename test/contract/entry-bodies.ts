/** Bodies of entries for a journal: whole entries of the seed plan, with what a test is about put in their place. */
import type { Entry } from '../../lib/rollout/entry.ts';
import { keptPlan, PLAN_SCHEMA } from '../../lib/rollout/read-plan.ts';
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
    ...(revision === 0 ? { plan: keptPlan(seedPlan, seedSource, '') } : {}),
    ...change,
  };
  return JSON.stringify(entry);
};

/** As a release wrote it whose plans have another shape: what counts is the text. */
export const planOfAnotherShape = (source: string): Pick<Entry, 'plan'> => ({
  plan: { ...keptPlan(seedPlan, source, ''), schema: PLAN_SCHEMA + 1 },
});

/** A notice that makes an entry of that many bytes more. */
export const noticeOf = (text: string): Pick<Entry, 'notices'> => ({
  notices: [{ audience: 'everyone', subject: 'a subject', text }],
});
