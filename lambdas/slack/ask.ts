/** Asks Slack, on its own client. What Slack says is turned into faults here and nowhere else. */
import {
  type Logger,
  type WebAPICallResult,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api';
import { Fault, isFault } from '../../lib/controller/fault.ts';

/** What Slack did not do, or did not say that it did. */
export interface Trouble {
  readonly fault: Fault;
  /** It may be done all the same: no answer came, or one that leaves it open. */
  readonly mayBeDone: boolean;
}

export const isTrouble = (value: unknown): value is Trouble =>
  typeof value === 'object' && value !== null && 'fault' in value && isFault(value.fault);

export type Ask = (
  operation: string,
  method: string,
  options: Record<string, unknown>,
) => Promise<WebAPICallResult | Trouble>;

export interface AskProps {
  readonly token: () => Promise<string | Fault>;
  /** Of the invocation: nothing is asked, or waited for, after it. */
  readonly deadline: () => AbortSignal;
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Default: Slack's. */
  readonly slackApiUrl?: string | undefined;
}

/** Slack mostly answers in a third of a second. */
const REQUEST_MS = 5_000;
/** Longer than this nobody waits for a rate limit: the stream comes again. */
const WAIT_AT_MOST_SECONDS = 5;
/**
 * Asks once, and once more where Slack says to wait for a few seconds. A longer wait is remembered: until it is over nothing more is
 * asked of what is limited (https://docs.slack.dev/apis/web-api/rate-limits).
 */
export const askerOf = ({ token, deadline, now, wait, slackApiUrl }: AskProps): Ask => {
  const quietUntil = new Map<string, number>();
  let client: { readonly token: string; readonly web: WebClient } | undefined;
  const clientFor = (secret: string): WebClient => {
    if (client?.token !== secret) client = { token: secret, web: webClient(secret, slackApiUrl) };
    return client.web;
  };
  const once = async (operation: string, method: string, options: Record<string, unknown>) => {
    const secret = await token();
    if (isFault(secret)) return { fault: secret, mayBeDone: false };
    if (deadline().aborted)
      return { fault: new Fault('UNAVAILABLE', operation, new Error('no time is left')), mayBeDone: false };
    try {
      return await clientFor(secret).apiCall(method, options);
    } catch (error) {
      return limited(error) ?? troubleOf(operation, error);
    }
  };
  return async (operation, method, options) => {
    const limit = limitOf(method, options);
    const quiet = (quietUntil.get(limit) ?? 0) - now();
    if (quiet > 0) return throttled(operation, quiet / 1000);
    for (let tries = 1; ; tries++) {
      const answer = await once(operation, method, options);
      if (!('retryAfter' in answer)) return answer;
      const { retryAfter } = answer;
      if (tries === 1 && retryAfter <= WAIT_AT_MOST_SECONDS) {
        await wait(1000 * retryAfter);
        continue;
      }
      quietUntil.set(limit, now() + 1000 * retryAfter);
      return throttled(operation, retryAfter);
    }
  };
};

/** Posts are limited for each channel, everything else for each method. */
const limitOf = (method: string, { channel }: Record<string, unknown>): string =>
  method === 'chat.postMessage' ? `${method} ${channel}` : method;

class RateLimit extends Error {}

/** Slack's own, of one channel or of one method: others may go on. */
export const isRateLimit = ({ cause }: Fault): boolean => cause instanceof RateLimit;

const throttled = (operation: string, seconds: number): Trouble => ({
  fault: new Fault('THROTTLED', operation, new RateLimit(`Slack asks to wait for ${Math.ceil(seconds)} s`)),
  mayBeDone: false,
});

const limited = (error: unknown): { readonly retryAfter: number } | undefined =>
  error instanceof WebAPIRateLimitedError ? { retryAfter: error.retryAfter } : undefined;

const SILENT: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => 'error' as ReturnType<Logger['getLevel']>,
  setName: () => {},
};

