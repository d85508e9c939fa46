/** What is said to Slack: windows and answers that one person sees. Every answer of Slack is data; what goes wrong on the way is a `Fault`. */
import * as v from 'valibot';
import { valueIn } from '../aws/json-text.ts';
import { Fault, isFault } from '../controller/fault.ts';
import { cut, escaped, type Mrkdwn } from './mrkdwn.ts';

/** Slack waits three seconds for what it sent us; one call within that. */
const CALL_MS = 1_800;

const TEXT_AT_MOST = 3_000;

export interface Told {
  readonly text: string;
  readonly blocks?: readonly object[] | undefined;
}

const answerSchema = v.object({ ok: v.boolean(), error: v.optional(v.string(), 'unknown') });

/** `answered`: the press was answered before. `late`: it lies more than three seconds back. https://docs.slack.dev/reference/methods/views.open */
export const openModal = async (
  botToken: string,
  trigger: string,
  view: object,
): Promise<'opened' | 'answered' | 'late' | Fault> => {
  const operation = 'open a window in Slack';
  const text = await post(operation, 'https://slack.com/api/views.open', { trigger_id: trigger, view }, botToken);
  if (isFault(text)) return text;
  const answer = v.safeParse(answerSchema, valueIn(text));
  if (!answer.success) return new Fault('UNREADABLE', operation);
  if (answer.output.ok) return 'opened';
  const { error } = answer.output;
  return MEANS[error] ?? new Fault('REFUSED', `${operation} (${error})`);
};

const MEANS: Readonly<Record<string, 'answered' | 'late'>> = {
  exchanged_trigger_id: 'answered',
  expired_trigger_id: 'late',
};

/**
 * Only who pressed sees it: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 * @param replyTo an address that Slack signed
 */
export const tellAlone = async (replyTo: string, { text, blocks }: Told): Promise<'told' | Fault> => {
  const message = { response_type: 'ephemeral', replace_original: false, text: wordsOf(text), blocks };
  const answer = await post('answer in Slack', replyTo, message);
  return isFault(answer) ? answer : 'told';
};

const wordsOf = (text: string): Mrkdwn => cut(text.split('\n').map(escaped).join('\n'), TEXT_AT_MOST);

const post = async (operation: string, url: string, message: object, token?: string): Promise<string | Fault> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(message),
      // Where Slack says to go elsewhere, nobody has checked the address.
      redirect: 'error',
      signal: AbortSignal.timeout(CALL_MS),
    });
    if (response.ok) return await response.text();
    const code = response.status === 429 ? 'THROTTLED' : response.status >= 500 ? 'UNAVAILABLE' : 'REFUSED';
    return new Fault(code, `${operation} (${response.status})`);
  } catch (error) {
    // What fetch throws: https://fetch.spec.whatwg.org/#fetch-method
    if (error instanceof TypeError || error instanceof DOMException) return new Fault('UNAVAILABLE', operation, error);
    throw error;
  }
};
