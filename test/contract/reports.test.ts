/** What every `Reports` promises, whichever world it belongs to. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reportsOf as reportsOnAws } from '../../lib/aws/bucket.ts';
import { s3Client } from '../../lib/aws/clients.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import type { Reports } from '../../lib/controller/ports.ts';
import { reportsOf as simulatedReports } from '../../lib/sim/reports.ts';
import { environment } from '../aws/environment.ts';
import { awsAt } from '../aws/journal-world.ts';
import { s3StandIn } from '../stand-in/s3.ts';
import { standIn } from '../stand-in/server.ts';

const ROLLOUT = 'analyzer';

interface ReportWorld {
  readonly reports: Reports;
  content(name: string): string | undefined;
  close(): Promise<void>;
}

const simulated = async (): Promise<ReportWorld> => {
  const data = { reports: new Map<string, { readonly content: string; readonly revision: number }>() };
  return {
    reports: simulatedReports(data),
    content: (name) => data.reports.get(name)?.content,
    close: async () => {},
  };
};

const onAws = async (): Promise<ReportWorld> => {
  const { service, objects } = s3StandIn(environment.SLUICE_REPORTS);
  const server = await standIn({ s3: service });
  awsAt(server.url);
  const deadline = new Deadline();
  deadline.begin(30_000);
  return {
    reports: reportsOnAws(s3Client(), environment, deadline),
    content: (name) => objects.get(`${ROLLOUT}/${name}`)?.content,
    close: async () => {
      vi.unstubAllEnvs();
      await server.close();
    },
  };
};

describe.each([
  ['in the simulator', simulated],
  ['on S3', onAws],
])('reports %s', (_, open) => {
  let world: ReportWorld;
  beforeEach(async () => {
    world = await open();
  });
  afterEach(() => world.close());

  it('are put, and replaced by those of newer revisions', async () => {
    expect(await world.reports.put(ROLLOUT, 'report.md', 'first', 0)).toBe('put');
    expect(await world.reports.put(ROLLOUT, 'report.md', 'tenth', 10)).toBe('put');
    expect(world.content('report.md')).toBe('tenth');
  });

  it('of the same or an older revision change nothing', async () => {
    await world.reports.put(ROLLOUT, 'report.md', 'tenth', 10);
    expect(await world.reports.put(ROLLOUT, 'report.md', 'tenth again', 10)).toBe('newer');
    expect(await world.reports.put(ROLLOUT, 'report.md', 'ninth', 9)).toBe('newer');
    expect(world.content('report.md')).toBe('tenth');
  });

  it('of another name are on their own', async () => {
    await world.reports.put(ROLLOUT, 'report.md', 'tenth', 10);
    expect(await world.reports.put(ROLLOUT, 'ledger.json', '{}', 3)).toBe('put');
    expect([world.content('report.md'), world.content('ledger.json')]).toEqual(['tenth', '{}']);
  });
});
