/** Installs Debian's Chromium for the browser tests, unless there is one: $CHROMIUM_PATH, or `chromium` among the commands. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PATH = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

if (!existsSync(PATH)) {
  process.stderr.write('Installing chromium …\n');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '--non-interactive'];
  for (const words of [
    ['apt-get', 'update', '--quiet'],
    ['apt-get', 'install', '--quiet', '--yes', '--no-install-recommends', 'chromium'],
  ]) {
    const [command, ...rest] = [...asRoot, ...words];
    execFileSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
  }
}
