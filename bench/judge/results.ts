import type { FaultRow, GateRow, HealthyRow, LateRow } from './summary.ts';

/** What bench/judge.json holds. */
export interface Results {
  readonly command: string;
  /** Names of worlds that were left out, for want of what they replay. */
  readonly notRun: readonly string[];
  readonly healthy: readonly HealthyRow[];
  readonly faults: readonly FaultRow[];
  readonly gates: readonly GateRow[];
  readonly late: readonly LateRow[];
}
