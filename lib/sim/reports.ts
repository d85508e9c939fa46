import type { Reports } from '../controller/ports.ts';

export interface ReportData {
  /** Newest content by name. */
  readonly reports: Map<string, { readonly content: string; readonly revision: number }>;
}

export const reportsOf = (data: ReportData): Reports => ({
  put: async (_, name, content, revision) => {
    if ((data.reports.get(name)?.revision ?? -1) >= revision) return 'newer';
    data.reports.set(name, { content, revision });
    return 'put';
  },
});
