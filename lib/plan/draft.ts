import * as z from 'zod';
import type { planKeys } from './plan-keys.ts';

/**
 * What could be read of a plan although parts of it are wrong: the shape of the schema, with `undefined` in place of every value
 * that was refused. Rules over several keys look at this, so that one mistake does not hide another.
 */
export type Draft<S> =
  S extends z.ZodObject<infer Shape>
    ? { readonly [K in keyof Shape]?: Draft<Shape[K]> | undefined }
    : S extends z.ZodArray<infer Item>
      ? readonly (Draft<Item> | undefined)[]
      : S extends z.ZodOptional<infer Inner> | z.ZodPrefault<infer Inner>
        ? Draft<Inner>
        : z.output<S>;

/** Longer lists are refused anyway. */
const ITEMS_AT_MOST = 200;

export type PlanDraft = Draft<typeof planKeys>;

/** Reads what can be read. `schema` and its parts must not refuse by throwing. */
export function draftOf<S extends z.ZodType>(schema: S, value: unknown): Draft<S> | undefined {
  // The walk below follows exactly the cases of the type; TypeScript cannot see that.
  return read(schema, value) as Draft<S> | undefined;
}

function read(schema: z.core.$ZodType, value: unknown): unknown {
  if (schema instanceof z.ZodOptional) return read(schema.unwrap(), value);
  if (schema instanceof z.ZodPrefault)
    return read(schema.unwrap(), value === undefined ? schema.def.defaultValue : value);
  if (schema instanceof z.ZodArray)
    return Array.isArray(value) ? value.slice(0, ITEMS_AT_MOST).map((item) => read(schema.element, item)) : undefined;
  if (schema instanceof z.ZodObject) {
    if (!isObject(value)) return undefined;
    const fields = new Map(Object.entries(value));
    return Object.fromEntries(Object.entries(schema.shape).map(([key, field]) => [key, read(field, fields.get(key))]));
  }
  return z.safeParse(schema, value).data;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
