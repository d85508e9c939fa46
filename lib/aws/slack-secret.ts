/** The secret of the Slack app, kept in AWS Secrets Manager as JSON: its bot token, and for buttons its signing secret. */
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { Fault, isFault } from '../controller/fault.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import { valueIn } from './json-text.ts';
import { type Deadline, outside } from './outside.ts';

const botToken = v.pipe(v.string(), v.regex(/^xoxb-[A-Za-z0-9-]{1,500}$/));

/** Other keys are for other functions. */
const ofPosts = v.object({ botToken });
const ofButtons = v.object({ botToken, signingSecret: v.pipe(v.string(), v.minLength(1)) });

export type SlackSecret = v.InferOutput<typeof ofButtons>;

/** How long a secret is used without asking again. */
const KEPT_MS = 5 * MINUTE_MS;
/** Signatures that do not fit, and a Secrets Manager that does not answer, cost one read in so long, whoever asks. */
const AGAIN_MS = MINUTE_MS;

export interface Kept<T> {
  /** As it was read in the last minutes; older where Secrets Manager does not answer now. */
  current(): Promise<T | Fault>;
  /** Read anew; undefined: it was read only a moment ago. */
  again(): Promise<T | undefined | Fault>;
}

/**
 * Made once in a function's life. Nothing of the secret is ever part of a fault.
 * @param name of the secret, or its ARN
 */
export const slackSecretOf = (
  client: SecretsManagerClient,
  name: string,
  deadline: Deadline,
  now: () => number,
): Kept<SlackSecret> => keeping(() => readSecret(client, name, deadline, ofButtons), now);

/** As `slackSecretOf`, for an app without buttons. */
export const botTokenOf = (
  client: SecretsManagerClient,
  name: string,
  deadline: Deadline,
  now: () => number,
): (() => Promise<string | Fault>) => {
  const secret = keeping(() => readSecret(client, name, deadline, ofPosts), now);
  return async () => {
    const current = await secret.current();
    return isFault(current) ? current : current.botToken;
  };
};

const keeping = <T>(read: () => Promise<T | Fault>, now: () => number): Kept<T> => {
  let kept: { readonly secret: T; readonly at: number } | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  const ask = async (): Promise<T | Fault> => {
    askedAt = now();
    const secret = await read();
    if (!isFault(secret)) kept = { secret, at: now() };
    else if (!isOfTheMoment(secret)) kept = undefined;
    return secret;
  };
  return {
    current: async () => {
      const isFresh = kept !== undefined && now() - kept.at < KEPT_MS;
      if (kept !== undefined && (isFresh || now() - askedAt < AGAIN_MS)) return kept.secret;
      const secret = await ask();
      return kept === undefined ? secret : kept.secret;
    },
    again: async () => (now() - askedAt < AGAIN_MS ? undefined : ask()),
  };
};

/** A secret that was taken away, or is none any more, is used no longer. */
const isOfTheMoment = ({ code }: Fault): boolean => code === 'UNAVAILABLE' || code === 'THROTTLED';

const readSecret = async <T extends Pick<SlackSecret, 'botToken'>>(
  client: SecretsManagerClient,
  name: string,
  deadline: Deadline,
  schema: v.GenericSchema<unknown, T> & { readonly entries: object },
): Promise<T | Fault> => {
  const operation = 'read the secret of the Slack app';
  const answer = await outside(operation, deadline, (options) =>
    client.send(new GetSecretValueCommand({ SecretId: name }), options),
  );
  if (isFault(answer)) return answer;
  const secret = v.safeParse(schema, valueIn(answer.SecretString ?? ''));
  if (secret.success) return secret.output;
  // Not its issues: they would quote the secret.
  const keys = Object.keys(schema.entries).join(' and ');
  return new Fault('REFUSED', `${operation}: it must be JSON with ${keys}, the token that of a bot`);
};
