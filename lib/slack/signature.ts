/** Whether a request comes from Slack: https://docs.slack.dev/authentication/verifying-requests-from-slack */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** What Slack signed, as it came; nothing in it may be read before the signature holds. */
export interface SignedRequest {
  /** `X-Slack-Request-Timestamp`: seconds since 1970. */
  readonly timestamp: string;
  /** `X-Slack-Signature`. */
  readonly signature: string;
  /** Raw, in UTF-8. */
  readonly body: string;
}

/** Seconds that the time of a request may lie back or ahead: a clock may be wrong both ways. */
const CLOCK_SECONDS = 300;

const SIGNATURE = /^v0=[0-9a-f]{64}$/;

/** Why no secret could make this request good; undefined: its signature must be looked at. It costs nothing, so it is asked first. */
export const unsigned = ({ timestamp, signature }: SignedRequest, now: number): string | undefined => {
  if (!SIGNATURE.test(signature) || !/^\d{1,12}$/.test(timestamp)) return 'it has no signature of Slack';
  const seconds = now / 1000 - Number(timestamp);
  if (seconds > CLOCK_SECONDS) return 'its time lies more than 5 minutes back';
  return seconds < -CLOCK_SECONDS ? 'its time lies more than 5 minutes ahead' : undefined;
};

/** In constant time for signatures of the form that `unsigned` asks for. */
export const isSignedWith = (signingSecret: string, { timestamp, signature, body }: SignedRequest): boolean => {
  const made = `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const [ours, theirs] = [Buffer.from(made), Buffer.from(signature)];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
};
