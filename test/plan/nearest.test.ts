import { expect, it } from 'vitest';
import { nearest } from '../../lib/plan/nearest.ts';

const KEYS = ['weight', 'bake', 'checkpoints', 'advance', 'advanceAfter'];

it('suggests the nearest of several', () => {
  expect(nearest('segmentSpred', ['segmentSpreads', 'segmentSpread', 'segmentSpreadss'])).toBe('segmentSpread');
});

it.each([
  ['weigth', 'weight'],
  ['Weight', 'weight'],
  ['advanceafter', 'advanceAfter'],
  ['checkpoint', 'checkpoints'],
  ['colour', undefined],
  ['', undefined],
  ['a'.repeat(10_000), undefined],
])('suggests for %j the key %j', (given, name) => {
  expect(nearest(given, KEYS)).toBe(name);
});
