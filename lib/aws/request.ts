/** What the CLI asks the command function, and what it answers. Both ends read this one file. */
import * as z from 'zod';
import type { Command } from '../rollout/command.ts';
import type { MinuteReading, RuleReading } from '../rollout/evidence.ts';

const name = z.string().regex(/^[a-z0-9-]{1,40}$/);
const why = z.string().min(1).max(1000);
const source = z
  .string()
  .min(1)
  .max(64 * 1024);
const whole = z.number().int().min(0);
const instant = whole;

const command = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['hold', 'resume', 'advance', 'rollBack', 'close']), why }),
  z.strictObject({
    kind: z.literal('signOff'),
    phase: z.string().max(100),
    role: z.string().max(100),
    answer: z.enum(['GO', 'NO-GO']),
    why: z.string().max(1000),
  }),
  z.strictObject({ kind: z.literal('checkOff'), item: z.string().min(1).max(200) }),
  z.strictObject({ kind: z.enum(['openIncident', 'closeIncident']), name: z.string().min(1).max(100), why }),
]) satisfies z.ZodType<Command>;

/** Minutes of one `export` answer: with 50 segments they stay below Lambda's 6 MB. */
export const EXPORT_MINUTES_AT_MOST = 360;
/** Entries of one `journal` answer; fewer come where they are large. */
export const ENTRIES_AT_MOST = 500;

export const requestSchema = z.discriminatedUnion('ask', [
  /** Starts a plan that was deployed with the stack, known by the SHA-256 of its text. */
  z.strictObject({ ask: z.literal('start'), hash: z.string().regex(/^[0-9a-f]{64}$/) }),
  /** Starts a plan that nobody deployed. */
  z.strictObject({ ask: z.literal('startUnreviewed'), source, why }),
  z.strictObject({ ask: z.literal('command'), rollout: name, command }),
  z.strictObject({ ask: z.literal('list') }),
  z.strictObject({ ask: z.literal('status'), rollout: name }),
  z.strictObject({ ask: z.literal('journal'), rollout: name, from: whole, limit: whole.min(1).max(ENTRIES_AT_MOST) }),
  z.strictObject({ ask: z.literal('report'), rollout: name }),
  /** Readings of whole minutes in [from, to), as CloudWatch has them. */
  z.strictObject({ ask: z.literal('export'), source, from: instant, to: instant }),
  /** `ring`: sends a test page to the people on call. */
  z.strictObject({ ask: z.literal('preflight'), source, ring: z.boolean() }),
]);

export type Request = z.output<typeof requestSchema>;

/**
 * What the function is invoked with. `request` is the exact text that the proof was signed over: JSON of `{ to, request: Request }`, where `to`
 * is the function, by name or by ARN as it was invoked, so that a proof for one stack is worth nothing to another.
 */
export const envelopeSchema = z.strictObject({
  request: z.string().max(256 * 1024),
  proof: z.strictObject({ url: z.string().max(8192), headers: z.record(z.string().max(200), z.string().max(200)) }),
});

export type Envelope = z.output<typeof envelopeSchema>;

export interface RolloutLine {
  readonly rollout: string;
  readonly release: string;
  readonly status: string;
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
    /** The head's exact bytes, their SHA-256, and the plan as written. */
    readonly head: string;
    readonly hash: string;
    readonly source: string;
    /** As read just now. */
    readonly rules: readonly RuleReading[];
    readonly now: number;
  };
  /** `next`: the revision to go on from; null: the head was among these lines, or there are none from `from` on. */
  readonly journal: { readonly lines: readonly string[]; readonly next: number | null };
  readonly report: { readonly markdown: string; readonly revision: number };
  readonly export: { readonly readings: readonly MinuteReading[] };
  readonly preflight: { readonly checks: readonly Check[] };
}

/** Nothing was done. `refused`: one sentence; `problems`: what must hold and does not, each on its own. */
export interface RefusedReply {
  readonly ok: false;
  readonly refused: string;
  readonly problems: readonly string[];
}

/** `as`: the principal that was proven. */
export type Reply<Ask extends keyof Replies> =
  | ({ readonly ok: true; readonly as: string } & Replies[Ask])
  | RefusedReply;
