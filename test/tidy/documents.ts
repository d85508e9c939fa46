import { posix } from 'node:path';
import type { Rule } from './rules.ts';
import type { File } from './tree.ts';

const FENCE = /^```.*?^```$/gms;
const PLACE = /^(\.ci|bench|bin|docs|examples|lambdas|lib|scripts|test)\/[\w./-]*$/;

const documentsOf = (files: readonly File[]): readonly File[] => files.filter((file) => file.path.endsWith('.md'));

const spansOf = (text: string): readonly string[] =>
  [...text.replace(FENCE, '').matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');

const fencesOf = (text: string): readonly string[] => [...text.matchAll(FENCE)].map((match) => match[0]);

/** The anchors that GitHub gives a document's headings. */
const anchorsOf = (text: string): readonly string[] =>
  [...text.replace(FENCE, '').matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

const isThere = (files: readonly File[], path: string): boolean => {
  const wanted = posix.normalize(path).replace(/\/$/, '');
  return wanted === '.' || files.some((file) => file.path === wanted || file.path.startsWith(`${wanted}/`));
};

function leadsSomewhere(files: readonly File[], from: File, link: string): boolean {
  const [to = '', anchor] = link.split('#');
  const path = to === '' ? from.path : posix.join(posix.dirname(from.path), to);
  if (!isThere(files, path)) return false;
  const target = files.find((file) => file.path === posix.normalize(path));
  return (
    anchor === undefined ||
    target === undefined ||
    !target.path.endsWith('.md') ||
    anchorsOf(target.text).includes(anchor)
  );
}

export const everyLinkResolves: Rule = (files) =>
  documentsOf(files).flatMap((file) =>
    [...file.text.replace(FENCE, '').matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => match[1] ?? '')
      .filter((link) => !/^(https?|mailto):/.test(link) && !leadsSomewhere(files, file, link))
      .map((link) => `${file.path} links to ${link}, which is not there`),
  );

export const everyPathExists: Rule = (files) =>
  documentsOf(files).flatMap((file) =>
    spansOf(file.text)
      .filter((span) => PLACE.test(span) && !isThere(files, span))
      .map((span) => `${file.path} names ${span}, which is not there`),
  );

function scriptsOf(files: readonly File[]): readonly string[] {
  const manifest: unknown = JSON.parse(files.find((file) => file.path === 'package.json')?.text ?? '{}');
  if (typeof manifest !== 'object' || manifest === null || !('scripts' in manifest)) return [];
  return Object.keys(manifest.scripts ?? {});
}

const isCommand = (files: readonly File[], name: string): boolean =>
  files.some((file) => file.path === `lib/cli/${name}.ts`);

export const everyCommandOfTheReadmeExists: Rule = (files) => {
  const readme = files.find((file) => file.path === 'README.md');
  if (readme === undefined) return ['README.md is not there'];
  const shown = [...spansOf(readme.text), ...fencesOf(readme.text)].join('\n');
  const scripts = [...shown.matchAll(/\bnpm (?:run ([\w:-]+)|(test)\b)/g)].map((match) => match[1] ?? 'test');
  const commands = [...shown.matchAll(/(?:^|\$ |&& |npx |bin\/)sluice(?:\.mjs)? ([a-z][a-z-]*)/gm)].map(
    (match) => match[1] ?? '',
  );
  const known = scriptsOf(files);
  return [
    ...scripts
      .filter((name) => !known.includes(name))
      .map((name) => `README.md shows npm run ${name}, which package.json does not have`),
    ...commands
      .filter((name) => !isCommand(files, name))
      .map((name) => `README.md shows sluice ${name}, which lib/cli does not have`),
  ];
};
