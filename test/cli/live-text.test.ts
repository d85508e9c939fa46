import { expect, it } from 'vitest';
import { liveText } from '../../lib/cli/live-text.ts';

const lines = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('');

it('is the whole text where the window has the rows for it and the cursor', () => {
  expect(liveText(lines(23), 80, 24).split('\n')).toHaveLength(23);
  expect(liveText(lines(23), 80, 24)).not.toContain('more');
});

it('keeps the head of a text that is longer, and says how much more there is', () => {
  const shown = liveText(lines(46), 80, 24).split('\n');
  expect(shown).toHaveLength(23);
  expect(shown[0]).toBe('line 1');
  expect(shown.slice(-2)).toEqual(['line 22', '… 24 lines more than this window has']);
});

it('breaks between words, and counts the lines that come of it', () => {
  const shown = liveText(`ramp begins at 10 % when all four leads have given GO\n${lines(3)}`, 40, 4).split('\n');
  expect(shown).toEqual([
    'ramp begins at 10 % when all four',
    '    leads have given GO',
    '… 3 lines more than this window has',
  ]);
});
