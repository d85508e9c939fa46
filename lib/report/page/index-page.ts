/** All rollouts on one page, each with its decision and a link to its own. */
import type { Instant } from '../../plan/plan.ts';
import { instant } from '../../rollout/explain.ts';
import { decisive } from '../decisive.ts';
import type { Ledger } from '../ledger.ts';
import { OUTCOME_WORDS, type Outcome, outcomeOf } from '../outcome.ts';
import { formatWeight } from '../wording.ts';
import { el, type Tag } from './markup.ts';
import { document } from './page.ts';

export interface IndexLine {
  readonly rollout: string;
  readonly release: string;
  readonly outcome: Outcome;
  readonly weight: number;
  /** Name of the present phase; empty before and after. */
  readonly phase: string;
  /** The decision that matters, when it was made, and the numbers behind it. */
  readonly since: Instant;
  readonly sentence: string;
  readonly numbers: string;
  /** The newest entry. */
  readonly at: Instant;
  readonly revision: number;
}

/** Undefined: the journal has no entry yet. */
export const indexLine = (ledger: Ledger): IndexLine | undefined => {
  const { plan, newest } = ledger;
  if (newest === null) return undefined;
  const { at, state, revision } = newest;
  const { rollout, release } = plan;
  const told = decisive(ledger, newest);
  return {
    rollout,
    release,
    outcome: outcomeOf(state),
    weight: state.weight,
    phase: state.endedAt === null ? (plan.phases[state.phase]?.name ?? '') : '',
    since: told.at,
    sentence: told.sentence,
    numbers: told.numbers,
    at,
    revision,
  };
};

/** What waits for people first, then what goes on, then what is over; in each the newest first. */
export const indexPage = (lines: readonly IndexLine[]): string => {
  const sorted = lines.toSorted((a, b) => ORDER[a.outcome] - ORDER[b.outcome] || b.since - a.since);
  const going = lines.filter(({ outcome }) => !isOver(outcome)).length;
  const count = lines.length === 1 ? '1 rollout' : `${lines.length} rollouts`;
  const body = [
    el('header', { class: 'masthead' }, el('p', {}, el('strong', {}, 'Sluice'), ' rollouts')),
    el(
      'main',
      { id: 'main' },
      el('h1', {}, 'Rollouts'),
      el(
        'p',
        { class: 'quiet' },
        `${count}, ${going} not ended; of those that are over the newest ${OVER_AT_MOST} at most. Times are UTC.`,
      ),
      el('ul', { class: 'rollouts' }, ...sorted.map(lineView)),
    ),
  ];
  return document('Rollouts', body, '');
};

/** Of rollouts that are over, so that the page does not grow for ever. */
export const OVER_AT_MOST = 500;

const OVER = 4;

export const isOver = (outcome: Outcome): boolean => ORDER[outcome] >= OVER;

const ORDER: Readonly<Record<Outcome, number>> = {
  rollingBack: 0,
  held: 1,
  running: 2,
  scheduled: 3,
  rolledBack: OVER,
  finished: OVER,
  closed: OVER,
};

const lineView = (line: IndexLine): Tag => {
  const { rollout, release, outcome, weight, phase, since, sentence, numbers, at } = line;
  return el(
    'li',
    {},
    el(
      'h2',
      { class: 'small' },
      el('a', { href: `${rollout}/report.html` }, rollout),
      ' ',
      el('span', { class: `badge ${outcome}` }, OUTCOME_WORDS[outcome]),
    ),
    el(
      'p',
      { class: 'quiet' },
      `${release}; candidate at ${formatWeight(weight)}${phase === '' ? '' : `, phase ${phase}`}`,
    ),
    el('p', {}, el('b', {}, `Decided ${instant(since)} ${sentence}. `), numbers),
    el('p', { class: 'quiet' }, `As of ${instant(at)}`),
  );
};
