import { answerTo } from '../report/next-up.ts';
import { outcomeOf } from '../report/outcome.ts';
import {
  assessmentsOf,
  checklistOf,
  comingIn,
  holdsOf,
  judgedMinute,
  segmentsOf,
  signOffsOf,
  watchEvidence,
} from '../report/standing.ts';
import { explain } from '../rollout/explain.ts';
import { todoOf } from './status-todo.ts';
import type { StatusView } from './status-view.ts';

/** The one document of `status --json`. Times are ISO 8601, or null where it has not happened. */
export const statusDocument = (view: StatusView) => {
  const { plan, state, decision, rules } = view;
  return {
    rollout: plan.rollout,
    release: plan.release,
    outcome: outcomeOf(state),
    status: state.status,
    phase: plan.phases[state.phase]?.name ?? null,
    weight: state.weight,
    decision: { ...decision, sentence: explain(decision.reason) },
    rules,
    judgedMinute: timeOf(judgedMinute(view)),
    bake: { ...state.bake, startedAt: timeOf(state.bake.startedAt) },
    criteria: assessmentsOf(view),
    segments: segmentsOf(view) ?? null,
    regressionWatch: watchEvidence(view),
    holds: holdsOf(view).map((hold) => ({
      code: hold.code,
      since: timeOf(hold.since),
      sentence: explain(hold.reason),
      end: answerTo(plan, hold),
    })),
    signOffs: signOffsOf(view).map(({ role, kind, answer, by, at, why, note }) => ({
      role,
      kind,
      answer,
      by: by === '' ? null : by,
      at: timeOf(at),
      why,
      note,
    })),
    checklist: checklistOf(view),
    coming: comingIn(view).map(({ kind, at, phase, label }) => ({
      at: timeOf(at),
      kind,
      phase: plan.phases[phase]?.name ?? '',
      label,
    })),
    next: todoOf(view),
    at: timeOf(view.at),
    now: timeOf(view.now),
    revision: view.revision,
    hash: view.hash,
  };
};

const timeOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
