/** The keys that are known at a place of a plan, which is what is listed to whoever writes another. */
import { expect, it } from 'vitest';
import { keysAt } from '../../lib/plan/keys-at.ts';
import { planKeys } from '../../lib/plan/plan-keys.ts';
import type { Path } from '../../lib/plan/problem.ts';

const SOURCE = ['namespace', 'metric', 'statistic', 'dimensions', 'missing', 'settle'];

it.each<readonly [Path, readonly string[]]>([
  [
    ['traffic', 'names'],
    ['baseline', 'candidate'],
  ],
  [
    ['phases', 3, 'signOff'],
    ['roles', 'auto'],
  ],
  [
    ['phases', 0, 'checklist', 1],
    ['item', 'required'],
  ],
  [
    ['guards', 0],
    ['if', 'proof', 'inSharedOutage'],
  ],
  [['regressionWatch'], ['falseRollbacks', 'onSticky', 'off']],
  [
    ['windows', 2],
    ['days', 'hours', 'zone'],
  ],
  [
    ['notify', 'slack'],
    ['everyone', 'leads', 'onCall'],
  ],
  [
    ['onCall', 'escalation'],
    ['name', 'slack'],
  ],
  [
    ['leads', 'of-any-name'],
    ['slack', 'principals'],
  ],
  [['metrics', 'gauges', 'ofAnyName'], SOURCE],
  [['metrics', 'revenue', 'orders'], SOURCE],
  [['rollout'], []],
  [['phases', 0, 'checkpoints'], []],
  [['nowhere', 'at', 'all'], []],
])('at %j are %j', (path, keys) => {
  expect(keysAt(planKeys, path)).toEqual(keys);
});

it('of the plan itself begin with its name', () => {
  expect(keysAt(planKeys, []).slice(0, 4)).toEqual(['rollout', 'release', 'mode', 'traffic']);
});
