import { describe, expect, it } from 'vitest';
import { section } from '../../lib/slack/blocks.ts';
import { bold, cut, dateOf, escaped } from '../../lib/slack/mrkdwn.ts';
import { scheduleMessage } from '../../lib/slack/schedule-message.ts';
import { NOW, seedPlan } from '../rollout/fixture.ts';
import { textsOf } from './shown.ts';

describe('words from outside', () => {
  it.each([
    ['<!channel>', '&lt;!channel&gt;'],
    ['<@U0ENG> & <https://evil.example|here>', '&lt;@U0ENG&gt; &amp; &lt;https://evil.example|here&gt;'],
    ['*GO* `x` ~y~ _z_ a_b', "\u2217GO\u2217 'x' \u223cy\u223c \uff3fz\uff3f a_b"],
    ['one\ntwo\u202e', 'one two '],
  ])('stay words: %j', (words, shown) => {
    expect(escaped(words)).toBe(shown);
  });

  it('cannot end what is bold', () => {
    expect(bold('a* <b>')).toBe('*a\u2217 &lt;b&gt;*');
  });
});

it('an instant is shown in the zone of the reader, or in UTC', () => {
  expect(dateOf(NOW)).toBe('<!date^1761917400^{date_short_pretty} {time}|2025-10-31 13:30 UTC>');
});

describe('a text that is too long', () => {
  it('is never cut within an entity, a date or a pair of surrogates', () => {
    expect(cut('abc&amp;d', 7)).toBe('abc…');
    expect(cut('abc&amp;d', 9)).toBe('abc&amp;d');
    expect(cut(`abc ${dateOf(NOW)} d`, 20)).toBe('abc …');
    expect(cut('ab\u{1f6a2}cd', 4)).toBe('ab…');
  });

  it('loses whole lines of a section, and says how many', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `${index} ${'x'.repeat(60)}`);
    const [block, ...others] = section('Heading', lines);
    expect(others).toEqual([]);
    if (block?.type !== 'section') throw new Error('it is a section');
    expect(block.text.text.length).toBeLessThanOrEqual(3_000);
    expect(block.text.text.split('\n').at(-1)).toBe('and 54 more');
    expect(section('Heading', lines, 3).length).toBe(3);
  });
});

it('the schedule names phases, times, calendar, sign-offs, checklists and people, and what goes by itself', () => {
  const texts = textsOf(scheduleMessage(seedPlan));
  expect(texts.map((text) => text.split('\n')[0])).toMatchInlineSnapshot(`
    [
      "Schedule of ultra-fast-analyzer",
      "Release v3.0.0-sprint-2-complete, from analyzer-original to analyzer-ultra-fast. As planned: every gate passes at the end of its bake and every sign-off comes in time.",
      "*Phases*",
      "*Times*",
      "• 2025-11-10 16:00 UTC stabilisation: daily health check and weekly business review after 7d",
      "*Calendar*",
      "*Sign-offs*",
      "*Checklists*",
      "*People*",
      "*What Sluice does by itself*",
    ]
  `);
  expect(texts.join('\n')).toContain('• 2025-11-15 16:00 UTC ultra-fast-analyzer finishes');
  expect(texts.join('\n')).toContain('• ramp at 10 %: engineering, operations, product, finance: GO from each');
  expect(texts.join('\n')).toContain('• On call: engineering first, then operations, then VP Engineering.');
});
