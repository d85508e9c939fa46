/** Who did what in Slack, once all is proven that makes it count. */
import { type Fault, isFault } from '../controller/fault.ts';
import { type Interaction, readInteraction, type SlackApp } from './interaction.ts';
import { isSignedWith, type SignedRequest, unsigned } from './signature.ts';

export interface SlackSecret {
  readonly signingSecret: string;
  /** Of the app's bot: `xoxb-…`. */
  readonly botToken: string;
}

export interface SlackSecrets {
  /** As it was read in the last minutes. */
  current(): Promise<SlackSecret | Fault>;
  /** Read anew, since a signature did not fit and the secret may have changed. Undefined: it was read only a moment ago. */
  again(): Promise<SlackSecret | undefined | Fault>;
}

/** `refused`: it is not from Slack, or of another workspace or app. `none`: it is, and asks nothing of ours. */
export type Proven =
  | { readonly interaction: Interaction; readonly secret: SlackSecret }
  | { readonly refused: string }
  | 'none';

/** Cheap questions first: whoever finds the address can send whatever they like. */
export const proveInteraction = async (
  request: SignedRequest,
  app: SlackApp,
  secrets: SlackSecrets,
  now: number,
): Promise<Proven | Fault> => {
  const why = unsigned(request, now);
  if (why !== undefined) return { refused: why };
  const secret = await secretOf(request, secrets);
  if (secret === undefined) return { refused: 'its signature is not that of the app' };
  if (isFault(secret)) return secret;
  const read = readInteraction(request.body, app);
  if (read === 'foreign') return { refused: 'it is of another workspace or app' };
  return read === 'none' ? read : { interaction: read, secret };
};

/** The secret by which the request is signed; undefined: by none that we know. */
const secretOf = async (request: SignedRequest, secrets: SlackSecrets): Promise<SlackSecret | undefined | Fault> => {
  const current = await secrets.current();
  if (isFault(current) || isSignedWith(current.signingSecret, request)) return current;
  const newer = await secrets.again();
  if (newer === undefined || isFault(newer)) return newer;
  return isSignedWith(newer.signingSecret, request) ? newer : undefined;
};
