/** The body of a press: short, JSON, and one of the presses there are. */
import type { IncomingMessage } from 'node:http';
import * as v from 'valibot';
import { valueIn } from '../../aws/json-text.ts';
import { type Press, pressSchema } from './press.ts';

const BODY_BYTES_AT_MOST = 1024;

export type Read = { readonly press: Press } | { readonly status: 400 | 413; readonly why: string };

export const readPress = async (request: IncomingMessage): Promise<Read> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const read = Buffer.from(chunk);
    bytes += read.length;
    if (bytes > BODY_BYTES_AT_MOST)
      return { status: 413, why: `A press must have at most ${BODY_BYTES_AT_MOST} bytes; it has more.` };
    chunks.push(read);
  }
  const given = valueIn(Buffer.concat(chunks).toString('utf8'));
  const read = v.safeParse(pressSchema, given);
  if (read.success) return { press: read.output };
  const [issue] = read.issues;
  const place = v.getDotPath(issue);
  return { status: 400, why: `This is no press of the demo: ${place === null ? '' : `${place}: `}${issue.message}.` };
};
