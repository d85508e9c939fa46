import { initialJudge } from '../judge/judge.ts';
import { UNKNOWN_DAY } from '../judge/verdict.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import type { RolloutState } from './rollout.ts';

/** The state of a rollout that has been registered and has not begun. @param recorded rows come from a backtest */
export const scheduled = (plan: Plan, recorded: boolean, now: Instant): RolloutState => ({
  schema: 1,
  rollout: plan.rollout,
  release: plan.release,
  status: 'scheduled',
  phase: -1,
  weight: 0,
  roseAt: null,
  weightBefore: 0,
  rules: plan.traffic.rules.map(() => ({ confirmed: 0, isConfirmed: false, sticky: false })),
  bake: {
    startedAt: null,
    minutes: 0,
    targetMinutes: 0,
    upToMinutes: 0,
    restarts: 0,
    checkpointsDone: 0,
    passesInARow: 0,
  },
  holds: [],
  gate: null,
  signOffs: [],
  ticked: [],
  incidents: [],
  recorded,
  healthyAtStart: { baseline: null, candidate: null },
  unhealthySince: null,
  alarmsUnclearSince: null,
  zeroSince: null,
  lateStartConfirmed: false,
  next: { row: now, business: now },
  unsettled: { rows: [], business: [] },
  leftOut: null,
  judge: initialJudge(plan, UNKNOWN_DAY),
  rollback: null,
  wakeUps: null,
  startedAt: null,
  endedAt: null,
  endedBy: null,
});
