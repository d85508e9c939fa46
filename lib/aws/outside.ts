import { Fault, type FaultCode } from '../controller/fault.ts';

/** How long one operation may take with its repetitions; the whole invocation has a deadline of its own. */
const OPERATION_MS = 5_000;

/** What an SDK client's `send` takes besides the command. */
export interface SendOptions {
  readonly abortSignal: AbortSignal;
}

/** When the present invocation must stop asking: a tick ends within 30 s whatever AWS does. */
export class Deadline {
  #signal: AbortSignal = AbortSignal.timeout(OPERATION_MS);
  #end = performance.now() + OPERATION_MS;

  /** Begins anew: called at the start of every invocation. */
  begin(milliseconds: number): void {
    this.#signal = AbortSignal.timeout(milliseconds);
    this.#end = performance.now() + milliseconds;
  }

  /**
   * Does a part of the invocation's work in less than its whole time, and nothing else meanwhile. Undefined: no time is left, it was not
   * begun.
   *
   * @param leaving milliseconds of the whole time that are kept for what comes afterwards
   */
  async within<T>(milliseconds: number, work: () => Promise<T>, leaving = 0): Promise<T | undefined> {
    const whole = this.#signal;
    const left = Math.floor(this.#end - performance.now() - leaving);
    if (whole.aborted || left <= 0) return undefined;
    this.#signal = AbortSignal.any([whole, AbortSignal.timeout(Math.min(milliseconds, left))]);
    try {
      return await work();
    } finally {
      this.#signal = whole;
    }
  }

  get signal(): AbortSignal {
    return this.#signal;
  }
}

/**
 * The one place where trouble outside becomes a `Fault`: throttling, refusals, time-outs, broken connections. Anything else is a bug and
 * goes on. Nothing runs longer than five seconds or beyond the deadline.
 *
 * @param operation in words, after "cannot": "read the listener rules"
 * @param expected turns an error that is an answer, such as a failed condition, into that answer; undefined: it is none
 */
export const outside = async <T>(
  operation: string,
  deadline: Deadline,
  send: (options: SendOptions) => Promise<T>,
  expected: (error: Error) => T | undefined = () => undefined,
): Promise<T | Fault> => {
  const abortSignal = AbortSignal.any([deadline.signal, AbortSignal.timeout(OPERATION_MS)]);
  try {
    return await send({ abortSignal });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const answer = expected(error);
    if (answer !== undefined) return answer;
    const code = codeOf(error);
    if (code === undefined) throw error;
    return new Fault(code, operation, error);
  }
};

/** The SDK's errors: `name` says what, `$fault` and `$metadata` whose fault it was. */
interface SdkError extends Error {
  readonly code?: string;
  readonly $fault?: 'client' | 'server';
  readonly $retryable?: { readonly throttling?: boolean };
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const THROTTLING =
  /^(?:(?:KMS)?Throttl|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded|BandwidthLimitExceeded|SlowDown|LimitExceeded|RequestThrottled|PriorRequestNotComplete)/;
const NOT_FOUND = /(?:NotFound|NoSuch)/;
/** Of Node's HTTP parser: what answered does not speak HTTP. */
const NOT_HTTP = /^HPE_/;
const NETWORK = /^(?:ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)/;

const codeOf = (error: SdkError): FaultCode | undefined => {
  const status = error.$metadata?.httpStatusCode;
  if (THROTTLING.test(error.name) || error.$retryable?.throttling === true || status === 429) return 'THROTTLED';
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'UNAVAILABLE';
  if (NETWORK.test(error.code ?? '')) return 'UNAVAILABLE';
  if (NOT_HTTP.test(error.code ?? '')) return 'UNREADABLE';
  if (error.name === 'CredentialsProviderError') return 'REFUSED';
  if (error.$fault === undefined && status === undefined) return undefined;
  if (NOT_FOUND.test(error.name)) return 'NOT_FOUND';
  if (error.$fault === 'server' || (status ?? 0) >= 500) return 'UNAVAILABLE';
  // What cannot be parsed came from something that is not AWS, or is broken on the way.
  return (status ?? 0) < 400 ? 'UNREADABLE' : 'REFUSED';
};
