/** The demo's functions, run as they are: what a version answers, and what the one that asks sends. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

test('a version waits as long as it does by itself, or as long as the request asks', async () => {
  vi.stubEnv('VERSION', 'b');
  vi.stubEnv('DELAY_MS', '40');
  const { handler } = await import('../../examples/demo-app/version.ts');
  const took = async (queryStringParameters: Readonly<Record<string, string>>): Promise<number> => {
    const began = performance.now();
    expect(await handler({ queryStringParameters })).toMatchObject({ statusCode: 200, body: 'b' });
    return performance.now() - began;
  };
  // A timer may end a millisecond early.
  expect(await took({})).toBeGreaterThan(38);
  expect(await took({ delay: '90' })).toBeGreaterThan(88);
});

test.each([
  ['100', 500],
  ['0', 200],
])('of a version that fails in %s % of its answers each has the status %d', async (failures, statusCode) => {
  vi.stubEnv('FAILURE_PERCENT', failures);
  const { handler } = await import('../../examples/demo-app/version.ts');
  expect(await handler({})).toMatchObject({ statusCode });
});

test.each([
  ['no delays, so that each version waits as long as it does by itself', undefined, ['/', '/', '/']],
  ['delays in turn', [100, 300], ['/?delay=100', '/?delay=300', '/?delay=100']],
])('requests ask for %s', async (_, delays, expected) => {
  const asked: (string | undefined)[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url);
    response.end('a');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const { handler } = await import('../../examples/demo-app/requests.ts');
  const { got } = await handler({ seconds: 0.3, perSecond: 50, ...(delays && { delays }) });
  await new Promise((resolve) => server.close(resolve));
  expect(asked.slice(0, 3)).toEqual(expected);
  expect(got.slice(0, 3).map(([, version, status]) => [version, status])).toEqual(Array(3).fill(['a', 200]));
});
