import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { standIn } from '../../stand-in/server.ts';
import { accountAt } from './account.ts';

const NAME = 'ultra-fast-analyzer';

/** As a person's shell runs it, against an account on localhost. */
test('Ctrl-C ends a watch at once with the exit code of what was seen, and says nothing of itself', async () => {
  const account = await accountAt('2025-10-31T12:40');
  const reply = await account.ask({ functionName: 'sluice-command' }, { ask: 'status', rollout: NAME });
  const aws = await standIn({
    lambda: () => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(reply) }),
  });
  const child = spawn('node', ['bin/sluice.mjs', 'status', NAME, '--watch'], {
    env: {
      ...process.env,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: aws.url,
    },
  });
  const said = { out: '', err: '' };
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  const [first] = await once(child.stdout, 'data');
  child.kill('SIGINT');
  const [exit] = await once(child, 'close');
  await aws.close();
  expect(String(first).split('\t').slice(1, 5)).toEqual(['canary', '1', 'wait', 'BAKING']);
  expect(exit).toBe(8);
  expect(said.err).toBe('');
});
