import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './refusal.ts';
import { whyUnwritable } from './text-file.ts';

/** Writes files of these names into a folder, which is made if it is not there. */
export const writeFiles = (folder: string, files: Readonly<Record<string, string>>): Refusal | undefined => {
  try {
    mkdirSync(folder, { recursive: true });
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
