import { createHash } from 'node:crypto';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { proofOf } from '../../lib/aws/identity-proof.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { provenIdentity, type Redemption } from '../../lib/aws/proven-identity.ts';
import type { Envelope } from '../../lib/aws/request.ts';
import { stsEndpoint } from '../../lib/aws/sts-endpoint.ts';
import { Fault } from '../../lib/controller/fault.ts';
import { type StandIn, standIn } from '../stand-in/server.ts';
import { identity, refusal, sts } from '../stand-in/sts.ts';

const NOW = Date.parse('2025-10-31T13:10:00Z');
const SRE = 'arn:aws:sts::123456789012:assumed-role/Sre/jane';
const USER = 'arn:aws:iam::123456789012:user/jane';
const REQUEST = JSON.stringify({ to: 'sluice-command', request: { ask: 'list' } });
const HEADER = 'x-sluice-request-sha256';
const KEYS = {
  AKIDUSER: { secret: 'secret of a user', arn: USER },
  ASIASRE: { secret: 'secret of a session', arn: SRE, token: 'Fwo+token/with==signs', endsAt: NOW + 3_600_000 },
};

let server: StandIn;
let foreign: StandIn;
/** Every place that was asked. */
let fetched: string[];

beforeEach(async () => {
  server = await standIn({ sts: sts(KEYS, () => NOW) });
  foreign = await standIn({ sts: () => identity(SRE) });
  fetched = [];
});

afterEach(async () => {
  await Promise.all([server.close(), foreign.close()]);
});

const variables = () => ({ AWS_ENDPOINT_URL_STS: server.url });
const { sha256 } = new LambdaClient({ region: 'us-east-1' }).config;
const user = { accessKeyId: 'AKIDUSER', secretAccessKey: KEYS.AKIDUSER.secret };
const session = {
  accessKeyId: 'ASIASRE',
  secretAccessKey: KEYS.ASIASRE.secret,
  sessionToken: KEYS.ASIASRE.token,
};

const sealed = async (request = REQUEST, { credentials = user, now = NOW, at = variables() as object } = {}) => ({
  request,
  proof: await proofOf(request, { credentials, sha256, region: 'us-east-1', now, variables: { ...at } }),
});

const noted: typeof globalThis.fetch = (input, init) => {
  fetched.push(String(input));
  return globalThis.fetch(input, init);
};

const prove = (envelope: Envelope, change: Partial<Redemption> = {}) =>
  provenIdentity(envelope, { now: NOW, deadline: new Deadline(), variables: variables(), fetch: noted, ...change });

/** The same proof with another URL. */
const moved = ({ request, proof }: Envelope, move: (url: URL) => void): Envelope => {
  const url = new URL(proof.url);
  move(url);
  return { request, proof: { ...proof, url: url.href } };
};

const written = ({ request, proof }: Envelope, write: (url: string) => string): Envelope => ({
  request,
  proof: { ...proof, url: write(proof.url) },
});

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('a proof of identity', () => {
  it.each([
    ['a user', user, USER],
    ['a session of a role', session, SRE],
  ])('shows who signed it: %s', async (_, credentials, arn) => {
    expect(await prove(await sealed(REQUEST, { credentials }))).toEqual({ as: arn });
    expect(server.calls.map(({ operation, headers }) => [operation, headers[HEADER]])).toEqual([
      ['GetCallerIdentity', digest(REQUEST)],
    ]);
  });

  it('is taken up to a minute after it was made, and up to five seconds before by a clock that runs ahead', async () => {
    for (const now of [NOW - 60_000, NOW + 5_000])
      expect(await prove(await sealed(REQUEST, { now }))).toEqual({ as: USER });
  });

  it('carries nothing of the secret key', async () => {
    expect(JSON.stringify(await sealed())).not.toContain('secret');
  });

  it.each([
    ['us-east-1', 'https://sts.us-east-1.amazonaws.com/'],
    ['us-gov-west-1', 'https://sts.us-gov-west-1.amazonaws.com/'],
    ['cn-north-1', 'https://sts.cn-north-1.amazonaws.com.cn/'],
    ['eusc-de-east-1', 'https://sts.eusc-de-east-1.amazonaws.eu/'],
  ])('is for STS of its own region: %s', (region, url) => {
    expect(stsEndpoint(region, {}).href).toBe(url);
  });

  it('is for the endpoint of the environment where one is set, the one of STS first', () => {
    const all = { AWS_ENDPOINT_URL: 'http://localhost:1' };
    expect(stsEndpoint('us-east-1', all).href).toBe('http://localhost:1/');
    expect(stsEndpoint('us-east-1', { ...all, AWS_ENDPOINT_URL_STS: 'http://localhost:2' }).port).toBe('2');
  });

  it.each([
    'https://sts.amazonaws.com',
    'https://sts.eu-central-1.amazonaws.com',
    'https://sts.us-gov-west-1.amazonaws.com',
    'https://sts.cn-north-1.amazonaws.com.cn',
    'https://sts-fips.us-east-2.amazonaws.com',
    'https://sts.us-east-1.api.aws',
  ])('is taken to STS at %s', async (at) => {
    const envelope = await sealed(REQUEST, { at: { AWS_ENDPOINT_URL_STS: at } });
    const fetch = async (input: unknown) => {
      fetched.push(String(input));
      return new Response(identity(USER).body);
    };
    expect(await prove(envelope, { fetch })).toEqual({ as: USER });
    expect(fetched.map((url) => new URL(url).origin)).toEqual([at]);
  });
});

