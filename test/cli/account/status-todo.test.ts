import { expect, it } from 'vitest';
import { todoOf } from '../../../lib/cli/status-todo.ts';
import type { StatusView } from '../../../lib/cli/status-view.ts';
import { seedPlan, stateOf } from '../../rollout/fixture.ts';

const waitingFor = (its: string): StatusView => ({
  plan: { ...seedPlan, phases: seedPlan.phases.map((phase) => ({ ...phase, checklist: [] })) },
  state: stateOf(-1),
  decision: { decision: 'wait', reason: { code: 'AWAITING_ROLLOUT', rollout: 'search-8', its } },
  at: seedPlan.start,
  revision: 3,
  hash: '',
  cause: { by: 'schedule' },
  rules: [],
  now: seedPlan.start,
});

it.each(['rolledBack', 'closed'])('a rollout that waits for one that is %s is to be closed', (its) => {
  expect(todoOf(waitingFor(its))).toEqual([
    'sluice close ultra-fast-analyzer --reason WHY: it waits for search-8, which never finishes.',
  ]);
});

it('a rollout that waits for one that may still finish needs nobody', () => {
  expect(todoOf(waitingFor('baking'))).toEqual([expect.stringMatching(/^Nothing: it starts by itself/)]);
});
