import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { dynamoDbClient } from '../../lib/aws/clients.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { type UsedProofs, usedProofsOf } from '../../lib/aws/used-proofs.ts';
import { createTable, type DynamoStandIn, dynamoService, dynamoStandIn } from '../stand-in/dynamodb.ts';
import { type StandIn, standIn } from '../stand-in/server.ts';
import { awsAt } from './journal-world.ts';

const SLUICE_TABLE = 'journal';
const SERVER_ERROR = { status: 500, body: JSON.stringify({ __type: 'InternalServerError' }) };

let dynamo: DynamoStandIn;
let aws: StandIn;
let proofs: UsedProofs;
/** Answers of this many writes are lost, after their effect. */
let lost: number;

beforeAll(async () => {
  dynamo = await dynamoStandIn();
  const service = dynamoService(dynamo.url);
  aws = await standIn({
    dynamodb: async (asked) => {
      const answer = await service(asked);
      return asked.operation === 'PutItem' && lost-- > 0 ? SERVER_ERROR : answer;
    },
  });
  awsAt(aws.url);
  await createTable(dynamoDbClient(), SLUICE_TABLE);
});
beforeEach(() => {
  lost = 0;
  proofs = usedProofsOf(dynamoDbClient(), { SLUICE_TABLE }, new Deadline());
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([aws.close(), dynamo.close()]);
});

const signed = (signature: string) => ({ url: `https://sts.amazonaws.com/?X-Amz-Signature=${signature}`, headers: {} });

it('uses a proof up once, whichever of its copies comes first', async () => {
  expect(await proofs.use(signed('a1'))).toBe('first');
  expect(await proofs.use(signed('a1'))).toBe('again');
  expect(await proofs.use({ ...signed('a1'), url: 'https://sts.us-east-1.amazonaws.com/?X-Amz-Signature=a1' })).toBe(
    'again',
  );
  expect(await proofs.use(signed('a2'))).toBe('first');
});

it('of two that come at the same time lets one through', async () => {
  const both = await Promise.all([proofs.use(signed('b')), proofs.use(signed('b'))]);
  expect(both.toSorted()).toEqual(['again', 'first']);
});

it('knows its own write again when the answer was lost and the SDK repeated it', async () => {
  lost = 1;
  expect(await proofs.use(signed('c'))).toBe('first');
  expect(await proofs.use(signed('c'))).toBe('again');
});

it('is a fault where the marker cannot be written: nobody is let through unmarked', async () => {
  aws.fail('PutItem', SERVER_ERROR, 2);
  expect(await proofs.use(signed('d'))).toMatchObject({ code: 'UNAVAILABLE', operation: 'use up a proof of identity' });
});

it('keeps nothing of the signature itself', async () => {
  aws.calls.length = 0;
  await proofs.use(signed('e'.repeat(64)));
  expect(aws.calls.map(({ body }) => body).join('')).not.toContain('e'.repeat(64));
});
