import * as v from 'valibot';
import type { SignedRequest } from '../../lib/slack/signature.ts';

/**
 * A press brings the whole message along, percent-encoded: some ten thousand bytes. As an event it must fit into the 256 KB that an
 * asynchronous invocation always could have: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const BODY_AT_MOST = 200_000;

/** Of a Function URL, whose names of headers are small letters: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
const schema = v.object({
  headers: v.object({ 'x-slack-request-timestamp': v.string(), 'x-slack-signature': v.string() }),
  body: v.string(),
  isBase64Encoded: v.optional(v.boolean(), false),
  requestContext: v.object({ http: v.object({ method: v.literal('POST') }) }),
});

/** @param event whatever somebody sent; base64 is four letters for three bytes */
export const receive = (event: unknown): SignedRequest | { readonly refused: string } => {
  const read = v.safeParse(schema, event);
  if (!read.success) return { refused: 'it has no signature of Slack' };
  const { headers, body: sent, isBase64Encoded } = read.output;
  if (sent.length > (isBase64Encoded ? (BODY_AT_MOST * 4) / 3 : BODY_AT_MOST))
    return { refused: `its body has more than ${BODY_AT_MOST} bytes` };
  const body = isBase64Encoded ? Buffer.from(sent, 'base64').toString('utf8') : sent;
  return { timestamp: headers['x-slack-request-timestamp'], signature: headers['x-slack-signature'], body };
};
