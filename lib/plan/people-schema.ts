import * as z from 'zod';
import { listOf, name, text } from './fields.ts';

const SLACK = 'must be the id of a Slack member, such as U0ENG';
const slackId = z.string({ error: SLACK }).regex(/^[UW][A-Z0-9]{2,20}$/, { error: SLACK });

const PRINCIPAL =
  'must be the ARN of an IAM user, role or session; * stands for anything but /, as in arn:aws:sts::123456789012:assumed-role/Sre/*';
const principal = z
  .string({ error: PRINCIPAL })
  .regex(
    /^arn:aws[a-z-]*:(?:iam|sts)::[0-9]{12}:(?:user|role|assumed-role|federated-user)\/[A-Za-z0-9+=,.@_/*-]{1,512}$/,
    { error: PRINCIPAL },
  );

const people = z.strictObject({
  slack: listOf(slackId, 0, 50).prefault([]).describe('Who is mentioned in Slack, and may press its buttons.'),
  principals: listOf(principal, 0, 50).prefault([]).describe('Who may give commands with an identity of AWS.'),
});

const CHANNEL = 'must be a Slack channel, such as #deployments or C0123ABCD; in YAML, # needs quotes';

const CHANNELS = 'must be a Slack channel, or map everyone, leads and onCall to one each';

const channel = z
  .string({ error: CHANNEL })
  .regex(/^(?:#[\p{Ll}\p{N}_-]{1,80}|[CG][A-Z0-9]{2,20})$/u, { error: CHANNEL });

const byAudience = z.strictObject(
  {
    everyone: channel.describe('Where the message of the rollout stands, and its thread.'),
    leads: channel.optional().describe('Where leads are asked; by default in that thread.'),
    onCall: channel.optional().describe('Where the people on call are called; by default in that thread.'),
  },
  { error: CHANNELS },
);

const slackChannels = z.union([channel, byAudience], { error: CHANNELS });

export const peopleKeys = {
  leads: z
    .record(name(), people, { error: 'must map roles to { slack, principals }' })
    .prefault({})
    .describe('Who gives GO or NO-GO, by role.'),
  operators: people.describe('Who may start, resume, advance and close.'),
  onCall: z
    .strictObject({
      primary: name().describe('A role of leads: called at once.'),
      secondary: name().describe('A role of leads: called after a quarter of an hour without an answer.'),
      escalation: z
        .strictObject({
          name: text(100).describe('What the documents call them.'),
          slack: listOf(slackId, 1, 50).describe('Who is mentioned in Slack.'),
        })
        .optional()
        .describe('Whoever is called after half an hour without an answer.'),
    })
    .optional()
    .describe('Who is called.'),
  notify: z
    .strictObject({ slack: slackChannels.optional().describe('Needs the Slack app of the installation.') })
    .prefault({})
    .describe('Which channels read along: one for all, or one for each audience.'),
};
