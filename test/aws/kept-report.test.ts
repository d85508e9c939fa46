import { createHash, createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reportsOf } from '../../lib/aws/bucket.ts';
import { s3Client, snsClient } from '../../lib/aws/clients.ts';
import { linkKeptPage, readKeptReport } from '../../lib/aws/kept-report.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { s3StandIn } from '../stand-in/s3.ts';
import { type StandIn, standIn } from '../stand-in/server.ts';
import { environment } from './environment.ts';
import { awsAt } from './journal-world.ts';

const ROLLOUT = 'analyzer';

let server: StandIn;
const deadline = new Deadline();

beforeEach(async () => {
  server = await standIn({ s3: s3StandIn(environment.SLUICE_REPORTS).service });
  awsAt(server.url);
  deadline.begin(30_000);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const put = (content: string, revision: number) =>
  reportsOf(s3Client(), environment, deadline).put(ROLLOUT, 'report.md', content, revision);
const read = () =>
  readKeptReport(
    snsClient().config,
    environment,
    deadline,
    { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: server.url },
    ROLLOUT,
  );

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** By the formula of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
const signatureOf = ({ host, pathname, searchParams }: URL): string => {
  const escaped = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort()
    .join('&');
  const request = ['GET', pathname, query, `host:${host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const [, day = '', region = '', service = ''] = (searchParams.get('X-Amz-Credential') ?? '').split('/');
  const hash = createHash('sha256').update(request).digest('hex');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', searchParams.get('X-Amz-Date'), scope, hash].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${process.env.AWS_SECRET_ACCESS_KEY}`,
  );
  return hmac(key, toSign).toString('hex');
};

describe('a link to the page of a rollout', () => {
  const link = () =>
    linkKeptPage(
      snsClient().config,
      environment,
      deadline,
      { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: server.url },
      ROLLOUT,
    );

  it('is signed for one file and an hour, and opens it without any credentials', async () => {
    await reportsOf(s3Client(), environment, deadline).put(ROLLOUT, 'report.html', '<!doctype html>', 9);
    const found = await link();
    if (found === undefined || 'code' in found) throw new Error('there is a link');
    const { pathname, searchParams } = new URL(found.url);
    expect([pathname, found.minutes, found.revision]).toEqual([
      `/${environment.SLUICE_REPORTS}/${ROLLOUT}/report.html`,
      60,
      9,
    ]);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': expect.stringMatching(/\/us-east-1\/s3\/aws4_request$/),
      'X-Amz-Expires': '3600',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD',
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(searchParams.get('X-Amz-Signature')).toBe(signatureOf(new URL(found.url)));
    const opened = await fetch(found.url);
    expect([opened.status, await opened.text()]).toEqual([200, '<!doctype html>']);
  });

  it('is none where there is no page yet', async () => {
    expect(await link()).toBeUndefined();
  });
});

describe('the report that is kept of a rollout', () => {
  it('is read as it was put, with its revision, by one signed request', async () => {
    await put('Gr\u00fc\u00dfe, \u65e5\u672c\n', 7);
    server.calls.length = 0;
    expect(await read()).toEqual({ content: 'Gr\u00fc\u00dfe, \u65e5\u672c\n', revision: 7 });
    expect(server.calls.map(({ operation, url }) => `${operation} ${url.pathname}`)).toEqual([
      `GetObject /${environment.SLUICE_REPORTS}/${ROLLOUT}/report.md`,
    ]);
    expect(server.calls[0]?.headers).toMatchObject({
      authorization: expect.stringContaining('/us-east-1/s3/aws4_request'),
      'x-amz-content-sha256': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('is nothing where no report has been put yet', async () => {
    expect(await read()).toBeUndefined();
  });

  it.each([
    ['NOT_FOUND', 404, '<Error><Code>NoSuchBucket</Code></Error>'],
    ['REFUSED', 403, '<Error><Code>AccessDenied</Code></Error>'],
    ['THROTTLED', 503, '<Error><Code>SlowDown</Code></Error>'],
    ['UNAVAILABLE', 500, '<Error><Code>InternalError</Code></Error>'],
    ['UNREADABLE', 301, '<Error><Code>PermanentRedirect</Code></Error>'],
  ])('is a fault %s when S3 answers %i', async (code, status, body) => {
    server.fail('GetObject', { status, body });
    expect(await read()).toMatchObject({ code, operation: `read report.md of the report of ${ROLLOUT}` });
  });

  it('is a fault when the connection breaks, and when nobody answers in time', async () => {
    server.fail('GetObject', 'reset');
    expect(await read()).toMatchObject({ code: 'UNAVAILABLE' });
    deadline.begin(100);
    server.fail('GetObject', 'hang');
    expect(await read()).toMatchObject({ code: 'UNAVAILABLE' });
  });
});
