import { parseSync } from 'vite';
import type { File } from './tree.ts';

/** What the rules ask of a TypeScript file; read from its syntax tree, so that comments and texts do not count. */
export interface Code {
  readonly path: string;
  readonly lines: number;
  /** Module specifiers as written: imports, type imports, re-exports and `import()`. */
  readonly imports: readonly string[];
  /** Every text that looks like a relative path of a module: also `new URL('./worker.ts', import.meta.url)`. */
  readonly mentions: readonly string[];
  /** Exported types, classes and functions. */
  readonly exports: readonly string[];
  /** Reads of the clock and of chance, as written. */
  readonly hiddenInputs: readonly string[];
  readonly catches: number;
  /** There is nothing in it but re-exports. */
  readonly barrel: boolean;
}

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const childrenOf = (node: Node): readonly Node[] => Object.values(node).flat().filter(isNode);

const walk = (node: Node): readonly Node[] => [node, ...childrenOf(node).flatMap(walk)];

const nodeAt = (node: Node | undefined, key: string): Node | undefined => {
  const value = node?.[key];
  return isNode(value) ? value : undefined;
};

const textAt = (node: Node | undefined, key: string): string | undefined => {
  const value = node?.[key];
  return typeof value === 'string' ? value : undefined;
};

const IMPORTS = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);
const FUNCTIONS = new Set(['ArrowFunctionExpression', 'FunctionExpression']);
const NAMED = new Set(['TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'FunctionDeclaration', 'ClassDeclaration']);
const HIDDEN =
  /^(Date\.now|Math\.random|performance\.now|DateTime\.now|new Date\(\)|Date\(.*\)|DateTime\.(local|utc)\(\))$/s;
const HIDDEN_IN = new Set(['MemberExpression', 'NewExpression', 'CallExpression']);

function exportedNames(node: Node): readonly (string | undefined)[] {
  if (node.type === 'ExportSpecifier') return [textAt(nodeAt(node, 'exported'), 'name')];
  const declared = node.type === 'ExportNamedDeclaration' ? nodeAt(node, 'declaration') : undefined;
  if (declared === undefined) return [];
  if (NAMED.has(declared.type)) return [textAt(nodeAt(declared, 'id'), 'name')];
  return childrenOf(declared)
    .filter((variable) => FUNCTIONS.has(nodeAt(variable, 'init')?.type ?? ''))
    .map((variable) => textAt(nodeAt(variable, 'id'), 'name'));
}

const isReExport = (node: Node): boolean =>
  node.type === 'ExportAllDeclaration' ||
  (node.type === 'ExportNamedDeclaration' && nodeAt(node, 'source') !== undefined);

const known = (texts: readonly (string | undefined)[]): readonly string[] => texts.filter((text) => text !== undefined);

function parse(file: File): Code {
  const program: unknown = parseSync(file.path, file.text).program;
  if (!isNode(program)) throw new Error(`${file.path} cannot be parsed`);
  const nodes = walk(program);
  const written = (node: Node): string => file.text.slice(Number(node.start), Number(node.end));
  const statements = childrenOf(program);
  return {
    path: file.path,
    lines: file.text.trimEnd().split('\n').length,
    imports: known(
      nodes.filter((node) => IMPORTS.has(node.type)).map((node) => textAt(nodeAt(node, 'source'), 'value')),
    ),
    mentions: known(nodes.filter((node) => node.type === 'Literal').map((node) => textAt(node, 'value'))).filter(
      (text) => /^\.\.?\/.*\.(ts|mjs)$/.test(text),
    ),
    exports: known(nodes.flatMap(exportedNames)),
    hiddenInputs: nodes
      .filter((node) => HIDDEN_IN.has(node.type))
      .map(written)
      .filter((text) => HIDDEN.test(text)),
    catches: nodes.filter((node) => node.type === 'CatchClause').length,
    barrel: statements.length > 0 && statements.every(isReExport),
  };
}

// Every rule asks for every file again.
const parsed = new WeakMap<File, Code>();

export function readCode(file: File): Code {
  const code = parsed.get(file) ?? parse(file);
  parsed.set(file, code);
  return code;
}
