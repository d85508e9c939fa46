/** The bot token of the Slack app, from Secrets Manager. */
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { Fault, isFault } from '../controller/fault.ts';
import { valueIn } from './json-text.ts';
import { type Deadline, outside } from './outside.ts';

const schema = v.object({ botToken: v.pipe(v.string(), v.regex(/^xoxb-[A-Za-z0-9-]{1,500}$/)) });

/** A token that was replaced is found after this time at the latest; asked with every minute it would cost more than the function. */
const KEEP_MS = 5 * 60_000;

/**
 * Reads `{ "botToken": "xoxb-…" }`. Nothing of the secret is ever part of a fault.
 * @param secret its name or ARN
 */
export const botTokenOf = (
  client: SecretsManagerClient,
  secret: string,
  deadline: Deadline,
  now: () => number,
): (() => Promise<string | Fault>) => {
  let known: { readonly token: string; readonly until: number } | undefined;
  return async () => {
    if (known !== undefined && now() < known.until) return known.token;
    const operation = 'read the bot token of Slack';
    const answer = await outside(operation, deadline, (options) =>
      client.send(new GetSecretValueCommand({ SecretId: secret }), options),
    );
    if (isFault(answer)) return answer;
    const read = v.safeParse(schema, valueIn(answer.SecretString ?? ''));
    if (!read.success)
      return new Fault('REFUSED', operation, new Error('the secret must be {"botToken": "xoxb-…"}, and is not'));
    known = { token: read.output.botToken, until: now() + KEEP_MS };
    return known.token;
  };
};
