/** The evidence for a phase's criteria: since its bake began, over the last bake-length, and since the last daily checkpoint. */
import { addBlock, type Block, gather, isFull, NO_BLOCK, NO_PRODUCTS } from './ratio.ts';
import type { BusinessRow, Row } from './row.ts';
import { countSegments } from './segment.ts';
import { hasBaseline } from './share.ts';
import {
  addBusiness,
  addTallies,
  addTraffic,
  countGauges,
  countTraffic,
  emptyTally,
  type Layout,
  type Tally,
} from './tally.ts';

export interface Tallies {
  readonly bake: Tally;
  /** Half a bake each, oldest first, the last one being filled; once all are in use they span 1 to 1.5 bakes. */
  readonly recent: readonly [Tally, Tally, Tally];
  readonly day: Tally;
  /** The block of revenue that is being gathered for all of them. */
  readonly block: Block;
}

export const emptyTallies = (layout: Layout): Tallies => {
  const empty = emptyTally(layout);
  return { bake: empty, recent: [empty, empty, empty], day: empty, block: NO_BLOCK };
};

/** Adds a row of the bake. Business rows settle later: they go to the half that is being filled when they come. */
export const addRow = (layout: Layout, tallies: Tallies, bakeMinutes: number, row: Row): Tallies => {
  const count = countTraffic(layout, row);
  const [oldest, older, newest] = tallies.recent;
  const isHalfFull = newest.rows * 2 >= bakeMinutes;
  const filling = addTraffic(isHalfFull ? emptyTally(layout) : newest, count);
  return {
    bake: addTraffic(tallies.bake, count),
    recent: isHalfFull ? [older, newest, filling] : [oldest, older, filling],
    day: addTraffic(tallies.day, count),
    block: tallies.block,
  };
};

export const addBusinessRow = (layout: Layout, tallies: Tallies, row: BusinessRow): Tallies => {
  const compares = hasBaseline(row.weight);
  const gathered = layout.ratio && compares ? gather(tallies.block, row) : undefined;
  const isComplete = gathered !== undefined && isFull(gathered);
  const count = {
    revenue: isComplete ? addBlock(NO_PRODUCTS, gathered) : undefined,
    segments: layout.segments.length === 0 || !compares ? undefined : countSegments(layout.segments, row),
    gauges: countGauges(layout, row),
  };
  const [oldest, older, newest] = tallies.recent;
  return {
    bake: addBusiness(tallies.bake, count),
    recent: [oldest, older, addBusiness(newest, count)],
    day: addBusiness(tallies.day, count),
    block: isComplete ? NO_BLOCK : (gathered ?? tallies.block),
  };
};

/** The last bake-length of rows, at most 1.5 of it; of a younger bake all. */
export const recentTally = ({ recent: [oldest, older, newest] }: Tallies): Tally =>
  addTallies(addTallies(oldest, older), newest);
