/** One address for all of AWS: what the stand-ins of this repository do not answer is handed on to moto and DynamoDB Local as it came. */
import type { Answer, Service } from '../stand-in/server.ts';

/** Of one connection, not of the message; and what `fetch` has undone. */
const NOT_PASSED_ON = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'date',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
]);

export const passOn =
  (to: string): Service =>
  async ({ method, url, headers, body }) => {
    const response = await fetch(`${to}${url.pathname}${url.search}`, {
      method,
      headers: passed(Object.entries(headers)),
      ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
    });
    return { status: response.status, headers: passed(response.headers), body: await response.text() };
  };

const passed = (headers: Iterable<readonly [string, string]>): Record<string, string> =>
  Object.fromEntries([...headers].filter(([name]) => !NOT_PASSED_ON.has(name)));

/**
 * The SDK takes a server's `Date` for the right time, signs with it and asks once more: the stand-ins keep their own time, and the test's
 * is another. So every answer says what time it is in the test.
 */
export const dated =
  (service: Service): Service =>
  async (asked): Promise<Answer> => {
    const answer = await service(asked);
    return { ...answer, headers: { ...answer.headers, date: new Date().toUTCString() } };
  };
