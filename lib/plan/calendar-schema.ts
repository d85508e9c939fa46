import * as z from 'zod';
import { DAY_MINUTES } from './duration.ts';
import { instant, listOf, text, word, written, zone } from './fields.ts';
import { orRefuse } from './parsed.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const HOURS = 'must be two times of day such as 09:00-16:00 or 22:00-02:00, or 00:00-24:00 for the whole day';

/** Minutes of the day; an end before the beginning lies on the next day. */
const hours = written(HOURS, '09:00-16:00', (text) => {
  const numbers = (/^(\d{2}):(\d{2}) ?- ?(\d{2}):(\d{2})$/.exec(text) ?? []).map(Number);
  // NaN is no time of day.
  const [, fromHour = Number.NaN, fromMinute = Number.NaN, toHour = Number.NaN, toMinute = Number.NaN] = numbers;
  const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
  const areTimes = fromMinute < 60 && toMinute < 60 && from < DAY_MINUTES && to <= DAY_MINUTES && from !== to;
  return orRefuse(areTimes ? { fromMinute: from, toMinute: to < from ? to + DAY_MINUTES : to } : undefined, HOURS);
});

export const windowKeys = z.strictObject({
  days: listOf(
    word(DAYS).transform((day) => DAYS.indexOf(day) + 1),
    1,
    7,
  ).describe('Days on which the window opens.'),
  hours: hours
    .prefault('00:00-24:00')
    .describe('Local time; ends on the next day where the end is before the beginning.'),
  zone: zone().optional().describe("IANA zone of the hours; the plan's, unless given."),
});

export const freezeKeys = z.strictObject({
  from: instant().describe('The first instant that is frozen.'),
  to: instant().describe('The first instant that is not.'),
  reason: text(200).describe('Why; people are told.'),
});
