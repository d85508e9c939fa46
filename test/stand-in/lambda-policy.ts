/** Lambda, as far as a function's own policy goes. */
import type { Service } from './server.ts';

/** @param policies by the function's name: the policy as AWS keeps it, a text; undefined: it has none */
export const lambdaPolicies =
  (policies: (name: string) => string | undefined): Service =>
  ({ operation, url }) => {
    const headers = { 'content-type': 'application/json' };
    const name = /^\/2015-03-31\/functions\/([^/]+)\/policy$/.exec(url.pathname)?.[1];
    if (operation !== 'GetPolicy' || name === undefined) return { status: 501, body: `no stand-in for ${operation}` };
    const Policy = policies(decodeURIComponent(name));
    return Policy === undefined
      ? {
          status: 404,
          headers: { ...headers, 'x-amzn-errortype': 'ResourceNotFoundException' },
          body: JSON.stringify({ Type: 'User', Message: 'The resource you requested does not exist.' }),
        }
      : { headers, body: JSON.stringify({ Policy, RevisionId: '00000000-0000-4000-8000-000000000000' }) };
  };
