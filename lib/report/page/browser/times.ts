/** Times on an axis, in UTC and by 24 hours. */

const DAY = 86_400;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Seconds between two marks that read well. */
export const APART_SECONDS = [60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, DAY, 2 * DAY, 7 * DAY];

const dayOf = (at: number): string => {
  const date = new Date(1000 * at);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
};

const clockOf = (at: number): string => new Date(1000 * at).toISOString().slice(11, 16);

/** The day is said where it begins to be another. */
export const timeMarks = (at: readonly number[], apart: number): readonly string[] =>
  at.map((each, index) => {
    if (apart >= DAY) return dayOf(each);
    const before = at[index - 1];
    const isNewDay = before === undefined || dayOf(before) !== dayOf(each);
    return isNewDay ? `${clockOf(each)}\n${dayOf(each)}` : clockOf(each);
  });

export const timeText = (at: number): string =>
  `${new Date(1000 * at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
