import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askCommandFunction } from '../../lib/aws/invoke-command.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { provenIdentity } from '../../lib/aws/proven-identity.ts';
import { type Envelope, envelopeSchema, type Request } from '../../lib/aws/request.ts';
import { Fault } from '../../lib/controller/fault.ts';
import { type Answer, type StandIn, standIn } from '../stand-in/server.ts';
import { sts } from '../stand-in/sts.ts';
import { awsAt } from './journal-world.ts';

const ARN = 'arn:aws:sts::123456789012:assumed-role/Sre/jane';
const FUNCTION = { functionName: 'sluice-command' };
const LIST = { ask: 'list' } as const;
const HOLD: Request = { ask: 'command', rollout: 'analyzer', command: { kind: 'hold', why: 'reading logs' } };

let server: StandIn;
let sealed: Envelope[];
let reply: Answer;

beforeEach(async () => {
  sealed = [];
  reply = { body: JSON.stringify({ ok: true, as: ARN, rollouts: [] }) };
  server = await standIn({
    sts: sts({ test: { secret: 'test', arn: ARN, token: 'session' } }, () => Date.now()),
    lambda: ({ body }) => {
      sealed.push(v.parse(envelopeSchema, JSON.parse(body)));
      return reply;
    },
  });
  awsAt(server.url);
  vi.stubEnv('AWS_SESSION_TOKEN', 'session');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const faulted = (code: string, cause?: unknown) =>
  expect.objectContaining({ code, ...(cause === undefined ? {} : { cause }) });

describe('the command function', () => {
  it('is asked with a proof that shows who the standard credentials belong to', async () => {
    expect(await askCommandFunction(FUNCTION, LIST)).toEqual({ ok: true, as: ARN, rollouts: [] });
    expect(server.calls.map(({ operation, url }) => [operation, url.pathname])).toEqual([
      ['Invoke', '/2015-03-31/functions/sluice-command/invocations'],
    ]);
    const [envelope = { request: '', proof: { url: '', headers: {} } }] = sealed;
    expect(JSON.parse(envelope.request)).toEqual({
      to: 'sluice-command',
      region: 'us-east-1',
      id: expect.any(String),
      request: LIST,
    });
    const redemption = { now: Date.now(), deadline: new Deadline(), variables: process.env };
    expect(await provenIdentity(envelope, redemption)).toEqual({ as: ARN });
  });

  it('is asked in the region that is named, and the proof is for its STS', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', undefined);
    vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', server.url);
    await askCommandFunction({ ...FUNCTION, region: 'eu-central-1' }, LIST);
    expect(sealed[0]?.proof.url).toMatch(/^https:\/\/sts\.eu-central-1\.amazonaws\.com\/\?/);
    expect(server.calls[0]?.headers.authorization).toContain('/eu-central-1/lambda/');
  });

  it('may be named by its ARN, which the request then is to', async () => {
    const functionName = 'arn:aws:lambda:us-east-1:123456789012:function:sluice-command';
    await askCommandFunction({ functionName }, LIST);
    expect(JSON.parse(sealed[0]?.request ?? '{}').to).toBe(functionName);
  });

  it('is asked with another proof each time, also for the same within one second', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2025-10-31T13:10:00Z') });
    await askCommandFunction(FUNCTION, HOLD);
    await askCommandFunction(FUNCTION, HOLD);
    vi.useRealTimers();
    const signatures = sealed.map(({ proof }) => new URL(proof.url).searchParams.get('X-Amz-Signature'));
    expect(new Set(signatures).size).toBe(2);
  });

  it('may refuse, which is a reply', async () => {
    const refused = { ok: false, refused: 'the rollout is not held', problems: [] };
    reply = { body: JSON.stringify(refused) };
    expect(await askCommandFunction(FUNCTION, HOLD)).toEqual(refused);
  });

  it('that fails is a fault with its own words', async () => {
    reply = {
      headers: { 'x-amz-function-error': 'Unhandled' },
      body: JSON.stringify({
        errorType: 'Error',
        errorMessage: 'Broken invariant: a rollout has an entry 0',
        trace: [],
      }),
    };
    const fault = await askCommandFunction(FUNCTION, LIST);
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toEqual(faulted('UNAVAILABLE', new Error('Error: Broken invariant: a rollout has an entry 0')));
    expect(String(fault)).toBe('UNAVAILABLE: cannot invoke the command function sluice-command');
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '<html>'],
    ['no reply', '{"plans":[]}'],
    ['a reply that nobody is proven for', '{"ok":true}'],
  ])('that answers %s is a fault', async (_, body) => {
    reply = { body };
    expect(await askCommandFunction(FUNCTION, LIST)).toEqual(faulted('UNREADABLE'));
  });

  it('that does not exist is a fault', async () => {
    reply = {
      status: 404,
      headers: { 'x-amzn-errortype': 'ResourceNotFoundException', 'content-type': 'application/json' },
      body: '{"Message":"Function not found"}',
    };
    expect(await askCommandFunction(FUNCTION, LIST)).toEqual(faulted('NOT_FOUND'));
  });

  it('is asked for a change once, and again only with a question', async () => {
    const busy = { status: 500, headers: { 'x-amzn-errortype': 'ServiceException' }, body: '{}' };
    server.fail('Invoke', busy);
    expect(await askCommandFunction(FUNCTION, HOLD)).toEqual(faulted('UNAVAILABLE'));
    expect(server.calls).toHaveLength(1);
    server.fail('Invoke', busy);
    expect(await askCommandFunction(FUNCTION, LIST)).toMatchObject({ ok: true });
  });

  it('is not asked without credentials or a region', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE'])
      vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
    const fault = await askCommandFunction(FUNCTION, LIST);
    expect(fault).toEqual(faulted('REFUSED'));
    expect(String(fault)).toBe('REFUSED: cannot prove who asks');
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_DEFAULT_REGION', undefined);
    expect(await askCommandFunction(FUNCTION, LIST)).toEqual(faulted('REFUSED', new Error('Region is missing')));
    expect(server.calls).toEqual([]);
  });
});
