import { assert } from '../plan/assert.ts';

/** A command that cannot be done as asked, or that met trouble outside: told without a stack trace, nothing was written. */
export class Refusal {
  /** One sentence: what cannot be done. */
  readonly sentence: string;
  /** What must hold and what was given, each on its own. */
  readonly problems: readonly string[];
  /** What to do next. */
  readonly next: string | undefined;
  /** `usage`: the input is wrong. `fault`: the outside is. */
  readonly kind: 'usage' | 'fault';

  constructor(
    sentence: string,
    problems: readonly string[] = [],
    next?: string | undefined,
    kind: 'usage' | 'fault' = 'usage',
  ) {
    this.sentence = sentence;
    this.problems = problems;
    this.next = next;
    this.kind = kind;
  }
}

export const isRefusal = (value: unknown): value is Refusal => value instanceof Refusal;

/** Several refusals are told at once, in the order in which they were found. */
export const joinRefusals = (refusals: readonly Refusal[]): Refusal | undefined => {
  const [first] = refusals;
  if (first === undefined || refusals.length === 1) return first;
  const problems = refusals.flatMap(({ sentence, problems }) => [sentence, ...problems.map((each) => `  ${each}`)]);
  const next = refusals.find((refusal) => refusal.next !== undefined)?.next;
  return new Refusal(`${refusals.length} things stand in the way.`, problems, next, first.kind);
};

/** What was read, after all refusals have been told. */
export const accepted = <T>(read: T | Refusal): T => {
  assert(!isRefusal(read), 'a refusal is told before its value is used');
  return read;
};
