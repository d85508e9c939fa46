import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { workspace } from '../workspace.ts';
import { ask, listen } from './served.ts';

it('ends at Ctrl-C in a moment: the port is closed, open pages end, no process and no file is left', async () => {
  const folder = workspace();
  const child = spawn(process.execPath, [resolve('bin/sluice.mjs'), 'demo'], {
    cwd: folder,
    env: { ...process.env, TMPDIR: folder, HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [line] = await once(child.stdout, 'data');
  const port = Number(new URL(`${line}`.trim()).port);
  const stream = await listen(port);
  await stream.next('page');
  child.kill('SIGINT');
  const [exit, signal] = await once(child, 'exit');
  expect({ exit, signal }).toEqual({ exit: 0, signal: null });
  await stream.ended;
  await expect(ask(port, 'GET', '/')).rejects.toThrow('ECONNREFUSED');
  expect(readdirSync(folder)).toEqual([]);
});
