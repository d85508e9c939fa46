import { describe, expect, test, vi } from 'vitest';
import { processSurroundings } from '../../../lib/cli/process-surroundings.ts';
import { Fault } from '../../../lib/controller/fault.ts';
import { standIn } from '../../stand-in/server.ts';
import { sluice } from '../captured-io.ts';
import { emptyAccount, run } from './account.ts';

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

describe('a fault on the way to the command function', () => {
  test.each([
    [
      new Fault('REFUSED', 'prove who asks', named('CredentialsProviderError', 'Could not load credentials')),
      'cannot prove who asks (REFUSED). It was said: CredentialsProviderError: Could not load credentials.\nGive valid credentials',
    ],
    [
      new Fault('REFUSED', 'prove who asks', new Error('Region is missing')),
      "It was said: Region is missing.\nName the stack's region with AWS_REGION.",
    ],
    [
      new Fault('REFUSED', 'invoke the command function x', named('AccessDeniedException', 'not authorized')),
      'AccessDeniedException: not authorized.\nSee whether these credentials belong to the account of the stack and may lambda:InvokeFunction on sluice-command.',
    ],
    [
      new Fault('NOT_FOUND', 'invoke the command function x', named('ResourceNotFoundException', 'Function not found')),
      'Name the function of the stack with --function or SLUICE_FUNCTION',
    ],
    [new Fault('THROTTLED', 'invoke the command function x'), '(THROTTLED).\nTry again in a minute.'],
    [new Fault('UNREADABLE', 'invoke the command function x', '<html>'), 'It was said: <html>.\nLook into the log'],
    [
      new Fault('UNAVAILABLE', 'invoke the command function x', new Error('Runtime.Error: x')),
      'Try again. If it stays',
    ],
  ])('is told with what was said and what to do next, exit 1', async (fault, words) => {
    const { exit, out, err } = await run(emptyAccount(), ['list'], { ask: async () => fault });
    expect(exit).toBe(1);
    expect(out).toBe('');
    expect(err).toMatch(/^sluice: Cannot list the rollouts: cannot /);
    expect(err).toContain(words);
    expect(err).not.toContain('bug');
  });

  const UNKNOWN = `It may have happened: look with sluice status shop-7 before you give it again.`;
  const WHY = ['--reason', 'x'];
  const lost = new Fault('UNAVAILABLE', 'invoke the command function x', new Error('socket hang up'));
  const told = { ok: false as const, refused: 'UNAVAILABLE: cannot append revision 7', problems: [] };

  test.each<[string, Fault | typeof told]>([
    ['did not arrive', lost],
    ['cannot be read', new Fault('UNREADABLE', 'invoke the command function x', '<html>')],
    ['tells of trouble', told],
  ])('leaves open whether a command was done whose answer %s', async (_, answered) => {
    const ask = async () => answered;
    const after = async (...args: readonly string[]) => (await run(emptyAccount(), args, { ask })).err;
    expect(await after('resume', 'shop-7', ...WHY)).toContain(`\n${UNKNOWN} `);
    expect(await after('check-off', 'shop-7', 'item')).toContain(`\n${UNKNOWN} `);
    expect(await after('roll-back', 'shop-7', ...WHY)).not.toContain('may have happened');
    expect(await after('close', 'shop-7', ...WHY, '--yes')).not.toContain('may have happened');
    expect(await after('status', 'shop-7')).not.toContain('may have happened');
  });

  test('leaves nothing open where the command did not get through', async () => {
    const ask = async () => new Fault('THROTTLED', 'invoke the command function x');
    const { err } = await run(emptyAccount(), ['resume', 'shop-7', ...WHY], { ask });
    expect(err).toContain('\nTry again in a minute.');
  });

  test('is one document, too', async () => {
    const ask = async () => new Fault('THROTTLED', 'invoke the command function x');
    const { out } = await run(emptyAccount(), ['list', '--json'], { ask });
    expect(JSON.parse(out)).toEqual({
      refused: 'Cannot list the rollouts: cannot invoke the command function x (THROTTLED).',
      problems: [],
    });
  });

  test('is one, too, where the function itself met it: exit 1, not 2', async () => {
    const ask = async () => ({ ok: false as const, refused: 'THROTTLED: cannot read the journal', problems: [] });
    const { exit, err } = await run(emptyAccount(), ['list'], { ask });
    expect(exit).toBe(1);
    expect(err).toBe(
      'sluice: Cannot list the rollouts: THROTTLED: cannot read the journal.\nTry again. If it stays so, look into the log of the command function.\n',
    );
  });

  test('names the function that was asked', async () => {
    const asked: string[] = [];
    const ask = async ({ functionName }: { readonly functionName: string }) => {
      asked.push(functionName);
      return new Fault('NOT_FOUND', 'invoke');
    };
    await run(emptyAccount(), ['list'], { ask });
    await run(emptyAccount(), ['list', '--function', 'other'], { ask });
    expect(asked).toEqual(['sluice-command', 'other']);
  });
});

describe('over the wire', () => {
  test('a command asks the function that SLUICE_FUNCTION names, in the standard environment', async () => {
    const reply = { ok: true, as: 'arn:aws:iam::123456789012:user/ada', rollouts: [] };
    const aws = await standIn({
      lambda: () => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(reply) }),
    });
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    vi.stubEnv('AWS_ENDPOINT_URL', aws.url);
    vi.stubEnv('SLUICE_FUNCTION', 'my-command');
    const { exit, out } = await sluice(['list', '--json'], {}, processSurroundings());
    await aws.close();
    vi.unstubAllEnvs();
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toEqual({ rollouts: [] });
    expect(aws.calls.map(({ url }) => url.pathname)).toEqual(['/2015-03-31/functions/my-command/invocations']);
    expect(JSON.parse(aws.calls[0]?.body ?? '').request).toMatch(/"to":"my-command".*"ask":"list"/);
  });
});
