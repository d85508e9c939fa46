/** What comes through the Function URL: it is proven, and asked for its reason or handed on. Nothing is decided here. */
import { type Fault, isFault } from '../../lib/controller/fault.ts';
import { actorOf, type Interaction, type SlackApp } from '../../lib/slack/interaction.ts';
import { proveInteraction, type SlackSecrets } from '../../lib/slack/proven.ts';
import { notAReason, REASON_FIELD, reasonModal } from '../../lib/slack/reason-modal.ts';
import type { SignedRequest } from '../../lib/slack/signature.ts';
import { openModal } from '../../lib/slack/web.ts';
import { receive } from './received.ts';

export interface Door {
  readonly app: SlackApp;
  readonly secrets: SlackSecrets;
  readonly now: () => number;
  /** To the function that carries it out, and proves it once more. */
  passOn(request: SignedRequest): Promise<'passed' | Fault>;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload */
export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Received {
  readonly response: HttpResponse;
  /** For the log: nothing of what a stranger wrote. */
  readonly line: { readonly outcome: string; readonly ask?: string; readonly rollout?: string; readonly as?: string };
  readonly isForbidden: boolean;
}

export const receiveAt = async (door: Door, event: unknown): Promise<Received> => {
  const request = receive(event);
  if ('refused' in request) return forbidden(401, request.refused);
  const proven = await proveInteraction(request, door.app, door.secrets, door.now());
  if (isFault(proven)) return failed(proven, {});
  if (proven === 'none') return done('nothing of ours', {});
  if ('refused' in proven) return forbidden(401, proven.refused);
  const { interaction, secret } = proven;
  const line = lineOf(interaction);
  if (interaction.kind === 'reasonAsked') {
    const modal = reasonModal(interaction.button, interaction.replyTo);
    const opened = await openModal(secret.botToken, interaction.trigger, modal);
    if (isFault(opened)) return failed(opened, line);
    switch (opened) {
      case 'opened':
        return done('asked for a reason', line);
      case 'answered':
        return forbidden(403, 'it was answered before', line);
      case 'late':
        // As after a cold start. Slack shows that it failed; whoever presses again gets the window.
        return failed('the window came too late', line);
    }
  }
  const problem = interaction.kind === 'reasoned' ? notAReason(interaction.why) : undefined;
  if (problem !== undefined)
    return done('asked for another reason', line, { response_action: 'errors', errors: { [REASON_FIELD]: problem } });
  const passed = await door.passOn(request);
  return isFault(passed) ? failed(passed, line) : done('handed on', line);
};

type Line = Omit<Received['line'], 'outcome'>;

const lineOf = (interaction: Interaction): Line => ({
  ask: interaction.kind === 'go' ? 'go' : interaction.button.ask,
  rollout: interaction.button.rollout,
  as: actorOf(interaction),
});

const respond = (statusCode: number, body: string): HttpResponse => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body,
});

/** An empty answer closes the window. */
const done = (outcome: string, line: Line, answer?: object): Received => ({
  response: respond(200, answer === undefined ? '' : JSON.stringify(answer)),
  line: { outcome, ...line },
  isForbidden: false,
});

/** Whoever sent it learns nothing; Slack shows a person that it failed. */
const forbidden = (status: number, why: string, line: Line = {}): Received => ({
  response: respond(status, ''),
  line: { outcome: `forbidden: ${why}`, ...line },
  isForbidden: true,
});

const failed = (fault: Fault | string, line: Line): Received => ({
  response: respond(503, ''),
  line: { outcome: `failed: ${fault}`, ...line },
  isForbidden: false,
});
