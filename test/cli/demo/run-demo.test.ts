import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { processSurroundings } from '../../../lib/cli/process-surroundings.ts';
import type { Surroundings } from '../../../lib/cli/surroundings.ts';
import { inlinedDemoText } from '../../../scripts/inline-page.ts';
import { sluice } from '../captured-io.ts';
import { workspace } from '../workspace.ts';

/** Somebody presses Ctrl-C at the first beat. */
const leaving = (): Surroundings => {
  const controller = new AbortController();
  return {
    ...processSurroundings(),
    interruption: () => ({ signal: controller.signal, end: () => {} }),
    wait: async () => controller.abort(),
  };
};

describe('sluice demo', () => {
  it('prints its address, and ends well at Ctrl-C', async () => {
    const { exit, out, err } = await sluice(['demo'], {}, leaving());
    expect(exit).toBe(0);
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    expect(err).toBe('Open this address in a browser. Ctrl-C ends the demo, and leaves nothing behind.\n');
  });

  it('prints its address as JSON', async () => {
    const { out } = await sluice(['demo', 'examples/checkout-api.yaml', '--json'], {}, leaving());
    expect(JSON.parse(out)).toEqual({ url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/) });
  });

  it('has help with examples and exit codes', async () => {
    const { exit, out } = await sluice(['demo', '--help']);
    expect(exit).toBe(0);
    expect(out).toContain('Examples:\n  sluice demo');
    expect(out).toContain('Exit codes:');
  });

  it('says that another program has the port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    onTestFinished(() => void other.close());
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { exit, out, err } = await sluice(['demo', '--port', `${port}`], {}, leaving());
    expect({ exit, out }).toEqual({ exit: 1, out: '' });
    expect(err).toBe(
      `sluice: Cannot open port ${port} of 127.0.0.1: another program has it.\nName another with --port, or leave it out: then one that is free is taken.\n`,
    );
  });

  it.each([
    [['--speed', '0'], 'sluice: --speed must be a number from 0.1 to 600; given: 0\n'],
    [['--speed', 'fast'], 'sluice: --speed must be a number from 0.1 to 600; given: fast\n'],
    [['--port', '70000'], 'sluice: --port must be a whole number from 0 to 65535; given: 70000\n'],
    [['nothing.yaml'], 'sluice: Cannot read plan nothing.yaml: there is no such file.\n'],
  ])('refuses %j in a sentence', async (args, said) => {
    expect(await sluice(['demo', ...args], {}, leaving())).toMatchObject({ exit: 2, out: '', err: said });
  });

  it('refuses a plan that is not valid with every problem', async () => {
    const folder = workspace({ 'plan.yaml': 'rollout: x' });
    const { exit, err } = await sluice(['demo', join(folder, 'plan.yaml')], {}, leaving());
    expect(exit).toBe(2);
    expect(err).toContain('is not a valid plan');
  });

  it('has the present script, style and plan inside it', () => {
    const inlined = readFileSync(new URL('../../../lib/cli/demo/inlined.ts', import.meta.url), 'utf8');
    expect(inlined).toBe(inlinedDemoText());
  });
});
