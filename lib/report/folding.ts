/** Minutes as a page draws them: each by itself at first and around decisions, others 5 together, and after a day an hour. */

/**
 * One or more minutes in a row. A list of numbers, since there are thousands of them: the first minute (since 1970), how many minutes with
 * known counts are in it, 1 where it stays by itself, the weight; then numbers of which the largest or the last is told of several minutes,
 * and counts, which are summed.
 */
export type Point = number[];

export const AT = 0;
export const MINUTES = 1;
export const KEPT = 2;
export const WEIGHT = 3;

/** What is told of several minutes: for each number behind the first four. */
export type Joining = 'largest' | 'last' | 'sum';

/** Changed in place; points are in order of time, from `old` over `day` to `recent`. */
export interface Folding {
  /** Hours. */
  readonly old: Point[];
  /** Five minutes each. */
  readonly day: Point[];
  /** Minutes that may still come to lie near a decision. */
  readonly recent: Point[];
  /** How many points of `old` and `day` stay by themselves. */
  kept: number;
}

export const nothingFolded = (): Folding => ({ old: [], day: [], recent: [], kept: 0 });

const RECENT_MINUTES = 30;
const DAY_MINUTES = 1440;
const PLAIN_MINUTES = 5;
const OLD_MINUTES = 60;

/** Of a rollout that flaps for days the oldest decisions lose their minutes. */
const KEPT_AT_MOST = 2500;

export const pointsOf = ({ old, day, recent }: Folding): readonly Point[] => [...old, ...day, ...recent];

/** Adds the next minute. Those that are older by now are folded, which takes constant time. */
export const addPoint = (folding: Folding, joining: readonly Joining[], point: Point): void => {
  const { old, day, recent } = folding;
  recent.push(point);
  const now = point[AT] ?? 0;
  while (isOlder(recent[0], now - RECENT_MINUTES)) {
    const next = recent.shift() ?? [];
    if (next[KEPT] === 1) folding.kept += 1;
    pushJoined(day, joining, next, PLAIN_MINUTES);
  }
  while (isOlder(day[0], now - DAY_MINUTES)) pushJoined(old, joining, day.shift() ?? [], OLD_MINUTES);
  if (folding.kept > KEPT_AT_MOST) loseOldest(folding, joining);
};

const isOlder = (point: Point | undefined, minute: number): boolean => point !== undefined && (point[AT] ?? 0) < minute;

/** The minutes from the first to the last stay by themselves, as far as they are not folded yet. */
export const keepMinutes = ({ recent }: Folding, first: number, last: number): void => {
  for (const point of recent) {
    const at = point[AT] ?? 0;
    if (at >= first && at <= last) point[KEPT] = 1;
  }
};

const pushJoined = (points: Point[], joining: readonly Joining[], point: Point, minutes: number): void => {
  const last = points.at(-1);
  if (last !== undefined && areJoined(last, point, minutes)) join(last, point, joining);
  else points.push(point);
};

const areJoined = (a: Point, b: Point, minutes: number): boolean =>
  a[KEPT] === 0 &&
  b[KEPT] === 0 &&
  a[WEIGHT] === b[WEIGHT] &&
  Math.floor((a[AT] ?? 0) / minutes) === Math.floor((b[AT] ?? 0) / minutes);

const join = (a: Point, b: Point, joining: readonly Joining[]): void => {
  a[MINUTES] = (a[MINUTES] ?? 0) + (b[MINUTES] ?? 0);
  for (let i = WEIGHT + 1; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    const how = joining[i - WEIGHT - 1] ?? 'sum';
    a[i] = how === 'sum' ? rounded(x + y) : how === 'last' ? y : Math.max(x, y);
  }
};

/** Counts may be fractions; a tenth of a request nobody sees. */
export const rounded = (count: number): number => Math.round(10 * count) / 10;

const loseOldest = (folding: Folding, joining: readonly Joining[]): void => {
  const { old, day } = folding;
  let lost = 0;
  const points = [...old, ...day];
  for (const point of points) {
    if (lost >= KEPT_AT_MOST / 2) break;
    if (point[KEPT] === 0) continue;
    point[KEPT] = 0;
    lost += 1;
  }
  folding.kept -= lost;
  for (const [list, minutes] of [
    [old, OLD_MINUTES],
    [day, PLAIN_MINUTES],
  ] as const) {
    for (const point of list.splice(0)) pushJoined(list, joining, point, minutes);
  }
};
