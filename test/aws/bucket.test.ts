import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readReport, reportsOf } from '../../lib/aws/bucket.ts';
import { s3Client } from '../../lib/aws/clients.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import type { Reports } from '../../lib/controller/ports.ts';
import { type S3StandIn, s3StandIn } from '../stand-in/s3.ts';
import { type Answer, type Service, type StandIn, standIn } from '../stand-in/server.ts';
import { environment } from './environment.ts';
import { awsAt } from './journal-world.ts';

const ROLLOUT = 'analyzer';

let s3: S3StandIn;
let server: StandIn;
let reports: Reports;
let read: (name: string) => ReturnType<typeof readReport>;

/** What somebody else does between the look at a file and the put. */
let meanwhile: (() => void) | undefined;

beforeEach(async () => {
  s3 = s3StandIn(environment.SLUICE_REPORTS);
  meanwhile = undefined;
  const service: Service = async (asked) => {
    const answer = await s3.service(asked);
    if (asked.operation !== 'HeadObject') return answer;
    meanwhile?.();
    meanwhile = undefined;
    return answer;
  };
  server = await standIn({ s3: service });
  awsAt(server.url);
  const deadline = new Deadline();
  deadline.begin(30_000);
  const client = s3Client();
  reports = reportsOf(client, environment, deadline);
  read = (name) => readReport(client, environment, deadline, ROLLOUT, name);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const put = (revision: number, content = `from revision ${revision}`) =>
  reports.put(ROLLOUT, 'report.md', content, revision);
const failing = (code: string, status: number): Answer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<Error><Code>${code}</Code><Message>no</Message></Error>`,
});
const puts = () => server.calls.filter(({ operation }) => operation === 'PutObject');

describe('putting a report', () => {
  it('keeps it in the folder of its rollout with the revision it was made from', async () => {
    expect(await put(3, 'Gr\u00fc\u00dfe, \u65e5\u672c\n')).toBe('put');
    expect(s3.objects.get('analyzer/report.md')).toEqual({
      content: 'Gr\u00fc\u00dfe, \u65e5\u672c\n',
      contentType: 'text/markdown; charset=utf-8',
      metadata: { revision: '3' },
    });
  });

  it.each([
    ['ledger.json', 'application/json'],
    ['journal/000000-000499.jsonl', 'application/x-ndjson'],
    ['report.html', 'text/html; charset=utf-8'],
    ['notes.xyz', 'application/octet-stream'],
  ])('tells by the name of %s what is in it', async (name, contentType) => {
    await reports.put(ROLLOUT, name, '{}', 0);
    expect(s3.objects.get(`analyzer/${name}`)).toMatchObject({ contentType });
  });

  it('leaves encryption to the bucket', async () => {
    await put(3);
    const headers = Object.keys(puts()[0]?.headers ?? {});
    expect(headers.filter((name) => name.includes('encryption') || name.includes('acl'))).toEqual([]);
  });

  it('overwrites what somebody put there by hand', async () => {
    s3.objects.set('analyzer/report.md', { content: 'mine', contentType: '', metadata: {} });
    expect(await put(0)).toBe('put');
    expect(await read('report.md')).toEqual({ content: 'from revision 0', revision: 0 });
  });

  it('looks again when somebody else writes it in between, and lets the newer one stay', async () => {
    await put(3);
    server.fail('PutObject', failing('PreconditionFailed', 412));
    expect(await put(4)).toBe('put');
    server.fail('PutObject', failing('ConditionalRequestConflict', 409));
    expect(await put(5)).toBe('put');
    expect(await read('report.md')).toEqual({ content: 'from revision 5', revision: 5 });
  });

  it.each([
    ['replaces', 3],
    ['creates', undefined],
  ])('never hides a newer one that somebody else puts while it %s the file', async (_, before) => {
    if (before !== undefined) await put(before);
    meanwhile = () =>
      void s3.objects.set('analyzer/report.md', { content: 'nine', contentType: '', metadata: { revision: '9' } });
    expect(await put(8)).toBe('newer');
    expect(await read('report.md')).toEqual({ content: 'nine', revision: 9 });
  });

  it('is unavailable when others write it all the time', async () => {
    server.fail('PutObject', failing('PreconditionFailed', 412), 9);
    expect(await put(4)).toMatchObject({ code: 'UNAVAILABLE', operation: 'put report.md of the report of analyzer' });
    expect(puts().length).toBe(3);
  });

  it('of twenty revisions at once keeps the newest', async () => {
    // Each writer comes again until it was put or is outdated, as the function does that writes reports.
    const persist = async (revision: number): Promise<void> => {
      while (!['put', 'newer'].includes(`${await put(revision)}`));
    };
    await Promise.all(Array.from({ length: 20 }, (_, revision) => persist(revision)));
    expect(await read('report.md')).toEqual({ content: 'from revision 19', revision: 19 });
  });

  it.each([
    ['THROTTLED', failing('SlowDown', 503)],
    ['REFUSED', failing('AccessDenied', 403)],
    ['NOT_FOUND', failing('NoSuchBucket', 404)],
    ['UNAVAILABLE', failing('InternalError', 500)],
    ['UNAVAILABLE', 'reset'],
  ] as const)('is a fault %s when the bucket does not take it', async (code, mishap) => {
    server.fail('PutObject', mishap, 2);
    expect(await put(1)).toMatchObject({ code });
    expect(s3.objects.size).toBe(0);
  });

  it('takes a refusal to look for no leave to write', async () => {
    await put(5);
    server.fail('HeadObject', { status: 403 }, 2);
    expect(await put(4)).toMatchObject({ code: 'REFUSED' });
    expect(await read('report.md')).toMatchObject({ revision: 5 });
  });

  it('refuses a name that leaves the folder: that is a bug of ours', async () => {
    await expect(reports.put(ROLLOUT, '../other/report.md', '', 0)).rejects.toThrow('is a path');
  });
});

describe('reading a report', () => {
  it('answers nothing where there is none', async () => {
    expect(await read('report.md')).toBeUndefined();
  });

  it.each([
    ['REFUSED', failing('AccessDenied', 403)],
    ['NOT_FOUND', failing('NoSuchBucket', 404)],
    ['UNAVAILABLE', 'reset'],
  ] as const)('is a fault %s when the bucket does not answer', async (code, mishap) => {
    server.fail('GetObject', mishap, 2);
    expect(await read('report.md')).toMatchObject({ code, operation: 'read report.md of the report of analyzer' });
  });
});
