import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { DescribeRulesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateScheduleCommand } from '@aws-sdk/client-scheduler';
import { PublishCommand } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  cloudWatchClient,
  dynamoDbClient,
  loadBalancingClient,
  s3Client,
  schedulerClient,
  snsClient,
} from '../../lib/aws/clients.ts';
import { Deadline, outside, type SendOptions } from '../../lib/aws/outside.ts';
import { Fault } from '../../lib/controller/fault.ts';
import { type Answer, type Mishap, type StandIn, standIn } from '../stand-in/server.ts';
import { awsAt } from './journal-world.ts';

const OPERATION = 'do what the test asks';

/** Each service by its own protocol: one call, and how the service says an error. */
const services = {
  DynamoDB: {
    operation: 'Query',
    send: (options: SendOptions) => dynamoDbClient().send(new QueryCommand({ TableName: 'table' }), options),
  },
  CloudWatch: {
    operation: 'DescribeAlarms',
    send: (options: SendOptions) => cloudWatchClient().send(new DescribeAlarmsCommand({}), options),
  },
  'Elastic Load Balancing': {
    operation: 'DescribeRules',
    send: (options: SendOptions) => loadBalancingClient().send(new DescribeRulesCommand({}), options),
  },
  SNS: {
    operation: 'Publish',
    send: (options: SendOptions) => snsClient().send(new PublishCommand({ Message: 'text' }), options),
  },
  S3: {
    operation: 'PutObject',
    send: (options: SendOptions) =>
      s3Client().send(new PutObjectCommand({ Bucket: 'bucket', Key: 'key', Body: 'text' }), options),
  },
  Scheduler: {
    operation: 'CreateSchedule',
    send: (options: SendOptions) =>
      schedulerClient().send(
        new CreateScheduleCommand({
          Name: 'name',
          ScheduleExpression: 'rate(1 minute)',
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: { Arn: 'target', RoleArn: 'role' },
        }),
        options,
      ),
  },
} as const;
type Service = keyof typeof services;

