/** An invariant of our own code; a failure is a bug, and nobody catches it. */
export function assert(condition: boolean, invariant: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${invariant}`);
}

/** The end of a `switch` over a union: reached only when a case is missing, which the compiler then tells. */
export function unreachable(value: never): never {
  throw new Error(`Broken invariant: no case for ${JSON.stringify(value)}`);
}
