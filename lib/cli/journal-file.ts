import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './output-files.ts';

const BUFFER_BYTES = 1024 * 1024;
/** UTF-8 of one UTF-16 unit. */
const BYTES_AT_MOST = 3;
const LINE_END = 0x0a;

/** A journal.jsonl that is written as entries come, in large pieces. The folder is made with the first entry: a refused start leaves nothing. */
export class JournalFile {
  readonly #folder: string;
  #file: number | undefined;
  #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #bytes = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  add(line: string): void {
    // With the first entry, so that a folder that cannot be written to is said before the rehearsal runs.
    this.#file ??= this.#open();
    this.#makeRoom(BYTES_AT_MOST * line.length + 1);
    this.#bytes += this.#buffer.write(line, this.#bytes, 'utf8');
    this.#bytes = this.#buffer.writeUInt8(LINE_END, this.#bytes);
  }

  /** Nothing may be added afterwards. */
  close(): void {
    this.#flush();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #makeRoom(bytes: number): void {
    if (this.#bytes + bytes <= this.#buffer.length) return;
    this.#flush();
    if (bytes > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(bytes);
  }

  #flush(): void {
    if (this.#bytes === 0 || this.#file === undefined) return;
    for (let at = 0; at < this.#bytes; ) at += writeSync(this.#file, this.#buffer, at, this.#bytes - at);
    this.#bytes = 0;
  }

  #open(): number {
    makeFolder(this.#folder);
    return openSync(join(this.#folder, 'journal.jsonl'), 'w');
  }
}
