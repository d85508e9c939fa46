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

it.each([
  ['ac', 'abc', 'a letter is missing'],
  ['abbc', 'abc', 'a letter is too many'],
  ['abd', 'abc', 'a letter is another'],
  ['xbc', 'abc', 'the first letter is another'],
  ['bc', 'abc', 'the first letter is missing'],
  ['xabc', 'abc', 'a letter is before it'],
  ['abcx', 'abc', 'a letter is behind it'],
  ['aB', 'Ab', 'only the case differs'],
])('takes %s for %s: %s', (given, name) => {
  expect(nearest(given, [name])).toBe(name);
});

it.each([
  ['x', 'abcd'],
  ['abcd', 'x'],
  ['a', 'abc'],
  ['abcde', 'abc'],
  ['bac', 'abc'],
  ['xyc', 'abc'],
])('does not take %s for %s, from which two letters and more differ', (given, name) => {
  expect(nearest(given, [name])).toBeUndefined();
});

it('lets a third of the letters of a name differ, one at least, and never all of them', () => {
  expect(nearest('xxcdef', ['abcdef'])).toBe('abcdef');
  expect(nearest('xxxdef', ['abcdef'])).toBeUndefined();
  expect(nearest('xxcde', ['abcde'])).toBeUndefined();
  expect(nearest('xxxdefghi', ['abcdefghi'])).toBe('abcdefghi');
  expect(nearest('xb', ['ab'])).toBe('ab');
  expect(nearest('x', ['a'])).toBeUndefined();
  expect(nearest('A', ['a'])).toBe('a');
});

it('suggests the first of those that are equally near', () => {
  expect(nearest('gauge', ['gauges', 'gauged'])).toBe('gauges');
  expect(nearest('gauge', ['gauged', 'gauges'])).toBe('gauged');
});

it('does not look for what is longer than sixty letters', () => {
  expect(nearest('a'.repeat(60), ['a'.repeat(61)])).toBe('a'.repeat(61));
  expect(nearest('a'.repeat(61), ['a'.repeat(61)])).toBeUndefined();
});

it('suggests nothing where there is nothing to suggest', () => {
  expect(nearest('weight', [])).toBeUndefined();
});