const webClient = (token: string, slackApiUrl: string | undefined): WebClient =>
  new WebClient(token, {
    ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: REQUEST_MS,
    allowAbsoluteUrls: false,
    logger: SILENT,
  });

/** "Some aspect of the operation may have succeeded": https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const MAY_BE_DONE: ReadonlySet<string> = new Set([
  'fatal_error',
  'internal_error',
  'request_timeout',
  'service_unavailable',
]);
/** No edits any more, or it is of another app of ours. */
const CLOSED: ReadonlySet<string> = new Set(['edit_window_closed', 'cant_update_message']);
/** Somebody deleted the message, or it may not be changed any more. */
const GONE: ReadonlySet<string> = new Set(['message_not_found', 'thread_not_found', ...CLOSED]);
const NOT_SENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** The whole workspace refuses, by the app's token: https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const OF_ALL: ReadonlySet<string> = new Set([
  ...['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'not_allowed_token_type'],
  ...['missing_scope', 'no_permission', 'org_login_required', 'ekm_access_denied', 'access_denied', 'accesslimited'],
  ...['team_access_not_granted', 'enterprise_is_restricted', 'two_factor_setup_required', 'method_deprecated'],
]);
const OF_BLOCKS: ReadonlySet<string> = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_attachments',
  'msg_blocks_too_long',
]);

/** An answer of Slack that it did not do it. */
class Refusal extends Error {
  readonly said: string;

  constructor(said: string) {
    super(`Slack says ${said}`);
    this.said = said;
  }
}

const saidIn = ({ cause }: Fault): string | undefined => (cause instanceof Refusal ? cause.said : undefined);

/**
 * Of one channel or one message, so that others may fare better: somebody must invite the app, or correct a plan. Whatever Slack says that
 * is not known to be of the whole workspace counts as such: nobody waits for it.
 */
export const isOfOne = (fault: Fault): boolean => {
  const said = saidIn(fault);
  return fault.code === 'REFUSED' && said !== undefined && !OF_ALL.has(said);
};

/** The same words without blocks may be taken. */
export const isOfBlocks = (fault: Fault): boolean => OF_BLOCKS.has(saidIn(fault) ?? '');

/** The message may not be edited. */
export const isClosed = (fault: Fault): boolean => CLOSED.has(saidIn(fault) ?? '');

/** What is none of Slack's, nor of the way there, is a bug and goes on. */
const troubleOf = (operation: string, error: unknown): Trouble => {
  if (error instanceof WebAPIPlatformError) {
    const said = error.data.error;
    if (said === 'ratelimited' || said === 'rate_limited') return throttled(operation, 1);
    // What is no word of Slack's API was said by something on the way.
    const isOpen = MAY_BE_DONE.has(said) || !/^[a-z_]+$/.test(said);
    const code = isOpen ? 'UNAVAILABLE' : GONE.has(said) ? 'NOT_FOUND' : 'REFUSED';
    return { fault: new Fault(code, operation, new Refusal(said.slice(0, 80))), mayBeDone: isOpen };
  }
  if (error instanceof WebAPIHTTPError) {
    const isOpen = error.statusCode >= 500;
    return { fault: new Fault(isOpen ? 'UNAVAILABLE' : 'REFUSED', operation, error), mayBeDone: isOpen };
  }
  if (error instanceof WebAPIRequestError)
    return { fault: new Fault('UNAVAILABLE', operation, error), mayBeDone: !NOT_SENT.has(codeOf(error.original)) };
  if (error instanceof Error && (BROKEN_OFF.has(error.name) || error.message === 'terminated'))
    return { fault: new Fault('UNAVAILABLE', operation, error), mayBeDone: true };
  if (error instanceof Error && error.message.startsWith('Retry header')) return throttled(operation, 1);
  throw error;
};

/** While the answer was read. */
const BROKEN_OFF: ReadonlySet<string> = new Set(['TimeoutError', 'AbortError']);

/** Of Node's `fetch`: why there was no connection. */
const codeOf = ({ cause }: Error): string =>
  typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