describe('is refused, and nobody is asked:', () => {
  afterEach(() => {
    expect([fetched, server.calls, foreign.calls]).toEqual([[], [], []]);
  });

  const expectRefusal = async (envelope: Envelope, piece: string, change: Partial<Redemption> = {}) =>
    expect(await prove(envelope, change)).toEqual({ refused: expect.stringContaining(piece) });

  it('a proof of another request', async () => {
    const { proof } = await sealed();
    await expectRefusal({ request: `${REQUEST} `, proof }, 'made for another request');
  });

  it('a digest that was put right after signing, by a header that is not the one', async () => {
    const { request, proof } = await sealed();
    const headers = { [HEADER]: digest(request), host: 'sts.amazonaws.com' };
    await expectRefusal({ request, proof: { ...proof, headers } }, 'and no other');
    await expectRefusal({ request, proof: { ...proof, headers: {} } }, 'its headers must be');
    const upper = { 'X-Sluice-Request-Sha256': digest(request) };
    await expectRefusal({ request, proof: { ...proof, headers: upper } }, 'its headers must be');
  });

  it.each([
    ['no header but the host', 'host'],
    ['another header too', `accept;host;${HEADER}`],
    ['no host', HEADER],
  ])('a signature over %s', async (_, headers) => {
    await expectRefusal(
      moved(await sealed(), ({ searchParams }) => searchParams.set('X-Amz-SignedHeaders', headers)),
      'X-Amz-SignedHeaders',
    );
  });

  it('a proof that is older than a minute, or that lies in the future', async () => {
    await expectRefusal(await sealed(REQUEST, { now: NOW - 61_000 }), 'it has expired: it is of 2025-10-31T13:08:59');
    await expectRefusal(await sealed(REQUEST, { now: NOW + 6_000 }), 'lies in the future');
  });

  it('a proof that outlives its own, shorter expiry', async () => {
    const envelope = moved(await sealed(REQUEST, { now: NOW - 31_000 }), ({ searchParams }) =>
      searchParams.set('X-Amz-Expires', '30'),
    );
    await expectRefusal(envelope, 'it has expired');
  });

  it.each<[string, string, string]>([
    ['an expiry above a minute', 'X-Amz-Expires=60', 'X-Amz-Expires=61'],
    ['an expiry that is no number', 'X-Amz-Expires=60', 'X-Amz-Expires=6e1'],
    ['a date that is none', /X-Amz-Date=[^&]*/.source, 'X-Amz-Date=20251331T131000Z'],
    ['another question', 'Action=GetCallerIdentity', 'Action=AssumeRole'],
    ['another version', 'Version=2011-06-15', 'Version=2012-01-01'],
    ['another algorithm', 'AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256'],
    ['a key of another service', '%2Fsts%2F', '%2Fs3%2F'],
    ['no signature', /X-Amz-Signature=[^&]*/.source, 'X-Amz-Signature='],
    ['a parameter too many', '$', '&RoleArn=x'],
    ['a parameter of no name', '$', '&=x'],
    ['a parameter that objects inherit', '$', '&constructor=x'],
    ['a parameter twice', '$', '&Action=GetCallerIdentity'],
    ['a parameter twice, once in disguise', '$', '&%41ction=AssumeRole'],
    ['a parameter that is missing', '&Version=2011-06-15', ''],
    ['a second question behind a semicolon', 'Action=GetCallerIdentity', 'Action=GetCallerIdentity;Action=AssumeRole'],
    ['a line break in a value', 'Action=GetCallerIdentity', 'Action=GetCallerIdentity%0A'],
  ])('%s', async (_, from, to) => {
    await expectRefusal(
      written(await sealed(), (url) => url.replace(new RegExp(from), to)),
      'the proof of identity is refused: it',
    );
  });

  it.each([
    ['a stranger', 'http://FOREIGN/'],
    ['a name that begins like STS', 'https://sts.amazonaws.com.evil.example/'],
    ['a name that ends like STS', 'https://evil-sts.amazonaws.com/'],
    ['a stranger behind a user', 'https://sts.us-east-1.amazonaws.com@evil.example/'],
    ['STS behind a user', 'https://user:password@sts.us-east-1.amazonaws.com/'],
    ['upper case', 'https://STS.us-east-1.amazonaws.com/'],
    ['an address', 'https://169.254.169.254/'],
    ['an address in disguise', 'https://0x7f.1/'],
    ['an address of version 6', 'https://[::1]/'],
    ['no encryption', 'http://sts.us-east-1.amazonaws.com/'],
    ['another protocol', 'file:///'],
    ['a port', 'https://sts.us-east-1.amazonaws.com:8443/'],
    ['the default port', 'https://sts.us-east-1.amazonaws.com:443/'],
    ['a dot at the end', 'https://sts.us-east-1.amazonaws.com./'],
    ['a wide dot', 'https://sts\u3002amazonaws.com/'],
    ['a path', 'https://sts.us-east-1.amazonaws.com/x'],
    ['a path that goes back', 'https://sts.us-east-1.amazonaws.com/x/../'],
    ['backslashes', 'https:\\\\sts.us-east-1.amazonaws.com\\'],
    ['a line break', 'https://sts.us-east-1.amazonaws.com\n/'],
    ['a bucket called sts', 'https://sts.s3.amazonaws.com/'],
    ['a bucket called sts in a region', 'https://sts.s3-eu-west-1.amazonaws.com/'],
    ['a region too many', 'https://sts.us-east-1.us-east-1.amazonaws.com/'],
    ['a region of another partition', 'https://sts.us-east-1.amazonaws.com.cn/'],
    ['another service', 'https://s3.us-east-1.amazonaws.com/'],
    ['the server of the environment, but another port', 'http://127.0.0.1:1/'],
    ['the server of the environment by another name', 'http://localhost:PORT/'],
    ['the server of the environment, encrypted', 'https://127.0.0.1:PORT/'],
    ['a path at the server of the environment', 'http://127.0.0.1:PORT/latest/meta-data'],
    ['no place at all', ''],
  ])('a URL with %s', async (_, place) => {
    const { port } = new URL(server.url);
    const at = place.replace('FOREIGN', new URL(foreign.url).host).replace('PORT', port);
    const envelope = written(await sealed(), (url) => url.replace(/^[^?]*/, at));
    expect(await prove(envelope)).toEqual({ refused: expect.stringMatching(/its URL must (be|have the path)/) });
  });

  it('a URL with a fragment', async () => {
    await expectRefusal(
      written(await sealed(), (url) => `${url}#x`),
      'fragment',
    );
  });

  it('the endpoint of the environment where the environment has none', async () => {
    await expectRefusal(await sealed(), 'must be that of AWS STS', { variables: {} });
  });

  it('a stranger that the caller made its own endpoint', async () => {
    const envelope = await sealed(REQUEST, { at: { AWS_ENDPOINT_URL_STS: foreign.url } });
    await expectRefusal(envelope, 'must be that of AWS STS');
  });
});

