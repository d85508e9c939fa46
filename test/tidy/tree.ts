import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';

/** A file of the repository; `path` is relative to its root, with forward slashes. */
export interface File {
  readonly path: string;
  readonly text: string;
}

const MADE_BY_TOOLS = new Set([
  '.git',
  '.stand-ins',
  'node_modules',
  'out',
  'dist',
  'cdk.out',
  'coverage',
  'package-lock.json',
]);
const TEXT = new Set(['', '.csv', '.grit', '.html', '.json', '.md', '.mjs', '.sh', '.ts', '.yaml', '.yml']);

/** Of other files only the path counts, and of the rules' own tests too: they spell out what the rules forbid. */
const isRead = (path: string): boolean => TEXT.has(extname(path)) && !path.startsWith('test/tidy');

/** Every file below `root`, ascending by path. */
export function readTree(root: string, below = ''): readonly File[] {
  return readdirSync(join(root, below))
    .sort()
    .filter((name) => !MADE_BY_TOOLS.has(name))
    .map((name) => (below === '' ? name : `${below}/${name}`))
    .flatMap((path) => {
      if (statSync(join(root, path)).isDirectory()) return readTree(root, path);
      return [{ path, text: isRead(path) ? readFileSync(join(root, path), 'utf8') : '' }];
    });
}
