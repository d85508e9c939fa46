/**
 * The evidence for the criteria of the present phase: since its bake began, over the last bake-length, and since the
 * last daily checkpoint. The latter two are what the first has grown by since then, so that a row is added once.
 */
import { type Gathered, gather, noneGathered } from './ratio.ts';
import type { BusinessRow, Row } from './row.ts';
import { hasBaseline } from './share.ts';
import { addBusiness, addTraffic, emptyTally, type Layout, rowsOf, since, type Tally } from './tally.ts';

/** `block` and `revenue`: of the whole bake only. */
export interface Tallies extends Gathered {
  readonly bake: Tally;
  /** What `bake` was when each of the newest three half bake-lengths began, oldest first. */
  readonly halves: readonly [Tally, Tally, Tally];
  /** What `bake` was at the last daily checkpoint; empty in phases without. */
  readonly day: Tally;
}

export const emptyTallies = (layout: Layout): Tallies => {
  const empty = emptyTally(layout);
  return { bake: empty, halves: [empty, empty, empty], day: layout.daily ? empty : [], ...noneGathered(layout.ratio) };
};

/** Adds a row of the bake. Business rows settle later: they go to the half that is being filled when they come. */
export const addRow = (layout: Layout, tallies: Tallies, bakeMinutes: number, row: Row): Tallies => {
  const { bake, halves, day, block, revenue } = tallies;
  const [, older, newest] = halves;
  const isHalfFull = (rowsOf(bake) - rowsOf(newest)) * 2 >= bakeMinutes;
  return {
    bake: addTraffic(layout, bake, row),
    halves: isHalfFull ? [older, newest, bake] : halves,
    day,
    block,
    revenue,
  };
};

export const addBusinessRow = (
  layout: Layout,
  { bake, halves, day, ...gathered }: Tallies,
  row: BusinessRow,
): Tallies => ({
  bake: addBusiness(layout, bake, row),
  halves,
  day,
  ...(layout.ratio && hasBaseline(row.weight) ? gather(gathered, row) : gathered),
});

/** The last bake-length of rows, at most 1.5 of it; of a younger bake all. */
export const recentTally = ({ bake, halves }: Tallies): Tally => since(bake, halves[0]);

export const dayTally = ({ bake, day }: Tallies): Tally => since(bake, day);

/** Here a day ends and the next begins, in phases with daily checkpoints. */
export const withDayEnded = (tallies: Tallies): Tallies =>
  tallies.day.length === 0 ? tallies : { ...tallies, day: tallies.bake };
