/** What came of reading a text: its value, or what must hold instead, as the rest of a sentence about the field ("must be …"). */
export type Parsed<T> = { readonly value: T } | { readonly must: string };

/** For readers that only know yes or no: `undefined` becomes the refusal. */
export const orRefuse = <T>(value: T | undefined, must: string): Parsed<T> =>
  value === undefined ? { must } : { value };
