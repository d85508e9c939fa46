import { Composer, type CST, LineCounter, type Node, Parser } from 'yaml';
import { formatPath, type Path, type Problem, shorten } from './problem.ts';
import { type Data, placeKey, toData } from './yaml-data.ts';

const BYTES_AT_MOST = 64 * 1024;
const DEPTH_AT_MOST = 32;
const SYNTAX_PROBLEMS_AT_MOST = 20;

/** A YAML or JSON text as plain data. */
export interface Source {
  readonly value: unknown;
  /** What could not be read; `value` lacks it. */
  readonly problems: readonly Problem[];
  /** A problem at a path; where nothing is there, at the nearest place around it. `given` overrules what is written there. */
  problemAt(path: Path, must: string, given?: string): Problem;
}

/** Why nothing can be read, at an offset of the text. */
interface Unreadable {
  readonly offset: number;
  readonly must: string;
  readonly given: string;
}

/** Reads a text of any kind and size, and never throws. Undefined `value`: nothing could be read. */
export function readSource(text: string): Source {
  const lines = new LineCounter();
  const problemHere = (offset: number, path: Path, must: string, given: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), path: formatPath(path), must, given: shorten(given) };
  };
  const tree = treeOf(text, lines);
  const data: Data = 'unreadable' in tree ? NOTHING : toData(tree.root, text);
  const unreadable = 'unreadable' in tree ? tree.unreadable : [];
  return {
    value: data.value,
    problems: [
      ...unreadable.map(({ offset, must, given }) => problemHere(offset, [], must, given)),
      ...data.refused.map(({ offset, path, must, given }) => problemHere(offset, path, must, given)),
    ],
    problemAt: (path, must, given) =>
      problemHere(placeOf(data, path), path, must, given ?? data.places.get(placeKey(path))?.given ?? ''),
  };
}

const NOTHING: Data = { value: undefined, places: new Map(), refused: [] };

/** The YAML tree of a text, or why there is none. Size and depth are looked at before anything that grows with them. */
function treeOf(
  text: string,
  lines: LineCounter,
): { readonly root: Node } | { readonly unreadable: readonly Unreadable[] } {
  const refuse = (must: string, given: string) => ({ unreadable: [{ offset: 0, must, given }] });
  const broken = (errors: readonly { readonly offset: number; readonly message: string }[]) => ({
    unreadable: errors
      .toSorted((a, b) => a.offset - b.offset)
      .slice(0, SYNTAX_PROBLEMS_AT_MOST)
      .map(({ offset, message }) => ({
        offset,
        must: `must be YAML or JSON: ${message}`,
        given: lineAt(text, offset),
      })),
  });
  const bytes = bytesOf(text, BYTES_AT_MOST);
  if (bytes > BYTES_AT_MOST) return refuse('must be at most 64 KiB', `about ${Math.ceil(bytes / 1024)} KiB`);
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const torn = tokens.filter((token) => token.type === 'error');
  if (torn.length > 0) return broken(torn);
  if (isDeeperThan(tokens, DEPTH_AT_MOST)) {
    return refuse(`must be nested at most ${DEPTH_AT_MOST} deep`, 'deeper nesting');
  }
  const composer = new Composer({ schema: 'core', uniqueKeys: false });
  const [document, ...others] = composer.compose(tokens);
  if (!document?.contents) return refuse('must not be empty', '');
  if (others.length > 0) return refuse('must be one document', `${others.length + 1} documents`);
  const errors = [...document.errors, ...document.warnings];
  if (errors.length > 0) return broken(errors.map(({ pos, message }) => ({ offset: pos[0], message })));
  return { root: document.contents };
}

const lineAt = (text: string, offset: number): string => text.slice(offset).replace(/\n.*/s, '');

const placeOf = (data: Data, path: Path): number => data.places.get(placeKey(path))?.offset ?? placeAround(data, path);

/** Where the nearest thing that is there begins. */
const placeAround = (data: Data, path: Path): number =>
  data.places.get(placeKey(path))?.keyOffset ?? (path.length === 0 ? 0 : placeAround(data, path.slice(0, -1)));

/** Length of a text in UTF-8; where even its letters are more than `enough`, their number. */
function bytesOf(text: string, enough: number): number {
  if (text.length > enough) return text.length;
  let bytes = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Whether collections are nested deeper than `depth`. Looks before composing, which is recursive and would exhaust the stack. */
function isDeeperThan(tokens: readonly CST.Token[], depth: number): boolean {
  let level: readonly object[] = tokens;
  for (let deep = 0; deep <= 3 * depth; deep++) {
    level = level.flatMap(childrenOf);
    if (level.length === 0) return false;
  }
  return true;
}

interface Nesting {
  readonly items?: unknown;
  readonly key?: unknown;
  readonly value?: unknown;
}

/** Tokens within a token: of a document its value, of a collection its items, of an item its key and value. */
const childrenOf = ({ items, key, value }: Nesting): readonly object[] =>
  [items, key, value].flat().filter((child) => typeof child === 'object' && child !== null);
