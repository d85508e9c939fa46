import { createReadStream } from 'node:fs';

/** Far above what one journal item can hold (400 KiB). */
export const LINE_BYTES_AT_MOST = 4 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 10;

/** The lines of a file as bytes, without their line feeds; the last one may lack its own. */
export async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, Buffer.from(chunk)]);
    let from = 0;
    for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
      yield bytes.subarray(from, to);
      from = to + 1;
    }
    rest = bytes.subarray(from);
    // A file without line breaks would be gathered whole; this much is enough to refuse it.
    if (rest.length > LINE_BYTES_AT_MOST) break;
  }
  if (rest.length > 0) yield rest;
}
