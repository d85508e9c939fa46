import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { wrapLines } from '../../lib/cli/wrap-lines.ts';

describe('lines on a narrow terminal', () => {
  const line = '  errorRate < 1%  needs 2,788 requests at 0.08 % bad (1,052 without a bad one)';

  it('go on below, indented, between words, and nothing is wider than the terminal', () => {
    const wrapped = wrapLines(`${line}\nshort`, 40).split('\n');
    expect(wrapped).toEqual([
      '  errorRate < 1%  needs 2,788',
      '      requests at 0.08 % bad (1,052',
      '      without a bad one)',
      'short',
    ]);
  });

  it('are as they were on a wide one', () => {
    expect(wrapLines(line, line.length)).toBe(line);
    expect(wrapLines('', 40)).toBe('');
  });

  it('are measured without their colours', () => {
    const wrapped = wrapLines(`\u001b[1m${line}\u001b[22m`, 40);
    expect(wrapped.split('\n').map((each) => stripVTControlCharacters(each).length <= 40)).toEqual([true, true, true]);
  });

  it('that are JSON or a table of a report stay whole', () => {
    for (const data of [`{"a":"${'b '.repeat(40)}"}`, `| ${'a | '.repeat(40)}`]) expect(wrapLines(data, 40)).toBe(data);
  });
});
