/** The bets on one metric: what they have won so far, and the rows on which they won it. */
import { type BetKind, betOn, evenWealths, type Minute, type Terms, type Wealths, wealthOf } from './regression.ts';
import { countsOf, joined, type Since, sinceMinute } from './since.ts';
import type { DayBefore } from './verdict.ts';
import { type Bet, usualShareOf, type Watched } from './watched.ts';

export interface MetricState {
  /** In the order of the metric's bets. */
  readonly bets: readonly Wealths[];
  /**
   * The run of rows in which the wealth rose, which may begin below 1, since quiet hours cost some of it. Null: nothing speaks against the
   * candidate.
   */
  readonly since: Since | null;
  /** Minutes that wait for the others of their block; null: none. */
  readonly block: Since | null;
  /** The baseline's requests and events, each minute worth 1/60 less than the one after it. */
  readonly past: readonly [requests: number, events: number];
}

/** What was staked on each bet so far; the last `waiting` of it only on bets on minutes, until their block is complete. */
export interface Staked {
  readonly staked: number;
  readonly waiting: number;
}

const NOTHING_STAKED: Staked = { staked: 0, waiting: 0 };
/** The baseline's past reaches back about so long. */
const PAST_MINUTES = 60;

export const initialMetric = (watched: Watched, before: DayBefore): MetricState => {
  const usual = usualShareOf(watched.metric, before);
  const requests = usual === undefined ? 0 : Math.round(PAST_MINUTES * (before.requestsPerMinute ?? 0));
  return withEvenWealths(
    { bets: [], since: null, block: null, past: [requests, (usual ?? 0) * requests] },
    watched,
    NOTHING_STAKED,
  );
};

/** As if nothing had been won or lost of what was staked, and no block begun. */
export const withEvenWealths = ({ past }: MetricState, { bets }: Watched, staked: Staked): MetricState => ({
  bets: bets.map(({ kind }) => evenWealths(kind, stakedOn(kind, staked))),
  since: null,
  block: null,
  past,
});

/** Such events come together in minutes, and their bets have their own means against it. The others wait for their block. */
const isOnMinutes = (kind: BetKind): boolean => kind === 'burst' || kind === 'fall';

const stakedOn = (kind: BetKind, { staked, waiting }: Staked): number =>
  isOnMinutes(kind) ? staked : staked - waiting;

/** A minute of the metric, and what is staked on it. */
export interface Staking {
  readonly at: string;
  /** Undefined: its counts are not known. */
  readonly minute: Minute | undefined;
  readonly stake: number;
}

/**
 * Adds a minute to its block, and bets on it by itself where that is what a bet does.
 * @param laid before this minute's stake
 * @param closes the block is complete with it: the other bets are settled, and the rows of a run in which the wealth rises are kept
 */
export const addMinute = (
  watched: Watched,
  state: MetricState,
  staking: Staking,
  laid: Staked,
  closes: boolean,
  terms: Terms,
): MetricState => {
  const block = joined(state.block, sinceMinute(staking.at, staking.minute));
  if (closes) return settled(watched, state, block, staking, laid, terms);
  const { minute, stake } = staking;
  const bets = state.bets.map((wealths, index) => {
    const kind = watched.bets[index]?.kind ?? 'share';
    return isOnMinutes(kind) ? betOn(kind, wealths, minute, stake, terms) : wealths;
  });
  return { bets, since: state.since, block, past: state.past };
};

/** The block is complete with the minutes it has. */
export const closeBlock = (watched: Watched, state: MetricState, laid: Staked, terms: Terms): MetricState =>
  settled(watched, state, state.block, undefined, laid, terms);

const settled = (
  watched: Watched,
  state: MetricState,
  block: Since | null,
  staking: Staking | undefined,
  laid: Staked,
  terms: Terms,
): MetricState => {
  const stake = staking?.stake ?? 0;
  const counts = block === null ? undefined : countsOf(block);
  const withPast = { ...terms, pastBaselineRate: rateOf(state.past) };
  const bets = state.bets.map((wealths, index) => {
    const kind = watched.bets[index]?.kind ?? 'share';
    if (!isOnMinutes(kind)) return betOn(kind, wealths, counts, laid.waiting + stake, withPast);
    return staking === undefined ? wealths : betOn(kind, wealths, staking.minute, stake, terms);
  });
  const won = winningsOf(watched, bets, { staked: laid.staked + stake, waiting: 0 });
  const isRising = won > 1e-9 || won > winningsOf(watched, state.bets, laid);
  const past = block === null ? state.past : movePast(state.past, block);
  return { bets, since: isRising ? joined(state.since, block) : null, block: null, past };
};

/** One event more than were seen: a baseline without any is not one that never has one. */
const rateOf = ([requests, events]: MetricState['past']): number => (requests > 0 ? (events + 1) / requests : 0);

const movePast = ([requests, events]: MetricState['past'], block: Since): MetricState['past'] => {
  const [, minutes, , , baselineRequests, baselineEvents] = block;
  if (baselineRequests === 0) return [requests, events];
  const kept = (1 - 1 / PAST_MINUTES) ** minutes;
  return [Math.round(kept * requests + baselineRequests), Math.round(1000 * (kept * events + baselineEvents)) / 1000];
};

/** What the metric's bets add to the wealth of 1; below 0: what they have lost. */
export const winningsOf = ({ bets }: Watched, wealths: readonly Wealths[], staked: Staked): number => {
  let won = 0;
  for (let index = 0; index < bets.length; index++) {
    const weight = bets[index]?.weight ?? 0;
    if (weight > 0) won += weight * (countedOf(bets, wealths, index, staked) - 1);
  }
  return won;
};

/** A bet's wealth, as far as it counts. */
const countedOf = (bets: readonly Bet[], wealths: readonly Wealths[], index: number, staked: Staked): number => {
  let counted = ownWealth(bets, wealths, index, staked);
  for (const { bet, times } of bets[index]?.atMost ?? []) {
    const most = times * ownWealth(bets, wealths, bet, staked);
    if (most < counted) counted = most;
  }
  return counted;
};

const ownWealth = (bets: readonly Bet[], wealths: readonly Wealths[], index: number, staked: Staked): number =>
  wealthOf(wealths[index] ?? [], stakedOn(bets[index]?.kind ?? 'share', staked));

/** The bet that has won most of what counts. */
export const bestBet = ({ bets }: Watched, wealths: readonly Wealths[], staked: Staked): BetKind =>
  bets
    .map(({ kind, weight }, index) => ({ kind, won: weight * countedOf(bets, wealths, index, staked) }))
    .toSorted((a, b) => b.won - a.won)[0]?.kind ?? 'share';
