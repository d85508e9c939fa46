/**
 * The evidence for a phase's criteria: since its bake began, over the last bake-length, and since the last daily
 * checkpoint.
 */
import type { Plan } from '../plan/plan.ts';
import { addBlock, type Block, gather, isFull, NO_BLOCK, NO_PRODUCTS } from './ratio.ts';
import type { BusinessRow, Row } from './row.ts';
import { hasBaseline } from './share.ts';
import {
  addBusiness,
  addTallies,
  addTraffic,
  countBusiness,
  countTraffic,
  emptyTally,
  type Layout,
  layoutOf,
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

/** `all` is what the criteria of any phase look at, `day` those of phases with daily checkpoints. */
export interface Layouts {
  readonly all: Layout;
  readonly day: Layout;
}

export const layoutsOf = (plan: Plan): Layouts => ({
  all: layoutOf(plan, plan.phases),
  day: layoutOf(
    plan,
    plan.phases.filter(({ daily }) => daily),
  ),
});

export const emptyTallies = ({ all, day }: Layouts): Tallies => {
  const empty = emptyTally(all);
  return { bake: empty, recent: [empty, empty, empty], day: emptyTally(day), block: NO_BLOCK };
};

/** Adds a row of the bake. Business rows settle later: they go to the half that is being filled when they come. */
export const addRow = ({ all, day }: Layouts, tallies: Tallies, bakeMinutes: number, row: Row): Tallies => {
  const count = countTraffic(all, row);
  const [oldest, older, newest] = tallies.recent;
  const isHalfFull = newest.rows * 2 >= bakeMinutes;
  const filling = addTraffic(isHalfFull ? emptyTally(all) : newest, count);
  return {
    bake: addTraffic(tallies.bake, count),
    recent: isHalfFull ? [older, newest, filling] : [oldest, older, filling],
    day: addTraffic(tallies.day, countTraffic(day, row)),
    block: tallies.block,
  };
};

export const addBusinessRow = ({ all, day }: Layouts, tallies: Tallies, row: BusinessRow): Tallies => {
  const gathered = all.ratio && hasBaseline(row.weight) ? gather(tallies.block, row) : undefined;
  const full = gathered !== undefined && isFull(gathered) ? addBlock(NO_PRODUCTS, gathered) : undefined;
  const count = countBusiness(all, row, full);
  const [oldest, older, newest] = tallies.recent;
  return {
    bake: addBusiness(tallies.bake, count),
    recent: [oldest, older, addBusiness(newest, count)],
    day: addBusiness(tallies.day, countBusiness(day, row, full)),
    block: full === undefined ? (gathered ?? tallies.block) : NO_BLOCK,
  };
};

/** The last bake-length of rows, at most 1.5 of it; of a younger bake all. */
export const recentTally = ({ recent: [oldest, older, newest] }: Tallies): Tally =>
  addTallies(addTallies(oldest, older), newest);
