/** Invariants of our own code: a broken one stops whatever goes on, and says in words what does not hold. */
import { expect, it } from 'vitest';
import { assert, unreachable } from '../../lib/plan/assert.ts';

it('lets pass what holds', () => {
  expect(() => assert(true, 'the weight is known')).not.toThrow();
});

it('stops where an invariant is broken, and says which', () => {
  expect(() => assert(false, 'the weight is known')).toThrow(new Error('Broken invariant: the weight is known'));
});

it('stops at a case that nobody thought of, and shows it', () => {
  // What only data from another version can bring about.
  const unknown = JSON.parse('{"kind":"pause"}') as never;
  expect(() => unreachable(unknown)).toThrow(new Error('Broken invariant: no case for {"kind":"pause"}'));
});
