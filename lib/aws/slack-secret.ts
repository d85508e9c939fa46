/** The secret of the Slack app, kept in AWS Secrets Manager as JSON. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { Fault, isFault } from '../controller/fault.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import { LIMITS } from './clients.ts';
import { valueIn } from './json-text.ts';
import { type Deadline, outside } from './outside.ts';

/** Other keys are for other functions. */
const schema = v.object({
  signingSecret: v.pipe(v.string(), v.minLength(1)),
  botToken: v.pipe(v.string(), v.minLength(1)),
});

type Secret = v.InferOutput<typeof schema>;

interface Kept {
  readonly secret: Secret | Fault;
  readonly at: number;
}

/** How long a secret is used without asking again. */
const KEPT_MS = 5 * MINUTE_MS;
/** Signatures that do not fit cost one read in so long, whoever sends them. */
const AGAIN_MS = MINUTE_MS;

/** Made once in a function's life. @param name of the secret, or its ARN */
export const slackSecretsOf = (name: string, deadline: Deadline, now: () => number) => {
  // Slack gives three seconds for everything: a read that hangs is better repeated by whoever pressed.
  const client = new SecretsManagerClient({
    ...LIMITS,
    maxAttempts: 1,
    requestHandler: { ...LIMITS.requestHandler, requestTimeout: 1_500 },
  });
  let kept: Kept | undefined;
  const read = async (): Promise<Secret | Fault> => {
    const secret = await readSecret(client, name, deadline);
    // What could not be read is asked for again, and not what was read before forgotten.
    if (!isFault(secret) || kept === undefined) kept = { secret, at: now() };
    return secret;
  };
  return {
    current: async (): Promise<Secret | Fault> =>
      kept !== undefined && !isFault(kept.secret) && now() - kept.at < KEPT_MS ? kept.secret : read(),
    again: async (): Promise<Secret | undefined | Fault> =>
      kept !== undefined && now() - kept.at < AGAIN_MS ? undefined : read(),
  };
};

const readSecret = async (client: SecretsManagerClient, name: string, deadline: Deadline): Promise<Secret | Fault> => {
  const operation = 'read the secret of the Slack app';
  const answer = await outside(operation, deadline, (options) =>
    client.send(new GetSecretValueCommand({ SecretId: name }), options),
  );
  if (isFault(answer)) return answer;
  const secret = v.safeParse(schema, valueIn(answer.SecretString ?? ''));
  // Not its issues: they would quote the secret.
  return secret.success
    ? secret.output
    : new Fault('UNREADABLE', `${operation}: it must be JSON with signingSecret and botToken`);
};
