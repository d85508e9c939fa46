/** From a run to what the bar shows. */
import { tablesOf } from '../../judge/tables.ts';
import { totalWealth } from '../../judge/watch.ts';
import { formatNumber } from '../../plan/metric.ts';
import type { Instant, Plan } from '../../plan/plan.ts';
import { OUTCOME_WORDS, outcomeOf } from '../../report/outcome.ts';
import { formatWeight } from '../../report/wording.ts';
import type { RolloutState } from '../../rollout/rollout.ts';
import { lastWord, rolesOf } from '../../rollout/sign-offs.ts';
import { weightOf } from '../../sim/rules.ts';
import { isOn } from './faults.ts';
import { hintOf } from './hint.ts';
import { hasEnded, type LiveRun, nowOf, stateOf } from './live-run.ts';
import type { Bar } from './shape.ts';

/** @param count which run it is */
export const barOf = (run: LiveRun, count: number): Bar => {
  const { plan, rehearsal, lines } = run;
  const state = stateOf(run);
  const rule = rehearsal.world.data.rules[0];
  const canBeSigned = state.status === 'baking' || state.status === 'passed';
  return {
    run: count,
    clock: clockText(nowOf(run)),
    minutesPerSecond: run.minutesPerSecond,
    isStanding: run.isStanding,
    isSkipping: run.skipsFrom !== null,
    hasEnded: hasEnded(run),
    outcome: outcomeOf(state),
    outcomeWords: OUTCOME_WORDS[outcomeOf(state)],
    phase: plan.phases[state.phase]?.name ?? '',
    weight: formatWeight(state.weight),
    live: formatWeight(rule === undefined ? state.weight : weightOf(rule)),
    evidence: evidenceText(plan, state),
    hint: hintOf(run, state),
    faults: {
      fail: isOn(rehearsal, 'fail'),
      slow: isOn(rehearsal, 'slow'),
      silence: isOn(rehearsal, 'silence'),
      ticks: isOn(rehearsal, 'ticks'),
    },
    roles: canBeSigned
      ? rolesOf(plan, state).map((role) => ({ role, word: lastWord(state, role)?.answer ?? 'missing' }))
      : [],
    lines: lines.map(({ at, ...line }) => ({ ...line, at: clockText(at) })),
  };
};

const evidenceText = (plan: Plan, { judge }: RolloutState): string => {
  const { watch: table } = tablesOf(plan);
  if (table === undefined || judge.watch === null) return '';
  return `${formatNumber(Number(totalWealth(table, judge.watch).toPrecision(2)))} of ${formatNumber(1 / table.falseRollbacks)}`;
};

const clockText = (at: Instant): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
