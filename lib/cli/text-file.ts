import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Refusal } from './refusal.ts';

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
  EPERM: 'it may not be read',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links go round in circles',
};

const UNWRITABLE: Readonly<Record<string, string>> = {
  EACCES: 'it may not be written to',
  EPERM: 'it may not be written to',
  EROFS: 'it may not be written to',
  EEXIST: 'a file of that name is in the way',
  ENOTDIR: 'a file is in the way',
  EISDIR: 'a folder is in the way',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENAMETOOLONG: 'its name is too long',
};

/** Why the system refused to read, in words; undefined: not an answer of the file system. */
export const whyUnreadable = (error: unknown): string | undefined => whyFrom(UNREADABLE, error);

/** Why the system refused to write. */
export const whyUnwritable = (error: unknown): string | undefined => whyFrom(UNWRITABLE, error);

const whyFrom = (words: Readonly<Record<string, string>>, error: unknown): string | undefined => {
  // Only answers of the system have a call: other errors of Node have codes, too, and are bugs of ours.
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error))
    return undefined;
  return words[error.code] ?? `the system says ${error.code}`;
};

/**
 * Reads a text file, never more than `mostBytes` of it, whatever it is: also a pipe or a device without an end. `what` names it for
 * people: "plan", "traffic file".
 */
export const readTextFile = async (path: string, what: string, mostBytes: number): Promise<string | Refusal> => {
  try {
    const bytes = await readAtMost(path, mostBytes + 1);
    if (bytes.length > mostBytes) {
      const { size } = await stat(path);
      const given = size > mostBytes ? `it has ${inKib(size)}` : 'it has more';
      return new Refusal(`Cannot read ${what} ${path}: it must have at most ${inKib(mostBytes)}, ${given}.`);
    }
    if (bytes.includes(0))
      return new Refusal(`Cannot read ${what} ${path}: it must be text, and has bytes of value 0.`);
    return bytes.toString('utf8');
  } catch (error) {
    const why = whyUnreadable(error);
    if (why === undefined) throw error;
    return new Refusal(`Cannot read ${what} ${path}: ${why}.`);
  }
};

const readAtMost = async (path: string, mostBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { end: mostBytes - 1 })) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

const inKib = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
