import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Refusal } from './refusal.ts';
import { whyUnwritable } from './text-file.ts';

/**
 * Makes a folder and those above it, one at a time: on some file systems (/proc) Node's recursive mkdir never comes back.
 * Throws what the file system says.
 */
export const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
};

/** Writes files of these names into a folder, which is made if it is not there. */
export const writeFiles = (folder: string, files: Readonly<Record<string, string>>): Refusal | undefined => {
  try {
    makeFolder(folder);
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    return undefined;
  } catch (error) {
    return unwritable(folder, error);
  }
};

/** What the file system said, as a refusal; anything else is a bug and goes on. */
export const unwritable = (folder: string, error: unknown): Refusal => {
  const why = whyUnwritable(error);
  if (why === undefined) throw error;
  return new Refusal(`Cannot write to ${folder}: ${why}.`, [], 'Give another folder with --out DIR.', 'fault');
};
