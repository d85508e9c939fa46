/** What can be said of the stack in cdk.json or with `-c KEY=VALUE`. */
import { parseDocument } from 'yaml';
import * as z from 'zod';

/** On the command line every value is text; a list, a mapping or a number is written in YAML there, of which JSON is a part. */
const structured = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => {
    if (typeof value !== 'string') return value;
    const document = parseDocument(value);
    return document.errors.length > 0 ? value : document.toJS();
  }, schema);

/** Of the times that CloudWatch Logs knows. */
const KEEP_DAYS = [7, 30, 90, 365] as const;

const emails = z.array(z.email({ error: 'must be e-mail addresses' }), { error: 'must be a list' }).prefault([]);

const SLACK =
  'must give workspaceId and channelId (Amazon Q posts there), or secretName or secretArn (an app of your own posts), or both; teamId and appId (people decide with the app) need the secret, buttons: true needs the channel';

/** Two ways into Slack, each by itself: Amazon Q, and an app of your own whose bot token is in a secret. */
const slack = z
  .strictObject(
    {
      workspaceId: z
        .string()
        .regex(/^[0-9A-Z]{1,255}$/)
        .optional(),
      channelId: z
        .string()
        .regex(/^[A-Za-z0-9]{1,255}$/)
        .optional(),
      /** Amazon Q's messages get buttons with which whoever is in the channel may hold and roll back. */
      buttons: z.boolean({ error: 'must be true or false' }).optional(),
      secretName: z
        .string()
        .regex(/^[\w/+=.@-]{1,512}$/, { error: 'must be the name of a secret in Secrets Manager' })
        .optional(),
      secretArn: z
        .string()
        .regex(/^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[\w/+=.@-]{1,512}-[A-Za-z0-9]{6}$/, {
          error: 'must be the whole ARN of a secret in Secrets Manager, with the six characters at its end',
        })
        .optional(),
      teamId: z
        .string()
        .regex(/^T[A-Z0-9]{2,20}$/, { error: 'must be the id of a Slack workspace, such as T0EXAMPLE' })
        .optional(),
      appId: z
        .string()
        .regex(/^A[A-Z0-9]{2,20}$/, { error: 'must be the id of a Slack app, such as A0EXAMPLE' })
        .optional(),
    },
    { error: SLACK },
  )
  .transform(({ workspaceId, channelId, buttons = false, secretName, secretArn, teamId, appId }, context) => {
    const secret = secretArn ?? secretName;
    const isHalf =
      (workspaceId === undefined) !== (channelId === undefined) || (teamId === undefined) !== (appId === undefined);
    const isNothing = workspaceId === undefined && secret === undefined;
    const isLoose = (buttons && channelId === undefined) || (appId !== undefined && secret === undefined);
    if (isHalf || isNothing || isLoose || (secretName !== undefined && secretArn !== undefined))
      context.issues.push({ code: 'custom', message: SLACK, input: context.value });
    return {
      channel: workspaceId === undefined || channelId === undefined ? undefined : { workspaceId, channelId, buttons },
      app:
        secret === undefined
          ? undefined
          : { secret, decide: teamId === undefined || appId === undefined ? undefined : { teamId, appId } },
    };
  });

const schema = z.strictObject({
  /** Prefix of every name: another name is another installation. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,29}$/, {
      error: 'must be at most 30 small letters, digits and hyphens, a letter first',
    })
    .prefault('sluice'),
  /** Folder of the plans that are deployed. */
  plans: z.string().min(1).prefault('plans'),
  emails: structured(
    z
      .strictObject(
        { everyone: emails, leads: emails, onCall: emails },
        { error: 'must map everyone, leads and onCall to lists of e-mail addresses' },
      )
      .prefault({}),
  ),
  slack: structured(slack.optional()),
  tags: structured(
    z.record(z.string().min(1).max(128), z.string().max(256), { error: 'must map names to values' }).prefault({}),
  ),
  logRetentionDays: structured(z.literal(KEEP_DAYS, { error: `must be one of ${KEEP_DAYS.join(', ')}` }).prefault(30)),
  /** `together`: wake-ups of many rollouts are gathered, and their reads too (docs/scale.md). */
  ticks: z.enum(['alone', 'together'], { error: 'must be alone or together' }).prefault('alone'),
  /** Ticks may ask CloudTrail who changed a rule. IAM knows no resources there, and the history is the whole account's: so it is asked for. */
  cloudTrail: structured(z.boolean({ error: 'must be true or false' }).prefault(false)),
  /** What alarms append the anchor of a runbook's section to. */
  runbook: z.string().min(1).prefault('docs/runbook.md'),
});

export type Settings = z.output<typeof schema>;

export type ReadSettings =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly string[] };

const KEYS: readonly string[] = Object.keys(schema.shape);

/**
 * A key that is ours but for a slip is refused: a deploy that misses `emails` for a letter would take everybody off the topics.
 * @param context all of the app's; what is the CDK's or somebody else's is let alone
 */
export const readSettings = (context: Readonly<Record<string, unknown>>): ReadSettings => {
  const given = Object.entries(context).filter(([key, value]) => KEYS.includes(key) && value !== undefined);
  const read = schema.safeParse(Object.fromEntries(given));
  const mistyped = strangeKeys(context).flatMap((key) => {
    const meant = KEYS.find((name) => isSlipOf(name, key));
    return meant === undefined
      ? []
      : [`context ${key} must be a setting of Sluice, and is none: did you mean ${meant}?`];
  });
  if (read.success && mistyped.length === 0) return { ok: true, settings: read.data };
  const wrong = (read.error?.issues ?? []).map(({ path, message }) => {
    const value = JSON.stringify(context[String(path[0])]) ?? 'nothing';
    return `context ${path.join('.')} ${message.startsWith('must') ? message : `is not valid: ${message}`}; given: ${value}`;
  });
  return { ok: false, problems: [...new Set([...mistyped, ...wrong])].map(withoutTokens) };
};

/** A token that was written where only its secret may be named is not repeated in a log of a pipeline. */
const withoutTokens = (problem: string): string => problem.replace(/xox[a-z]-[\w-]*/g, 'a token');

/**
 * Keys of the context that are no settings of ours and not the CDK's, whose own keys have a colon, a slash or an `@` (`aws:cdk:…`,
 * `@aws-cdk/…`, `vpc-provider:…`) but for the one that `cdk acknowledge` writes.
 */
export const strangeKeys = (context: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(context).filter(
    (key) => !KEYS.includes(key) && !/[:/@]/.test(key) && key !== 'acknowledged-issue-numbers',
  );

/** Short words are slips of each other by chance: `tag` or `game` may be anybody's. */
const SLIPS_FROM = 5;

/** One letter more or less, two neighbours swapped, or another case. */
const isSlipOf = (name: string, key: string): boolean => {
  if (key.length < SLIPS_FROM) return false;
  const [meant, given] = [name.toLowerCase(), key.toLowerCase()];
  return meant === given || lacksOne(meant, given) || lacksOne(given, meant) || isSwapped(meant, given);
};

const lacksOne = (long: string, short: string): boolean =>
  long.length === short.length + 1 && [...long].some((_, at) => long.slice(0, at) + long.slice(at + 1) === short);

const isSwapped = (one: string, other: string): boolean =>
  [...one].some((letter, at) => one.slice(0, at) + (one[at + 1] ?? '') + letter + one.slice(at + 2) === other);
