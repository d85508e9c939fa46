import { posix } from 'node:path';
import { type Code, readCode } from './code.ts';
import type { File } from './tree.ts';

/** Complaints, one sentence each; none when the rule holds. */
export type Rule = (files: readonly File[]) => readonly string[];

const codeOf = (files: readonly File[]): readonly Code[] =>
  files.filter((file) => /\.(ts|mjs)$/.test(file.path) && !file.path.endsWith('.d.ts')).map(readCode);

const inLib = (code: Code): boolean => code.path.startsWith('lib/');

const resolved = (from: string, to: string): string => posix.join(posix.dirname(from), to);

/** `lib/judge/gate.ts` lies in judge; files outside lib lie in no room. */
const roomOf = (path: string): string | undefined => /^lib\/([^/]+)\//.exec(path)?.[1];

// What is run by a person, by AWS or by npm: everything in lib must be reached from here. Tests do not count, but for the simulator,
// which exists for them too.
const ENTRY = /^(bin\/|lambdas\/[^/]+\/handler\.ts$|examples\/demo-app\/app\.ts$|scripts\/|bench\/)/;

export const noDeadFile: Rule = (files) => {
  const codes = new Map(codeOf(files).map((code) => [code.path, code]));
  const reached = new Set<string>();
  const open = [...codes.keys()].filter((path) => ENTRY.test(path));
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const code = codes.get(path);
    if (code === undefined || reached.has(path)) continue;
    reached.add(path);
    open.push(...code.mentions.map((mention) => resolved(code.path, mention)));
  }
  const simulated = [...codes.values()]
    .filter(({ path }) => path.startsWith('test/'))
    .flatMap(({ path, mentions }) => mentions.map((mention) => resolved(path, mention)));
  for (const path of simulated) if (roomOf(path) === 'sim') reached.add(path);
  for (const path of reached)
    if (roomOf(path) === 'sim')
      for (const mention of codes.get(path)?.mentions ?? []) reached.add(resolved(path, mention));
  return [...codes.values()]
    .filter((code) => inLib(code) && !reached.has(code.path))
    .map((code) => `${code.path} is reached from no entry`);
};

export const nothingLeftToDo: Rule = (files) =>
  files.flatMap((file) =>
    file.text.split('\n').flatMap((line, at) => {
      const mark = /\b(TODO|FIXME|XXX)\b/.exec(line)?.[0];
      return mark === undefined ? [] : [`${file.path}:${at + 1} says ${mark}`];
    }),
  );

/** Every relative import below lib, by room; a room always may import itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  plan: [],
  judge: ['plan'],
  rollout: ['plan', 'judge'],
  controller: ['plan', 'judge', 'rollout'],
  aws: ['lib/controller/ports.ts', 'lib/controller/fault.ts', 'plan', 'judge', 'rollout'],
  sim: ['controller', 'plan', 'judge', 'rollout'],
  report: ['plan', 'judge', 'rollout'],
  slack: ['lib/aws/json-text.ts', 'plan', 'judge', 'rollout', 'report'],
  stack: ['plan', 'lib/aws/environment.ts', 'lib/report/prices.ts'],
  cli: ['plan', 'judge', 'rollout', 'controller', 'aws', 'sim', 'report', 'stack'],
};
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  plan: ['@date-fns/tz/tzOffset', 'yaml', 'zod'],
  judge: [],
  rollout: [],
  controller: ['node:crypto'],
};

const mayImportFile = (room: string, target: string): boolean => {
  const allowed = MAY_IMPORT[room] ?? [];
  return roomOf(target) === room || allowed.includes(target) || allowed.includes(roomOf(target) ?? '');
};

const mayImportPackage = (path: string, name: string): boolean => {
  if (/^@aws-sdk\//.test(name)) return /^(lib\/aws|lambdas|test|bench|examples\/demo-app)\//.test(path);
  if (/^aws-cdk-lib(\/|$)/.test(name)) return /^(lib\/stack\/|bin\/app\.ts$|test\/|examples\/demo-app\/)/.test(path);
  const allowed = PACKAGES[roomOf(path) ?? ''];
  return allowed === undefined || allowed.includes(name);
};

export const roomsImportWhatTheyMay: Rule = (files) =>
  codeOf(files).flatMap((code) =>
    code.imports
      .filter((name) => {
        if (!name.startsWith('.')) return !mayImportPackage(code.path, name);
        const room = roomOf(code.path);
        return room !== undefined && !mayImportFile(room, resolved(code.path, name));
      })
      .map((name) => `${code.path} must not import ${name}`),
  );

const DETERMINISTIC = new Set(['plan', 'judge', 'rollout', 'controller', 'sim']);

export const noHiddenInputs: Rule = (files) =>
  codeOf(files)
    .filter((code) => DETERMINISTIC.has(roomOf(code.path) ?? ''))
    .flatMap((code) => code.hiddenInputs.map((input) => `${code.path} reads ${input}`));

const MAY_CATCH = new Set(['aws', 'cli', 'sim']);

export const catchesAtTheEdgesOnly: Rule = (files) =>
  codeOf(files)
    .filter((code) => inLib(code) && code.catches > 0 && !MAY_CATCH.has(roomOf(code.path) ?? ''))
    .map((code) => `${code.path} catches`);

const LINES = 400;

export const noLongFile: Rule = (files) =>
  codeOf(files)
    .filter((code) => inLib(code) && code.lines > LINES)
    .map((code) => `${code.path} has ${code.lines} lines, more than ${LINES}`);

export const noBarrel: Rule = (files) =>
  codeOf(files)
    .filter((code) => code.barrel || /(^|\/)index\.(ts|mjs)$/.test(code.path))
    .map((code) => `${code.path} is a barrel`);

const NO_SHARED = new RegExp(['(\\.\\.|\\bwork)', 'shared\\b'].join('/'));

export const onlyCiKnowsTheSharedFolder: Rule = (files) =>
  files
    .filter((file) => file.path !== '.ci/run' && NO_SHARED.test(file.text))
    .map((file) => `${file.path} names the shared folder`);

export const noEmoji: Rule = (files) =>
  files.flatMap((file) => {
    const emoji = /\p{Emoji_Presentation}|\uFE0F/u.exec(file.text);
    return emoji === null ? [] : [`${file.path} has the emoji ${emoji[0]}`];
  });
