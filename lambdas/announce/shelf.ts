import type { Report } from '../../lib/aws/kept-report.ts';
import type { Fault } from '../../lib/controller/fault.ts';
import type { Journal, Reports } from '../../lib/controller/ports.ts';

/** What reports are made from, and where they are kept. */
export interface Shelf {
  readonly journal: Pick<Journal, 'plan' | 'entries'>;
  readonly reports: Reports;
  /** Null: of all rollouts. */
  readonly read: (rollout: string | null, name: string) => Promise<Report | undefined | Fault>;
}
