import { describe, expect, it } from 'vitest';
import { converge } from '../../lib/controller/converge.ts';
import { readHead } from '../../lib/controller/read-head.ts';
import type { SetWeight } from '../../lib/rollout/entry.ts';
import type { RuleReading } from '../../lib/rollout/evidence.ts';
import { observe } from '../../lib/rollout/observe.ts';
import { at, withPorts } from './world.ts';

const RULES = Array.from({ length: 20 }, (_, index) => `rule ${index}`);

/** Twenty rules at this weight, of the rollout as it stands at 14:00. */
const twentyRules = async (weight: number) => {
  const { world, plan } = await at('2025-10-31T14:00');
  const head = await readHead(world, plan.rollout);
  const rules = RULES.map((rule): RuleReading => ({ rule, kind: 'weighted', weight, sticky: false }));
  const situation = observe(plan, head.entry.state, {
    now: world.clock.now(),
    rows: [],
    businessRows: [],
    more: true,
    unsettled: head.entry.state.unsettled,
    metricsFault: null,
    rules,
    health: { candidate: null, baseline: null },
    alarms: null,
    preflight: null,
    after: [],
  });
  const decisionOf = (setWeight: Omit<SetWeight, 'rules'>) =>
    ({
      decision: 'wait',
      reason: { code: 'WEIGHT_UNWRITTEN', rule: '', live: 0, recorded: 1 },
      setWeight: { ...setWeight, rules: RULES },
    }) as const;
  return { world, head, situation, decisionOf };
};

describe('of twenty rules', () => {
  it('four whose writing hangs do not keep the others from their way back', async () => {
    const { world, situation, decisionOf } = await twentyRules(10);
    const written = new Set<string>();
    let othersAreDown = () => {};
    const hanging = new Promise<void>((resolve) => {
      othersAreDown = resolve;
    });
    const slow = withPorts(world, {
      router: {
        setWeight: async (_, { rule }) => {
          if (RULES.indexOf(rule) < 4) await hanging;
          written.add(rule);
          if (written.size === 16) othersAreDown();
          return 'written';
        },
      },
    });
    await converge(slow, situation, decisionOf({ weight: 0, raise: false, rollback: true }), null);
    expect(written.size).toBe(20);
  });

  it('those still to be raised stay as they are once somebody else has recorded something', async () => {
    const { world, head, situation, decisionOf } = await twentyRules(0);
    let raised = 0;
    const contested = withPorts(world, {
      journal: {
        head: async (rollout) => (raised === 0 ? world.journal.head(rollout) : { body: '{}', hash: 'another' }),
      },
      router: {
        setWeight: async () => {
          raised += 1;
          return 'written';
        },
      },
    });
    await converge(contested, situation, decisionOf({ weight: 1, raise: true, rollback: false }), head);
    expect(raised).toBeGreaterThan(0);
    expect(raised).toBeLessThanOrEqual(5);
  });
});
