/** AWS's query protocol: forms in, XML out. Lists are `X.member.N`, maps `X.entry.N.key` and `.value`. */
import type { Answer } from './server.ts';

export type Tree = string | readonly Tree[] | { readonly [name: string]: Tree | undefined };

interface Node {
  readonly children: Map<string, Node>;
  text?: string;
}

/** The form's fields as a tree; all leaves are text. */
export const readForm = (form: Readonly<Record<string, unknown>>): Readonly<Record<string, Tree>> => {
  const root: Node = { children: new Map() };
  for (const [path, value] of Object.entries(form)) {
    let node = root;
    for (const part of path.split('.')) {
      const child = node.children.get(part) ?? { children: new Map() };
      node.children.set(part, child);
      node = child;
    }
    node.text = String(value);
  }
  return Object.fromEntries([...root.children].map(([name, node]) => [name, treeOf(node)]));
};

const treeOf = ({ children, text }: Node): Tree => {
  const [members, entries] = [children.get('member'), children.get('entry')];
  if (members !== undefined) return inOrder(members).map(treeOf);
  if (entries !== undefined)
    return Object.fromEntries(
      inOrder(entries).map((entry) => [entry.children.get('key')?.text ?? '', entry.children.get('value')?.text ?? '']),
    );
  if (children.size === 0) return text ?? '';
  return Object.fromEntries([...children].map(([name, node]) => [name, treeOf(node)]));
};

const inOrder = ({ children }: Node): readonly Node[] =>
  [...children].sort(([one], [other]) => Number(one) - Number(other)).map(([, node]) => node);

/** Names of members that are maps; the protocol does not tell them from structures. */
const MAPS = new Set(['AuthenticationRequestExtraParams']);

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** XML of a value as the SDK has it; what is undefined is left out. */
const xmlOf = (name: string, value: unknown): string => {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return `<${name}>${value.map((each) => xmlOf('member', each)).join('')}</${name}>`;
  if (typeof value !== 'object') return `<${name}>${escaped(String(value))}</${name}>`;
  const entries = Object.entries(value);
  const inside = MAPS.has(name)
    ? entries.map(([key, each]) => `<entry>${xmlOf('key', key)}${xmlOf('value', each)}</entry>`)
    : entries.map(([key, each]) => xmlOf(key, each));
  return `<${name}>${inside.join('')}</${name}>`;
};

const XML = { 'content-type': 'text/xml' };
const META = { RequestId: '00000000-0000-4000-8000-000000000000' };

export const queryAnswer = (operation: string, result: Readonly<Record<string, unknown>>): Answer => ({
  headers: XML,
  body: xmlOf(`${operation}Response`, { [`${operation}Result`]: result, ResponseMetadata: META }),
});

/** An error as the service words it: `RuleNotFound`, `Throttling`. */
export const queryError = (code: string, message: string, status = 400): Answer => ({
  status,
  headers: XML,
  body: xmlOf('ErrorResponse', {
    Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message },
    ...META,
  }),
});
