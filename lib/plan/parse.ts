import type * as z from 'zod';
import { draftOf } from './draft.ts';
import { keysAt } from './keys-at.ts';
import { nearest } from './nearest.ts';
import type { Plan } from './plan.ts';
import { planKeys } from './plan-keys.ts';
import type { Path, Problem } from './problem.ts';
import { complaintsAbout } from './rules.ts';
import { planSchema } from './schema.ts';
import { readSource, type Source } from './source.ts';

export type ParsedPlan =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const PROBLEMS_AT_MOST = 100;
const MAPPING = 'must be a mapping of keys to values';
const WRONG_KIND: readonly string[] = ['invalid_type', 'invalid_value'];

/** The last text and what it says: one command reads the same plan several times, at some 50 ms each. */
let latest: { readonly text: string; readonly parsed: ParsedPlan } | undefined;

/**
 * Reads a plan from YAML or JSON. Either the plan, or every problem in the order of the file (at most 100); never throws,
 * whatever the text. The same text again answers the same object.
 */
export function parsePlan(text: string): ParsedPlan {
  if (latest?.text !== text) latest = { text, parsed: parse(text) };
  return latest.parsed;
}

function parse(text: string): ParsedPlan {
  const source = readSource(text);
  if (source.value === undefined) return { ok: false, problems: source.problems };
  const result = planSchema.safeParse(source.value);
  if (result.success && source.problems.length === 0) return { ok: true, plan: result.data };
  const ofKeys = (result.error?.issues ?? []).filter(isNoRule).flatMap((issue) => problemsOf(issue, [], source));
  const problems = [...source.problems, ...ofKeys, ...problemsOfRules(source)];
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return { ok: false, problems: problems.slice(0, PROBLEMS_AT_MOST) };
}

/** Rules over several keys are asked again with what could be read, since the schema passes over them when a value is broken. */
const isNoRule = (issue: z.core.$ZodIssue): boolean => issue.code !== 'custom' || issue.params?.rule !== true;

function problemsOfRules(source: Source): readonly Problem[] {
  const complaints = complaintsAbout(draftOf(planKeys, source.value) ?? {});
  return complaints.map(({ path, must, given }) => source.problemAt(path, must, given));
}

function problemsOf(issue: z.core.$ZodIssue, at: Path, source: Source): readonly Problem[] {
  const path = [...at, ...pathOf(issue)];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys
        .slice(0, PROBLEMS_AT_MOST)
        .map((key) => source.problemAt([...path, key], unknownKey(key, keysAt(planKeys, path))));
    case 'invalid_union': {
      // The form that was meant is the one that has the right type; of that, the exact problem is told.
      const meant = issue.errors.find((errors) =>
        errors.every((error) => error.path.length > 0 || !WRONG_KIND.includes(error.code)),
      );
      return meant === undefined
        ? [source.problemAt(path, issue.message)]
        : meant.flatMap((error) => problemsOf(error, path, source));
    }
    case 'invalid_key':
      return [source.problemAt(path, issue.issues[0]?.message ?? issue.message, String(path.at(-1)))];
    case 'invalid_type':
      // All but mappings of known keys say themselves what they must be.
      return [source.problemAt(path, issue.message.startsWith('must ') ? issue.message : MAPPING)];
    default:
      return [source.problemAt(path, issue.message)];
  }
}

const pathOf = (issue: z.core.$ZodIssue): Path =>
  issue.path.map((part) => (typeof part === 'number' ? part : String(part)));

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return `must be a known key: ${meant === undefined ? known.join(', ') : `did you mean ${meant}?`}`;
}
