/** What somebody did in Slack, read from a body that Slack signed. */
import * as v from 'valibot';
import { valueIn } from '../aws/json-text.ts';
import { actionIdOf, type Button, readButton } from './button.ts';
import { needsReason, REASON_FIELD, REASON_MODAL, type ReasonedAsk, readMetadata } from './reason-modal.ts';
import { isRoleButton, readRoleButton } from './role-button.ts';

interface By {
  /** `U0ENG`. */
  readonly user: string;
  /** Where the outcome is told; undefined: nowhere. */
  readonly replyTo: string | undefined;
}

type Reasoned = Button & { readonly ask: ReasonedAsk };

/** Something of ours. `reasonAsked`: before it counts, its reason is asked for. */
export type Interaction = By &
  (
    | { readonly kind: 'go'; readonly button: Omit<Button, 'ask'>; readonly role?: string | undefined }
    | { readonly kind: 'reasonAsked'; readonly button: Reasoned; readonly trigger: string }
    | { readonly kind: 'reasoned'; readonly button: Reasoned; readonly why: string }
  );

/** The identity that Slack has proven, as plans and journals know it. */
export const actorOf = ({ user }: Pick<Interaction, 'user'>): string => `slack:${user}`;

/** The only app of the only workspace whose people may decide. */
export interface SlackApp {
  readonly teamId: string;
  readonly appId: string;
}

/** `foreign`: it is of another workspace or app. `none`: it is of this one, and nothing of ours. */
export type Read = Interaction | 'foreign' | 'none';

const id = v.pipe(v.string(), v.regex(/^[A-Z0-9]{2,21}$/));

const ofAnySchema = v.object({
  team: v.object({ id }),
  api_app_id: id,
  // Of another workspace than the channel's where two companies share a channel: https://docs.slack.dev/apis/slack-connect
  user: v.object({ id: v.pipe(v.string(), v.regex(/^[UW][A-Z0-9]{2,20}$/)), team_id: v.optional(id) }),
});

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const pressSchema = v.object({
  type: v.literal('block_actions'),
  trigger_id: v.pipe(v.string(), v.maxLength(200)),
  response_url: v.optional(v.string()),
  actions: v.pipe(v.array(v.object({ action_id: v.string(), value: v.string() })), v.length(1)),
});

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
const submissionSchema = v.object({
  type: v.literal('view_submission'),
  view: v.object({
    callback_id: v.literal(REASON_MODAL),
    private_metadata: v.string(),
    state: v.object({
      values: v.object({
        [REASON_FIELD]: v.object({ [REASON_FIELD]: v.object({ value: v.nullish(v.string(), '') }) }),
      }),
    }),
  }),
});

/** @param body `payload=…`, a form with one field of JSON */
export const readInteraction = (body: string, app: SlackApp): Read => {
  const payload = valueIn(new URLSearchParams(body).get('payload') ?? '');
  const of = v.safeParse(ofAnySchema, payload);
  if (!of.success) return 'none';
  const { team, api_app_id, user } = of.output;
  if (team.id !== app.teamId || api_app_id !== app.appId) return 'foreign';
  if (user.team_id !== undefined && user.team_id !== app.teamId) return 'foreign';
  return pressed(payload, user.id) ?? submitted(payload, user.id) ?? 'none';
};

const pressed = (payload: unknown, user: string): Interaction | undefined => {
  const read = v.safeParse(pressSchema, payload);
  if (!read.success) return undefined;
  const { actions, response_url, trigger_id: trigger } = read.output;
  const [{ action_id, value } = { action_id: '', value: '' }] = actions;
  const by = { user, replyTo: replyAddress(response_url) };
  if (isRoleButton(action_id)) {
    const named = readRoleButton(value);
    return named && { ...by, kind: 'go', button: named, role: named.role };
  }
  const button = readButton(value);
  if (button === undefined || action_id !== actionIdOf(button.ask)) return undefined;
  return needsReason(button) ? { ...by, kind: 'reasonAsked', button, trigger } : { ...by, kind: 'go', button };
};

const submitted = (payload: unknown, user: string): Interaction | undefined => {
  const read = v.safeParse(submissionSchema, payload);
  if (!read.success) return undefined;
  const { private_metadata, state } = read.output.view;
  const metadata = readMetadata(private_metadata);
  if (metadata === undefined || !needsReason(metadata.button)) return undefined;
  const why = state.values[REASON_FIELD][REASON_FIELD].value;
  return { user, replyTo: replyAddress(metadata.replyTo), kind: 'reasoned', button: metadata.button, why };
};

/** Of Slack and no one else: whatever is posted there tells how a rollout stands. */
const replyAddress = (text: string | undefined): string | undefined =>
  text !== undefined && text.length <= 500 && /^https:\/\/hooks\.slack\.com\/[\w./-]+$/.test(text) ? text : undefined;
