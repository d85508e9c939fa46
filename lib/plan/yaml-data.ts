import { isMap, isNode, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { Path } from './problem.ts';

/** Where a value stands in the text. */
export interface Place {
  readonly offset: number;
  /** Of its key, or its own where it has none. */
  readonly keyOffset: number;
  /** As written. */
  readonly given: string;
}

export interface Refused {
  readonly offset: number;
  readonly path: Path;
  readonly must: string;
  readonly given: string;
}

export interface Data {
  readonly value: unknown;
  /** By `placeKey(path)`. */
  readonly places: ReadonlyMap<string, Place>;
  readonly refused: readonly Refused[];
}

export const placeKey = (path: Path): string => JSON.stringify(path);

/** Names that mean something else to JavaScript than to whoever wrote them. */
const FORBIDDEN_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/**
 * Plain data of a YAML tree. Aliases are refused instead of followed, so the result is never larger than the text; keys must be plain
 * and different. Depth is the caller's to limit.
 */
export function toData(root: Node, text: string): Data {
  const places = new Map<string, Place>();
  const refused: Refused[] = [];
  const refuse = (node: unknown, path: Path, must: string) => {
    const [from, to] = rangeOf(node);
    refused.push({ offset: from, path, must, given: text.slice(from, to) });
  };

  const read = (node: unknown, path: Path, keyOffset: number | undefined): unknown => {
    const [from, to] = rangeOf(node);
    const offset = from === to ? (keyOffset ?? from) : from;
    places.set(placeKey(path), { offset, keyOffset: keyOffset ?? offset, given: text.slice(from, to) });
    if (isScalar(node)) return node.value;
    if (isSeq(node)) return node.items.map((item, index) => read(item, [...path, index], undefined));
    if (isMap(node)) return Object.fromEntries(node.items.flatMap(readPair(path, new Set())));
    // `{ roles }` names a key and gives nothing, which must not pass for a key that is absent.
    if (node === null) return null;
    refuse(node, path, 'must be written out: anchors and aliases are not followed');
    return undefined;
  };

  const readPair =
    (path: Path, seen: Set<string>) =>
    (pair: Pair): [string, unknown][] => {
      const [from] = rangeOf(pair.key);
      if (!isScalar(pair.key)) {
        refuse(pair.key, path, 'must have plain keys');
        return [];
      }
      const key = String(pair.key.value);
      if (FORBIDDEN_KEYS.includes(key)) refuse(pair.key, [...path, key], 'must not be a key');
      else if (seen.has(key)) refuse(pair.key, [...path, key], 'must be given once');
      else {
        seen.add(key);
        return [[key, read(pair.value, [...path, key], from)]];
      }
      return [];
    };

  return { value: read(root, [], undefined), places, refused };
}

/** Begin and end of what was written, without trailing blanks and comments; the same where nothing was. */
function rangeOf(node: unknown): readonly [number, number] {
  const [from, to] = (isNode(node) ? node.range : undefined) ?? [0, 0];
  return [from, to];
}
