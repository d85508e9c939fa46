import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bulletList, escapeMarkdown, markdownTable } from '../../lib/report/markdown.ts';

describe('escapeMarkdown', () => {
  test.each([
    ['v2 | v3', 'v2 \\| v3'],
    ['`code` and *stars* and ~~strikes~~', '\\`code\\` and \\*stars\\* and \\~\\~strikes\\~\\~'],
    ['<script>alert(1)</script>', '\\<script>alert(1)\\</script>'],
    ['[link](https://example.org)', '\\[link\\](https://example.org)'],
    ['two\nlines\r\nor\tthree', 'two lines or three'],
    ['# heading', '\\# heading'],
    ['1. first', '1\\. first'],
    ['- item', '\\- item'],
    ['_emphasis_', '\\_emphasis\\_'],
    ['&lt;b&gt;', '\\&lt;b\\&gt;'],
    ['a back\\slash', 'a back\\\\slash'],
  ])('disarms %j', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  test.each(['errorRate < 1%', '0.083 %', 'SHARED_OUTAGE', '#tag', '−3 %', 'A & B', 'v3.0.0-sprint-2'])(
    'leaves %j as it is',
    (text) => {
      expect(escapeMarkdown(text)).toBe(text);
    },
  );
});

describe('markdownTable', () => {
  test('has one line per row and fills up short rows', () => {
    const table = markdownTable(['metric', 'limit'], [['errorRate', '1 %'], ['cpu']]);
    expect(table.split('\n')).toEqual(['| metric | limit |', '|---|---|', '| errorRate | 1 % |', '| cpu |  |']);
  });

  test('keeps its columns whatever the cells say', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 5 }), (rows) => {
        const lines = markdownTable(['a', 'b'], rows).split('\n');
        expect(lines).toHaveLength(rows.length + 2);
        for (const line of lines) expect(line.replaceAll(/\\./gs, '').split('|')).toHaveLength(4);
      }),
    );
  });
});

test('a list has one line per item', () => {
  expect(bulletList(['one\n# two', '3. three'])).toBe('- one # two\n- 3\\. three');
});
