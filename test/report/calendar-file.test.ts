import { describe, expect, test } from 'vitest';
import { calendarFile } from '../../lib/report/calendar-file.ts';
import { plan, planOf } from './entries.ts';

const LONG = 'ä'.repeat(40);

const long = planOf((source) => source.replace(/release: .*/, `release: '${LONG}, a; b'`));

/** Undoes the folding of RFC 5545: a line that begins with a space goes on. */
const unfold = (file: string): readonly string[] => file.replaceAll('\r\n ', '').split('\r\n');

const valuesOf = (file: string, name: string): readonly string[] =>
  unfold(file).flatMap((line) => (line.startsWith(`${name}:`) ? [line.slice(name.length + 1)] : []));

describe('the calendar file', () => {
  test('ends every line with CRLF and folds it at 75 octets', () => {
    const file = calendarFile([long]);
    expect(file.endsWith('END:VCALENDAR\r\n')).toBe(true);
    expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  });

  test('has only properties with a name and a value, and opens and closes its parts', () => {
    const open: string[] = [];
    for (const line of unfold(calendarFile([plan])).slice(0, -1)) {
      expect(line).toMatch(/^[A-Z-]+(;[A-Z-]+=[^:;]+)*:/);
      const [, word, part] = /^(BEGIN|END):(.*)$/.exec(line) ?? [];
      if (word === 'BEGIN') open.push(part ?? '');
      if (word === 'END') expect(open.pop()).toBe(part);
    }
    expect(open).toEqual([]);
  });

  test('has phase starts, checkpoints, gates, sign-off deadlines and the finish, in UTC', () => {
    const file = calendarFile([plan]);
    expect(valuesOf(file, 'SUMMARY')).toEqual([
      'small: canary begins at 1 %',
      'small: canary: checkpoint after 10m',
      'small: canary: checkpoint after 20m',
      'small: canary: gate after 30m',
      'small: all begins at 100 %',
      'small: all: gate after 1h',
      'small finishes',
      'small: canary: missing sign-offs expire',
    ]);
    expect(valuesOf(file, 'DTSTART').slice(0, 2)).toEqual(['20251031T120000Z', '20251031T121000Z']);
  });

  test('has of a phase of many days the checkpoint of the first, and the weekly reviews', () => {
    const daily = planOf((source) => source.replace('bake: 1h, advance', 'bake: 12d, checkpoints: daily, advance'));
    const checkpoints = valuesOf(calendarFile([daily]), 'SUMMARY').filter((summary) => summary.includes('all: daily'));
    expect(checkpoints).toEqual([
      'small: all: daily health check after 24h',
      'small: all: daily health check and weekly business review after 7d',
    ]);
  });

  test('is the same for the same plans, with one identifier per event', () => {
    expect(calendarFile([plan])).toBe(calendarFile([planOf()]));
    const ids = valuesOf(calendarFile([plan]), 'UID');
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(valuesOf(calendarFile([plan]), 'DTSTAMP'))).toEqual(new Set(['20251031T120000Z']));
  });

  test('escapes the text of the plan', () => {
    expect(valuesOf(calendarFile([long]), 'DESCRIPTION')[0]).toContain(`Release ${LONG}\\, a\\; b.`);
  });
});
