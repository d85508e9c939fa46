import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const BUFFER_CHARACTERS = 1024 * 1024;

/** A journal.jsonl that is written as entries come, in large pieces. The folder is made with the first entry: a refused start leaves nothing. */
export class JournalFile {
  readonly #folder: string;
  #file: number | undefined;
  #lines: string[] = [];
  #characters = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  add(line: string): void {
    this.#lines.push(line, '\n');
    this.#characters += line.length + 1;
    if (this.#characters >= BUFFER_CHARACTERS) this.#flush();
  }

  /** Nothing may be added afterwards. */
  close(): void {
    this.#flush();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #flush(): void {
    if (this.#lines.length === 0) return;
    this.#file ??= this.#open();
    const bytes = Buffer.from(this.#lines.join(''), 'utf8');
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    this.#lines = [];
    this.#characters = 0;
  }

  #open(): number {
    mkdirSync(this.#folder, { recursive: true });
    return openSync(join(this.#folder, 'journal.jsonl'), 'w');
  }
}
