import type { Reports } from '../controller/ports.ts';

export interface ReportData {
  /** Newest content by name. */
  readonly reports: Map<string, string>;
}

export const reportsOf = (data: ReportData): Reports => ({
  put: async (_, name, content) => {
    data.reports.set(name, content);
    return 'put';
  },
});
