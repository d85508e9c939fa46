/** The pages that are open, each at the end of a stream of server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
import type { ServerResponse } from 'node:http';

const WATCHERS_AT_MOST = 20;
/** A page that reads no more than this behind gets no more for now: it gets the newest later. */
const BEHIND_BYTES_AT_MOST = 4_000_000;

export interface Watchers {
  readonly streams: Set<ServerResponse>;
}

/** False: there are too many. */
export const addWatcher = ({ streams }: Watchers, response: ServerResponse): boolean => {
  if (streams.size >= WATCHERS_AT_MOST) return false;
  streams.add(response);
  response.on('close', () => streams.delete(response));
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  return true;
};

/** @param data JSON, in one line */
export const send = (streams: Iterable<ServerResponse>, event: 'bar' | 'page', data: string, id?: string): void => {
  const text = `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`;
  for (const stream of streams)
    if (!stream.destroyed && stream.writableLength < BEHIND_BYTES_AT_MOST) stream.write(text);
};

/** At once: nobody waits for a page to read on. */
export const endAll = ({ streams }: Watchers): void => {
  for (const stream of streams) stream.destroy();
};