describe('STS has the last word:', () => {
  afterEach(() => {
    expect(fetched.every((url) => new URL(url).origin === server.url)).toBe(true);
    expect(foreign.calls).toEqual([]);
  });

  const refused = (piece: string) => ({ refused: expect.stringContaining(`refused by STS: ${piece}`) });

  it('a signature that nobody made', async () => {
    const envelope = moved(await sealed(), ({ searchParams }) => searchParams.set('X-Amz-Signature', 'a'.repeat(64)));
    expect(await prove(envelope)).toEqual(refused('SignatureDoesNotMatch'));
  });

  it('a proof that is bent to another request', async () => {
    const request = JSON.stringify({ to: 'sluice-command', request: { ask: 'start', hash: 'a'.repeat(64) } });
    const { proof } = await sealed();
    expect(await prove({ request, proof: { ...proof, headers: { [HEADER]: digest(request) } } })).toEqual(
      refused('SignatureDoesNotMatch'),
    );
  });

  it('a proof whose date was changed', async () => {
    const envelope = moved(await sealed(REQUEST, { now: NOW - 120_000 }), ({ searchParams }) =>
      searchParams.set('X-Amz-Date', '20251031T131000Z'),
    );
    expect(await prove(envelope)).toEqual(refused('SignatureDoesNotMatch'));
  });

  it('a key that nobody has, or that belongs to another token', async () => {
    const unknown = { ...user, accessKeyId: 'AKIDNOBODY' };
    expect(await prove(await sealed(REQUEST, { credentials: unknown }))).toEqual(refused('InvalidClientTokenId'));
    const stale = { ...session, sessionToken: 'another' };
    expect(await prove(await sealed(REQUEST, { credentials: stale }))).toEqual(refused('InvalidClientTokenId'));
  });

  it('credentials that have expired', async () => {
    await server.close();
    server = await standIn({ sts: sts(KEYS, () => NOW + 3_600_001) });
    const now = NOW + 3_600_001;
    const envelope = await sealed(REQUEST, { credentials: session, now });
    expect(await prove(envelope, { now })).toEqual(refused('ExpiredToken'));
  });

  it('a redirection leads nowhere', async () => {
    server.fail('GetCallerIdentity', { status: 302, headers: { location: `${foreign.url}/` } });
    expect(await prove(await sealed())).toEqual(refused('status 302'));
  });

  const faulted = (code: string) => expect.objectContaining({ code, operation: 'ask STS who signed the request' });

  it.each<[string, Parameters<StandIn['fail']>[1], string]>([
    ['throttles', refusal(400, 'Throttling', 'Rate exceeded'), 'THROTTLED'],
    ['is down', { status: 503, body: 'no server' }, 'UNAVAILABLE'],
    ['breaks the connection', 'reset', 'UNAVAILABLE'],
    ['talks without end', { body: identity(USER).body?.padEnd(70_000) ?? '' }, 'UNREADABLE'],
    ['says nothing', { body: '' }, 'UNREADABLE'],
    ['answers in another shape', { body: JSON.stringify({ Arn: USER }) }, 'UNREADABLE'],
    ['names somebody elsewhere', { body: `<Other><Arn>${SRE}</Arn></Other>` }, 'UNREADABLE'],
    ['names two', { body: identity(`${USER}</Arn><Arn>${SRE}`).body ?? '' }, 'UNREADABLE'],
    ['names nobody', { body: identity('').body ?? '' }, 'UNREADABLE'],
    ['names a pattern', { body: identity('arn:aws:sts::123456789012:assumed-role/*/x').body ?? '' }, 'UNREADABLE'],
    ['names somebody in a comment', { body: `<!-- <Arn>${SRE}</Arn> -->${identity(USER).body}` }, 'UNREADABLE'],
    ['names somebody with an entity', { body: identity(`${USER}&amp;x`).body ?? '' }, 'UNREADABLE'],
  ])('trouble is a fault where it %s', async (_, mishap, code) => {
    server.fail('GetCallerIdentity', mishap);
    const found = await prove(await sealed());
    expect(found).toBeInstanceOf(Fault);
    expect(found).toEqual(faulted(code));
  });

  it('is asked for so long and no longer', async () => {
    server.fail('GetCallerIdentity', 'hang');
    expect(await prove(await sealed(), { milliseconds: 30 })).toEqual(faulted('UNAVAILABLE'));
  }, 2_000);

  it('is not asked beyond the end of the invocation', async () => {
    server.fail('GetCallerIdentity', 'hang');
    const deadline = new Deadline();
    deadline.begin(30);
    expect(await prove(await sealed(), { deadline })).toEqual(faulted('UNAVAILABLE'));
  }, 2_000);
});
