/** Starts and stops the stand-ins that `scripts/install-stand-ins.mjs` installed, each on a free port of localhost. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../.stand-ins/', import.meta.url));

export interface Running {
  readonly url: string;
  /** What it has printed so far, for a test that fails. */
  output(): string;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;

/** moto: load balancer rules with weights, STS, SNS, S3, Secrets Manager. It checks no signatures. */
export const startMoto = async (): Promise<Running> => {
  const port = await freePort();
  return start(`${folder}python/bin/moto_server`, ['-H', '127.0.0.1', '-p', `${port}`], {}, port, '/moto-api/');
};

/** Amazon's own DynamoDB engine, in memory. It takes any credentials, and has one database for each access key. */
export const startDynamoDbLocal = async (): Promise<Running> => {
  const port = await freePort();
  const lib = `${folder}java/lib`;
  const main = 'software.amazon.dynamodb.services.local.main.ServerRunner';
  const args = [
    `-Djava.library.path=${lib}`,
    '-cp',
    `${lib}/*`,
    main,
    '-inMemory',
    '-disableTelemetry',
    '-port',
    `${port}`,
  ];
  return start('java', args, {}, port, '/');
};

/** ministack: EventBridge Scheduler that fires, Lambda by local Node, CloudFormation. */
export const startMinistack = async (env: Readonly<Record<string, string>> = {}): Promise<Running> => {
  const port = await freePort();
  const own = {
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: `${port}`,
    MINISTACK_ACCOUNT_ID: '123456789012',
    IOT_MTLS_ENABLED: 'false',
    LAMBDA_EXECUTOR: 'local',
  };
  return start(`${folder}python/bin/ministack`, [], { ...own, ...env }, port, '/_ministack/health');
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject()));
    });
  });

const start = async (
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  port: number,
  path: string,
): Promise<Running> => {
  if (!existsSync(folder)) throw new Error('the stand-ins are not installed: run npm run test:wire');
  // The stand-ins must not take this test's own endpoints for theirs.
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
  // ministack unpacks functions and never takes them away; `STATE_DIR` is its own name for where it keeps the rest.
  const home = mkdtempSync(join(tmpdir(), 'sluice-stand-in-'));
  const own = { TMPDIR: home, STATE_DIR: home };
  const child = spawn(command, args, { env: { ...clean, ...own, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  child.stdout.on('data', (chunk) => said.push(String(chunk)));
  child.stderr.on('data', (chunk) => said.push(String(chunk)));
  const output = (): string => said.join('');
  await ready(child, `http://127.0.0.1:${port}${path}`, output);
  const stop = async (): Promise<void> => {
    await stopped(child);
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  };
  return { url: `http://127.0.0.1:${port}`, output, stop };
};

/** Any answer will do: it listens. */
const ready = async (child: ChildProcess, url: string, output: () => string): Promise<void> => {
  for (const begun = Date.now(); Date.now() - begun < READY_WITHIN_MS; await sleep(100)) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended at once:\n${output()}`);
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
  }
  child.kill('SIGKILL');
  throw new Error(`${child.spawnfile} does not answer at ${url}:\n${output()}`);
};

const stopped = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
