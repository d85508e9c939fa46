/** The kinds of fields that a plan is made of: what each takes, and what it says of anything else. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { duration, instant, listOf, name, percent, text, whole, word, written, zone } from '../../lib/plan/fields.ts';

/** What is read of a value, or what is said of it. */
function read(field: z.ZodType, value: unknown): unknown {
  const result = field.safeParse(value);
  return result.success ? result.data : result.error.issues.map(({ message }) => message);
}

describe('a text with a meaning', () => {
  const shout = () =>
    written('must be a text', 'ha', (given) =>
      given === 'no' ? { must: 'must not be no' } : { value: given.toUpperCase() },
    );

  it('is what it means, blanks around it apart', () => {
    expect(read(shout(), ' ha \n')).toBe('HA');
    expect(read(shout(), '')).toBe('');
  });

  it('is refused with what must hold', () => {
    expect(read(shout(), ' no ')).toEqual(['must not be no']);
    expect(read(shout(), 7)).toEqual(['must be a text']);
    expect(read(shout(), undefined)).toEqual(['must be a text']);
  });

  it('is at most 1000 characters, and not read at all where it is longer', () => {
    const eager = written('must be a text', 'ha', (given) => {
      if (given.length > 1000) throw new Error('read a text without end');
      return { value: given.length };
    });
    expect(read(eager, 'x'.repeat(1000))).toBe(1000);
    expect(read(eager, 'x'.repeat(1001))).toEqual(['must be at most 1000 characters']);
  });

  it('tells editors an example, and its pattern where it has one', () => {
    expect(shout().in.meta()).toStrictEqual({ examples: ['ha'] });
    expect(written('', 'ha', () => ({ value: 1 }), '^h').in.meta()).toEqual({ examples: ['ha'], pattern: '^h' });
  });

  it.each([
    ['duration', () => duration('5m', '30d')],
    ['percentage', () => percent(0.1, 100)],
    ['date and time', instant],
    ['time zone', zone],
  ])('gives them an example of a %s that is one', (_, make) => {
    const field = make();
    const { examples, pattern = '' } = field.in.meta() ?? {};
    const [example] = z.array(z.string()).parse(examples);
    expect(field.safeParse(example).success).toBe(true);
    expect(example).toMatch(new RegExp(String(pattern)));
  });
});

describe('plain words', () => {
  const must = 'must be text of 1 to 5 characters';

  it.each(['a', 'abcde', 'käfer', 'a b', '"'])('are %j', (given) => {
    expect(read(text(5), given)).toBe(given);
  });

  it.each([
    ['', must],
    ['abcdef', must],
    [7, `${must}; put it in quotes where YAML reads a number or true`],
    [true, `${must}; put it in quotes where YAML reads a number or true`],
    ['a\nb', 'must not contain control characters'],
    ['\u001b[1m', 'must not contain control characters'],
  ])('are not %j', (given, message) => {
    expect(read(text(5), given)).toEqual([message]);
  });
});

describe('a name', () => {
  const must = 'must be 1 to 40 characters of a-z, 0-9 and -';

  it.each(['a', '0', '-', 'a-0', 'a'.repeat(40)])('is %s', (given) => {
    expect(read(name(), given)).toBe(given);
  });

  it.each([
    ['', must],
    ['A', must],
    ['a_b', must],
    ['a b', must],
    [' a', must],
    ['a\n', must],
    ['ä', must],
    ['a'.repeat(41), must],
    [7, `${must}; put it in quotes where YAML reads a number`],
  ])('is not %j', (given, message) => {
    expect(read(name(), given)).toEqual([message]);
  });
});

describe('a duration', () => {
  it.each([
    ['5m', 5],
    [' 6m ', 6],
    ['59m', 59],
    ['1h', 60],
  ])('is within its limits: %j', (given, minutes) => {
    expect(read(duration('5m', '1h'), given)).toBe(minutes);
  });

  it.each(['4m', '61m', '1h1m', '0m', '', '30', '30s', '1.5h', 30])('is nothing else: %j', (given) => {
    expect(read(duration('5m', '1h'), given)).toEqual([
      'must be a duration from 5m to 1h in whole minutes, such as 15m, 2h or 12d',
    ]);
  });
});

