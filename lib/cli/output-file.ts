import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from './output-files.ts';
import { Refusal } from './refusal.ts';
import { whyUnwritable } from './text-file.ts';

/** Writes one file; its folder is made if it is not there. */
export const writeOutputFile = (path: string, content: string): Refusal | undefined => {
  try {
    makeFolder(dirname(path));
    writeFileSync(path, content);
    return undefined;
  } catch (error) {
    const why = whyUnwritable(error);
    if (why === undefined) throw error;
    return new Refusal(`Cannot write ${path}: ${why}.`, [], 'Give another file with --out FILE.', 'fault');
  }
};
