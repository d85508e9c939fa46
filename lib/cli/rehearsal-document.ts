import type { Change, Ledger } from '../report/ledger.ts';
import type { Visit } from '../report/visits.ts';
import { explain } from '../rollout/explain.ts';
import type { RunResult } from '../sim/run.ts';

/** The one document of `rehearse --json`. */
export const rehearsalDocument = (result: RunResult, ledger: Ledger) => ({
  outcome: result.outcome,
  weight: result.weight,
  endedAt: result.endedAt,
  candidateRequests: result.candidateRequests,
  candidateFailures: result.candidateFailures,
  decisions: result.decisions.map(({ at, phase, decision, reason }) => ({
    at,
    phase,
    decision,
    reason,
    sentence: explain(reason),
  })),
  phases: ledger.visits.map((visit) => phaseOf(ledger, visit)),
  seed: result.seed,
});

/** Times are ISO 8601 or null where it has not happened; `criteria` is the newest table of them. */
const phaseOf = ({ plan }: Ledger, visit: Visit) => ({
  phase: plan.phases[visit.phase]?.name ?? '',
  weight: plan.phases[visit.phase]?.weight ?? 0,
  enteredAt: timeOf(visit.enteredAt),
  bakeStartedAt: timeOf(visit.bakeStartedAt),
  gatePassedAt: timeOf(visit.gatePassedAt),
  leftAt: timeOf(visit.leftAt),
  bakedMinutes: visit.bakedMinutes,
  targetMinutes: visit.targetMinutes,
  restarts: visit.restarts,
  candidateRequests: visit.totals.requests,
  candidateFailures: visit.totals.failures,
  criteria: visit.latest?.assessments ?? [],
});

const timeOf = (at: Change['at'] | null): string | null => (at === null ? null : new Date(at).toISOString());
