/** Does what a page says, in a folder of its own that has the repository's files, and complains of what is not as it is shown. */
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processSurroundings } from '../../lib/cli/process-surroundings.ts';
import type { Surroundings as Seat } from '../../lib/cli/surroundings.ts';
import { Fault } from '../../lib/controller/fault.ts';
import { sluice } from '../cli/captured-io.ts';
import { type Shown, stepsOf, type Written } from './page.ts';

export interface Ran {
  readonly exit: number;
  readonly said: string;
}

export interface Surroundings {
  /** Scripts of package.json. */
  readonly scripts: readonly string[];
  /** Lines that CI runs by itself. */
  readonly byCi: readonly string[];
  /** What was run, by its line: pages may show the same, as long as it needs no file of theirs. */
  readonly known: Map<string, Ran>;
}

/** Everything of the repository, but what tools and commands leave there. */
export const furnish = (folder: string, repository: string): void => {
  for (const name of readdirSync(repository))
    if (!['out', 'cdk.out', '.git'].includes(name)) symlinkSync(join(repository, name), join(folder, name));
};

export const walk = async (page: string, surroundings: Surroundings): Promise<readonly string[]> => {
  const complaints: string[] = [];
  let hasFiles = false;
  for (const step of stepsOf(page)) {
    hasFiles ||= 'file' in step;
    const complaint = 'file' in step ? write(step) : await follow(step, surroundings, hasFiles);
    if (complaint !== undefined) complaints.push(`line ${step.line}: ${complaint}`);
  }
  return complaints;
};

const write = ({ file, kind, text }: Written): string | undefined => {
  if (kind === 'whole') {
    writeFileSync(file, text);
    return undefined;
  }
  let changed = readFileSync(file, 'utf8');
  for (const [, from = '', to = ''] of text.matchAll(/^-(.*\n)\+(.*\n)/gm)) {
    if (changed.split(from).length !== 2) return `"${from.trim()}" is not once in ${file}`;
    changed = changed.replace(from, to);
  }
  writeFileSync(file, changed);
  return undefined;
};

const follow = async (shown: Shown, surroundings: Surroundings, hasFiles: boolean): Promise<string | undefined> => {
  if (shown.mark !== undefined || surroundings.byCi.includes(shown.command)) return undefined;
  const known = hasFiles ? undefined : surroundings.known.get(shown.command);
  const ran = known ?? (await runLine(shown.command, surroundings));
  if (!hasFiles) surroundings.known.set(shown.command, ran);
  if ((ran.exit === 1 || ran.exit === 2) && !shown.output?.[0]?.trim().startsWith('sluice: '))
    return `${shown.command} ends with ${ran.exit}: ${ran.said.trim()}`;
  return shown.output === undefined ? undefined : differenceOf(shown.output, ran.said);
};

const runLine = async (line: string, surroundings: Surroundings): Promise<Ran> => {
  let said = '';
  for (const part of line.split(' && ')) {
    const ran = await run(part, surroundings);
    said += ran.said;
    if (ran.exit !== 0) return { exit: ran.exit, said };
  }
  return { exit: 0, said };
};

const DONE: Ran = { exit: 0, said: '' };

const run = async (part: string, { scripts }: Surroundings): Promise<Ran> => {
  const [program, first = '', ...others] = wordsOf(part);
  if (program === 'npx' && first === 'sluice') return runSluice(others);
  if (program === 'sluice') return runSluice([first, ...others]);
  if (program === 'cat') return { exit: 0, said: readFileSync(first, 'utf8') };
  // How one gets here.
  if (part === 'npm ci' || program === 'cd' || (program === 'git' && first === 'clone')) return DONE;
  const missing = program === 'npm' && first === 'run' && !scripts.includes(others[0] ?? '');
  return { exit: 1, said: missing ? 'package.json has no such script' : 'no test runs that; mark it' };
};

const runSluice = async (args: readonly string[]): Promise<Ran> => {
  const to = args.indexOf('>');
  const seat = { terminal: to === -1, columns: 1000 };
  const { exit, out, err } = await sluice(to === -1 ? args : args.slice(0, to), seat, noAccount());
  const file = to === -1 ? undefined : args[to + 1];
  if (file !== undefined) writeFileSync(file, out);
  return { exit, said: file === undefined ? out + err : err };
};

/** Whoever runs the tests may have credentials: what is shown here without a mark reaches no account all the same. */
const noAccount = (): Seat => ({
  ...processSurroundings(),
  question: undefined,
  ask: async () => new Fault('REFUSED', 'ask: no test has an account; mark it'),
});

const wordsOf = (part: string): readonly string[] =>
  [...part.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, bare]) => single ?? double ?? bare ?? '');

/** `…` on a line of its own stands for any number of lines, in a line for any text. */
const differenceOf = (output: readonly string[], said: string): string | undefined => {
  const lines = said.split('\n').filter((line) => line !== '');
  const indent = Math.min(...output.map((line) => line.search(/\S/)));
  let at = 0;
  let skips = false;
  for (const each of output.map((line) => line.slice(indent))) {
    if (each.trim() === '…') {
      skips = true;
      continue;
    }
    const found = skips ? lines.findIndex((line, index) => index >= at && isLike(each, line)) : at;
    const line = lines[found];
    if (line === undefined || !isLike(each, line))
      return `shows "${each}", but it says ${line === undefined ? 'nothing like it' : `"${line}"`}`;
    at = found + 1;
    skips = false;
  }
  return skips || at === lines.length ? undefined : `leaves out "${lines[at]}" without …`;
};

const isLike = (shown: string, line: string): boolean =>
  new RegExp(
    `^${shown
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
    'u',
  ).test(line);