describe('a percentage', () => {
  it.each([
    ['0.1%', 0.1],
    ['0.2 %', 0.2],
    [' 1% ', 1],
    ['1.0%', 1],
    ['99.9%', 99.9],
    ['100%', 100],
  ])('is within its limits, in steps of 0.1: %j', (given, value) => {
    expect(read(percent(0.1, 100), given)).toBe(value);
  });

  it.each(['0%', '0.0%', '100.1%', '1000%', '1', '1.25%', '.5%', '1.%', '-1%', '1  %', '1e1%', 'x1%', '1%x', '', 1])(
    'is nothing else: %j',
    (given) => {
      expect(read(percent(0.1, 100), given)).toEqual([
        'must be a percentage with its sign, 0.1% to 100% in steps of 0.1%',
      ]);
    },
  );

  it('says its own limits', () => {
    expect(read(percent(0.5, 10), '0.5%')).toBe(0.5);
    expect(read(percent(0.5, 10), '10%')).toBe(10);
    const refusal = ['must be a percentage with its sign, 0.5% to 10% in steps of 0.1%'];
    expect(read(percent(0.5, 10), '0.4%')).toEqual(refusal);
    expect(read(percent(0.5, 10), '10.1%')).toEqual(refusal);
  });
});

describe('a date and time', () => {
  const must =
    'must be a date and time in whole minutes, 2025-10-31T12:00Z, 2025-10-31T13:00+01:00, or without Z a local time of `zone`';

  it('is read as written', () => {
    expect(read(instant(), ' 2025-10-31T12:00Z ')).toEqual({
      text: '2025-10-31T12:00Z',
      wall: Date.parse('2025-10-31T12:00Z') / 60_000,
      offsetMinutes: 0,
    });
  });

  it.each(['tomorrow', '', '2025-10-31', 2025])('is not %j', (given) => {
    expect(read(instant(), given)).toEqual([must]);
  });
});

describe('a time zone', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/New_York'])('is %s', (given) => {
    expect(read(zone(), given)).toBe(given);
  });

  it.each(['Europe/Berln', '', 'local', 1])('is not %j', (given) => {
    expect(read(zone(), given)).toEqual(['must be an IANA time zone that exists, such as Europe/Berlin or UTC']);
  });
});

describe('one of a few words', () => {
  it('is one of them', () => {
    expect(read(word(['hold', 'rollBack']), 'rollBack')).toBe('rollBack');
    expect(read(word(['daily']), 'daily')).toBe('daily');
  });

  it.each(['Hold', 'rollback', '', 7])('is not %j', (given) => {
    expect(read(word(['hold', 'rollBack']), given)).toEqual(['must be one of hold, rollBack']);
    expect(read(word(['daily']), given)).toEqual(['must be daily']);
  });
});

describe('a whole number', () => {
  it('is within its limits', () => {
    expect(read(whole(2, 5), 2)).toBe(2);
    expect(read(whole(2, 5), 5)).toBe(5);
  });

  it.each([1, 6, 2.5, '3', Number.NaN, Number.POSITIVE_INFINITY, null])('is nothing else: %j', (given) => {
    expect(read(whole(2, 5), given)).toEqual(['must be a whole number from 2 to 5']);
  });
});

describe('a list', () => {
  it('is as long as it may be', () => {
    expect(read(listOf(name(), 1, 2), ['a'])).toEqual(['a']);
    expect(read(listOf(name(), 1, 2), ['a', 'b'])).toEqual(['a', 'b']);
    expect(read(listOf(name(), 0, 2), [])).toEqual([]);
  });

  it.each([[[]], [['a', 'b', 'c']], ['a'], [{ 0: 'a' }]])('is nothing else: %j', (given) => {
    expect(read(listOf(name(), 1, 2), given)).toEqual(['must be a list of 1 to 2']);
  });

  it('says only how long it may be where it may be empty', () => {
    expect(read(listOf(name(), 0, 2), ['a', 'b', 'c'])).toEqual(['must be a list of at most 2']);
    expect(read(listOf(name(), 0, 2), undefined)).toEqual(['must be a list of at most 2']);
  });
});