const json = (name: string, status: number): Answer => ({
  status,
  headers: { 'x-amzn-errortype': name },
  body: JSON.stringify({ __type: name, message: 'as told' }),
});
const xml = (name: string, status: number): Answer => ({
  status,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${name}</Code><Message>as told</Message></Error></ErrorResponse>`,
});
const s3Error = (name: string, status: number): Answer => ({
  status,
  body: `<?xml version="1.0"?><Error><Code>${name}</Code><Message>as told</Message></Error>`,
});

const deadline = new Deadline();

let aws: StandIn;
beforeEach(async () => {
  aws = await standIn({});
  awsAt(aws.url);
  deadline.begin(30_000);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.close();
});

const ask = (service: Service): Promise<unknown> => outside<unknown>(OPERATION, deadline, services[service].send);

describe('what a service says', () => {
  it.each<[string, Service, string, Mishap]>([
    ['THROTTLED', 'DynamoDB', 'Throttl', json('ThrottlingException', 400)],
    ['THROTTLED', 'DynamoDB', 'Provisioned', json('ProvisionedThroughputExceededException', 400)],
    ['THROTTLED', 'DynamoDB', 'RequestLimit', json('RequestLimitExceeded', 400)],
    ['THROTTLED', 'CloudWatch', 'Throttl', json('ThrottlingException', 400)],
    ['THROTTLED', 'Elastic Load Balancing', 'Throttl', xml('Throttling', 400)],
    ['THROTTLED', 'SNS', 'KMSThrottling', xml('KMSThrottling', 400)],
    ['THROTTLED', 'S3', 'SlowDown', s3Error('SlowDown', 503)],
    ['THROTTLED', 'Scheduler', 'Throttl', json('ThrottlingException', 429)],
    ['THROTTLED', 'Scheduler', 'SomethingNew', json('SomethingNew', 429)],
    ['NOT_FOUND', 'DynamoDB', 'ResourceNotFound', json('ResourceNotFoundException', 400)],
    ['NOT_FOUND', 'Elastic Load Balancing', 'RuleNotFound', xml('RuleNotFound', 400)],
    ['NOT_FOUND', 'SNS', 'NotFound', xml('NotFound', 404)],
    ['NOT_FOUND', 'S3', 'NoSuchBucket', s3Error('NoSuchBucket', 404)],
    ['NOT_FOUND', 'Scheduler', 'ResourceNotFound', json('ResourceNotFoundException', 404)],
    ['REFUSED', 'DynamoDB', 'AccessDenied', json('AccessDeniedException', 400)],
    ['REFUSED', 'DynamoDB', 'Validation', json('ValidationException', 400)],
    ['REFUSED', 'DynamoDB', 'ExpiredToken', json('ExpiredTokenException', 400)],
    ['REFUSED', 'Elastic Load Balancing', 'OperationNotPermitted', xml('OperationNotPermitted', 400)],
    ['REFUSED', 'SNS', 'Authorization', xml('AuthorizationError', 403)],
    ['REFUSED', 'S3', 'AccessDenied', s3Error('AccessDenied', 403)],
    ['REFUSED', 'Scheduler', 'ServiceQuota', json('ServiceQuotaExceededException', 402)],
    ['UNAVAILABLE', 'DynamoDB', 'InternalServer', json('InternalServerError', 500)],
    ['UNAVAILABLE', 'CloudWatch', 'InternalService', json('InternalServiceFault', 500)],
    ['UNAVAILABLE', 'Elastic Load Balancing', 'ServiceUnavailable', xml('ServiceUnavailable', 503)],
    ['UNAVAILABLE', 'S3', 'InternalError', s3Error('InternalError', 500)],
    ['UNAVAILABLE', 'Scheduler', 'InternalServer', json('InternalServerException', 500)],
    ['UNAVAILABLE', 'DynamoDB', 'SyntaxError', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['REFUSED', 'DynamoDB', 'SyntaxError', { status: 403, body: '<html>Forbidden</html>' }],
    ['UNREADABLE', 'DynamoDB', 'SyntaxError', { body: '<html>Please sign in</html>' }],
    ['UNAVAILABLE', 'DynamoDB', 'Error', 'reset'],
  ])('is %s when %s says %s', async (code, service, name, mishap) => {
    aws.fail(services[service].operation, mishap, 2);
    const answer = await ask(service);
    expect(answer).toBeInstanceOf(Fault);
    expect(answer).toMatchObject({ code, operation: OPERATION, cause: { name: expect.stringContaining(name) } });
  });

  it('is asked once more, and then believed', async () => {
    aws.fail('Query', json('InternalServerError', 500), 2);
    expect(await ask('DynamoDB')).toMatchObject({ code: 'UNAVAILABLE' });
    aws.fail('Query', json('InternalServerError', 500));
    aws.fail('Query', { body: '{"Count":7}' });
    expect(await ask('DynamoDB')).toMatchObject({ Count: 7 });
    expect(aws.calls).toHaveLength(4);
  });
});

describe('what speaks no protocol of AWS', () => {
  let server: Server;
  const serve = async (listener: RequestListener): Promise<void> => {
    server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    awsAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  };
  afterEach(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );

  it('is UNREADABLE when it is no HTTP', async () => {
    await serve((_, response) => void response.socket?.end('220 mail.example.org ESMTP\r\n'));
    expect(await ask('DynamoDB')).toMatchObject({ code: 'UNREADABLE', cause: { message: /Parse Error/ } });
  });

  it('is UNAVAILABLE when nobody listens', async () => {
    await serve(() => {});
    await new Promise((resolve) => server.close(resolve));
    expect(await ask('DynamoDB')).toMatchObject({ code: 'UNAVAILABLE', cause: { code: 'ECONNREFUSED' } });
  });

  it('is UNAVAILABLE when its answer breaks off', async () => {
    await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{', () => response.destroy());
    });
    expect(await ask('DynamoDB')).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it.each<[string, RequestListener]>([
    ['no answer comes', () => {}],
    [
      'an answer begins and does not go on',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{');
      },
    ],
    [
      'it asks for patience that we do not have',
      (_, response) => {
        response.writeHead(503, { 'x-amz-retry-after': '30000', 'retry-after': '30' });
        response.end('{}');
      },
    ],
  ])('is UNAVAILABLE at the deadline when %s', async (_, listener) => {
    await serve(listener);
    deadline.begin(100);
    const began = performance.now();
    expect(await ask('DynamoDB')).toMatchObject({ code: 'UNAVAILABLE', operation: OPERATION });
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('the deadline', () => {
  it('is over for every later operation of the invocation, and begins anew with the next', async () => {
    deadline.begin(50);
    aws.fail('Query', 'hang');
    await ask('DynamoDB');
    const calls = aws.calls.length;
    expect(await ask('DynamoDB')).toMatchObject({ code: 'UNAVAILABLE', cause: { name: expect.any(String) } });
    expect(aws.calls).toHaveLength(calls);
    deadline.begin(30_000);
    aws.fail('Query', { body: '{"Count":7}' });
    expect(await ask('DynamoDB')).toMatchObject({ Count: 7 });
  });
});

describe('a part of the time', () => {
  it('ends what takes longer, and leaves the rest its whole time', async () => {
    deadline.begin(30_000);
    aws.fail('Query', 'hang');
    const began = performance.now();
    expect(await deadline.within(100, () => ask('DynamoDB'))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(performance.now() - began).toBeLessThan(1_500);
    aws.fail('Query', { body: '{"Count":7}' });
    expect(await ask('DynamoDB')).toMatchObject({ Count: 7 });
  });

  it('is never more than what is left, and does not begin when nothing is', async () => {
    deadline.begin(100);
    aws.fail('Query', 'hang');
    expect(await deadline.within(30_000, () => ask('DynamoDB'))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await deadline.within(30_000, () => ask('DynamoDB'))).toBeUndefined();
    expect(aws.calls).toHaveLength(1);
  });

  it('is over also when its work fails', async () => {
    deadline.begin(30_000);
    const whole = deadline.signal;
    await expect(deadline.within(20, () => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
    expect(deadline.signal).toBe(whole);
  });
});

describe('an error', () => {
  it('is REFUSED when there are no credentials', async () => {
    const noCredentials = Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });
    expect(await outside(OPERATION, deadline, () => Promise.reject(noCredentials))).toMatchObject({
      code: 'REFUSED',
      cause: noCredentials,
    });
  });

  it('that is an answer becomes that answer', async () => {
    aws.fail('CreateSchedule', json('ConflictException', 409));
    const there = await outside<unknown>(OPERATION, deadline, services.Scheduler.send, ({ name }) =>
      name === 'ConflictException' ? 'already there' : undefined,
    );
    expect(there).toBe('already there');
  });

  it.each([
    ['of our own code', new TypeError('x is not a function')],
    ['that is no error', 'a text'],
  ])('%s goes on', async (_, bug) => {
    await expect(outside(OPERATION, deadline, () => Promise.reject(bug))).rejects.toBe(bug);
  });
});
