/** From a ledger to what a page says and draws. */
import { explain, instant } from '../../rollout/explain.ts';
import { answers } from '../answers.ts';
import { numbersBehind } from '../decision-numbers.ts';
import { decisive } from '../decisive.ts';
import type { Change, Ledger, Newest } from '../ledger.ts';
import { nextUp } from '../next-up.ts';
import { OUTCOME_WORDS, outcomeOf } from '../outcome.ts';
import { reportSections } from '../sections.ts';
import { formatWeight, shortActor } from '../wording.ts';
import { chartData } from './chart-data.ts';
import type { DecisionRow, PageData } from './shape.ts';
import { timelineOf } from './stretches.ts';

/** Undefined: the journal has no entry yet. */
export const pageData = (ledger: Ledger, headHash?: string): PageData | undefined =>
  ledger.newest === null ? undefined : dataOf(ledger, ledger.newest, headHash);

const dataOf = (ledger: Ledger, newest: Newest, headHash: string | undefined): PageData => {
  const { plan } = ledger;
  const outcome = outcomeOf(newest.state);
  const { at, ...told } = decisive(ledger, newest);
  const { title, rows, notes } = answers(ledger, newest);
  const { shown, leftOut } = decisionRows(ledger);
  return {
    rollout: plan.rollout,
    title,
    release: plan.release,
    outcome,
    outcomeWords: OUTCOME_WORDS[outcome],
    decided: { at: instant(at), ...told },
    next: nextUp(ledger, newest),
    facts: rows.filter(([question]) => !TOLD_AT_THE_TOP.has(question)),
    notes,
    timeline: timelineOf(ledger, newest),
    // The page has its own timeline, and all decisions.
    sections: reportSections(ledger, newest, headHash).filter(({ topic }) => topic !== 'timeline'),
    decisions: shown,
    decisionsLeftOut: leftOut + ledger.changesLeftOut,
    revision: newest.revision,
    asOf: instant(newest.at),
    charts: chartData(ledger, newest),
  };
};

/** The page's head says them. */
const TOLD_AT_THE_TOP: ReadonlySet<string> = new Set([
  'Decided',
  'When',
  'By',
  'On which numbers',
  'What happens next',
  '',
]);

/** Characters of all rows together: a page has at most 3 MB, and this is the only part of it that grows with a rollout that flaps. */
const CHARACTERS_AT_MOST = 1_000_000;
const FIRST_PART = 0.25;

/** The first and the newest, as many as there is room for. */
const decisionRows = ({
  plan,
  changes,
}: Ledger): { readonly shown: readonly DecisionRow[]; readonly leftOut: number } => {
  const rows = changes.map((change) => decisionRow(change, plan.phases[change.phase]?.name ?? 'scheduled'));
  const sizes = rows.map((row) => JSON.stringify(row).length);
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  if (whole <= CHARACTERS_AT_MOST) return { shown: rows, leftOut: 0 };
  const first = countWithin(sizes, FIRST_PART * CHARACTERS_AT_MOST);
  const last = countWithin(sizes.toReversed(), (1 - FIRST_PART) * CHARACTERS_AT_MOST);
  const shown = [...rows.slice(0, first), ...rows.slice(rows.length - last)];
  return { shown, leftOut: rows.length - shown.length };
};

const countWithin = (sizes: readonly number[], room: number): number => {
  let left = room;
  const end = sizes.findIndex((size) => {
    left -= size;
    return left < 0;
  });
  return end < 0 ? sizes.length : end;
};

const decisionRow = ({ revision, at, weight, decision, cause }: Change, phase: string): DecisionRow => ({
  revision,
  at: instant(at),
  phase,
  weight: formatWeight(weight),
  decision: decision.decision,
  code: decision.reason.code,
  by: cause.by === 'command' || cause.by === 'forbidden' ? shortActor(cause.actor) : '',
  sentence: explain(decision.reason),
  numbers: numbersBehind(decision.reason),
});
