/** What the CLI asks the command function, and what it answers. Both ends read this one file. */
import * as v from 'valibot';
import { PLAIN_TEXT } from '../plan/plain-text.ts';
import type { Plan } from '../plan/plan.ts';
import type { Command } from '../rollout/command.ts';
import type { MinuteReading, RuleReading } from '../rollout/evidence.ts';
import type { Status } from '../rollout/rollout.ts';

const name = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/));
const textUpTo = (length: number) => v.pipe(v.string(), v.maxLength(length));
const someTextUpTo = (length: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(length));
const plain = (length: number) => v.pipe(textUpTo(length), v.regex(PLAIN_TEXT, 'must not contain control characters'));
const why = someTextUpTo(1000);
const source = someTextUpTo(64 * 1024);
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const instant = whole;

const command = v.variant('kind', [
  v.strictObject({ kind: v.picklist(['hold', 'resume', 'advance', 'rollBack', 'close']), why }),
  v.strictObject({
    kind: v.literal('signOff'),
    phase: plain(100),
    role: plain(100),
    answer: v.picklist(['GO', 'NO-GO']),
    why: textUpTo(1000),
  }),
  v.strictObject({ kind: v.literal('checkOff'), item: someTextUpTo(200) }),
  v.strictObject({
    kind: v.picklist(['openIncident', 'closeIncident']),
    name: someTextUpTo(100),
    why,
  }),
]) satisfies v.GenericSchema<Command>;

/** Minutes of one `export` answer: with 50 segments they stay below Lambda's 6 MB. */
export const EXPORT_MINUTES_AT_MOST = 360;
/** Entries of one `journal` answer; fewer come where they are large. */
export const ENTRIES_AT_MOST = 500;

export const requestSchema = v.variant('ask', [
  /** Starts a plan that was deployed with the stack, known by the SHA-256 of its text. */
  v.strictObject({ ask: v.literal('start'), hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) }),
  /** Starts a plan that nobody deployed. */
  v.strictObject({ ask: v.literal('startUnreviewed'), source, why: v.pipe(plain(1000), v.minLength(1)) }),
  v.strictObject({ ask: v.literal('command'), rollout: name, command }),
  v.strictObject({ ask: v.literal('list') }),
  v.strictObject({ ask: v.literal('status'), rollout: name }),
  v.strictObject({
    ask: v.literal('journal'),
    rollout: name,
    from: whole,
    limit: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(ENTRIES_AT_MOST)),
  }),
  v.strictObject({ ask: v.literal('report'), rollout: name }),
  /** A link to the report as a page, for a browser. */
  v.strictObject({ ask: v.literal('reportLink'), rollout: name }),
  /** Readings of whole minutes in [from, to), as CloudWatch has them. */
  v.strictObject({ ask: v.literal('export'), source, from: instant, to: instant }),
  /** `ring`: sends a test page to the people on call. */
  v.strictObject({ ask: v.literal('preflight'), source, ring: v.boolean() }),
]);

export type Request = v.InferOutput<typeof requestSchema>;

/**
 * What the function is invoked with. `request` is the exact text that the proof was signed over: JSON of
 * `{ to, region, id, request: Request }`. `to` is the function, by name or by ARN as it was invoked in `region`, so that a proof for one stack is
 * worth nothing to another. `id` is drawn anew for each request: two that are otherwise equal have two proofs, within the same second too.
 */
export const envelopeSchema = v.strictObject({
  request: textUpTo(256 * 1024),
  proof: v.strictObject({ url: textUpTo(8192), headers: v.record(textUpTo(200), textUpTo(200)) }),
});

export type Envelope = v.InferOutput<typeof envelopeSchema>;

export interface RolloutLine {
  readonly rollout: string;
  readonly release: string;
  readonly status: Status;
  /** Name of the present phase; empty while scheduled and once ended. */
  readonly phase: string;
  readonly weight: number;
  /** Of the newest entry, ISO 8601. */
  readonly at: string;
  readonly holds: readonly string[];
}

/** One line of the preflight's checklist. */
export interface Check {
  /** What was looked at: "rollback form". */
  readonly what: string;
  readonly verdict: 'pass' | 'warn' | 'fail';
  /** What was found, with numbers. */
  readonly found: string;
  /** What to do; empty when it passed. */
  readonly next: string;
}

/** What each `ask` is answered with, beside `ok: true` and `as`. */
export interface Replies {
  readonly start: { readonly rollout: string; readonly start: number };
  readonly startUnreviewed: { readonly rollout: string; readonly start: number };
  readonly command: { readonly sentence: string };
  readonly list: { readonly rollouts: readonly RolloutLine[] };
  readonly status: {
    /** The head's exact bytes, and their SHA-256. */
    readonly head: string;
    readonly hash: string;
    /** By which the rollout goes, and the number of its shape (lib/rollout/read-plan.ts). */
    readonly plan: Plan;
    readonly planSchema: number;
    /** As read just now. */
    readonly rules: readonly RuleReading[];
    readonly now: number;
  };
  /** `next`: the revision to go on from; null: the head was among these lines, or there are none from `from` on. */
  readonly journal: { readonly lines: readonly string[]; readonly next: number | null };
  readonly report: { readonly markdown: string; readonly revision: number };
  /** Good for so many minutes at most, for whoever has it. */
  readonly reportLink: { readonly url: string; readonly minutes: number; readonly revision: number };
  readonly export: { readonly readings: readonly MinuteReading[] };
  readonly preflight: { readonly checks: readonly Check[] };
}

/** Nothing was done. `refused`: one sentence; `problems`: what must hold and does not, each on its own. */
export interface RefusedReply {
  readonly ok: false;
  readonly refused: string;
  readonly problems: readonly string[];
  /** Whoever asks did not prove who they are, or may not ask this. */
  readonly forbidden?: true;
}

/** `as`: the principal that was proven. */
export type Reply<Ask extends keyof Replies> =
  | ({ readonly ok: true; readonly as: string } & Replies[Ask])
  | RefusedReply;
