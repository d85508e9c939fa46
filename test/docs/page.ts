/** What a page shows in its blocks: files and commands, in order, with the marks that docs/getting-started.md explains. */

export type Mark = 'account' | 'long' | 'elsewhere';

export interface Shown {
  readonly line: number;
  /** As one types it, without the mark. */
  readonly command: string;
  readonly mark: Mark | undefined;
  /** Undefined: the page shows none. */
  readonly output: readonly string[] | undefined;
}

export interface Written {
  readonly line: number;
  readonly file: string;
  readonly kind: 'whole' | 'diff';
  readonly text: string;
}

export type Step = Shown | Written;

interface Block {
  readonly line: number;
  /** After the fence; empty of an indented block. */
  readonly info: string;
  readonly lines: readonly string[];
  readonly mark: Mark | undefined;
}

export const stepsOf = (page: string): readonly Step[] => blocksOf(page.split('\n')).flatMap(stepsIn);

const PARAGRAPHS: Readonly<Record<string, Mark>> = { '*Needs an account.*': 'account', '*Takes long.*': 'long' };
const HEADING = /^(#+) /;
const PROGRAM = /^(?:npx|npm|sluice|git|cat|cd|aws) /;

const blocksOf = (lines: readonly string[]): readonly Block[] => {
  const blocks: Block[] = [];
  // Marks of the sections that are open, by level, and the one of the next block.
  const sections: (Mark | undefined)[] = [];
  let next: Mark | undefined;
  let before = '';
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const level = HEADING.exec(line)?.[1]?.length;
    if (level !== undefined) {
      sections.length = level;
      next = undefined;
    }
    const mark = PARAGRAPHS[line.trim()];
    if (mark !== undefined) {
      const of = HEADING.exec(before)?.[1]?.length;
      if (of === undefined) next = mark;
      else sections[of] = mark;
    }
    const [info, end] = blockAt(lines, at);
    if (end > at) {
      const content = lines.slice(info === undefined ? at : at + 1, end);
      blocks.push({
        line: info === undefined ? at + 1 : at + 2,
        info: info ?? '',
        lines: content,
        mark: next ?? sections.findLast(Boolean),
      });
      next = undefined;
      at = info === undefined ? end - 1 : end;
    }
    if (line.trim() !== '') before = line;
  }
  return blocks;
};

/** Where the block that begins here ends; at its beginning: there is none. */
const blockAt = (lines: readonly string[], at: number): readonly [info: string | undefined, end: number] => {
  const fence = /^```(.*)$/.exec(lines[at] ?? '');
  if (fence !== null) return [fence[1] ?? '', lines.indexOf('```', at + 1)];
  const isCode = (line: string | undefined): boolean => /^ {4,}\S/.test(line ?? '');
  if (!isCode(lines[at]) || (lines[at - 1] ?? '').trim() !== '') return [undefined, at];
  let end = at + 1;
  while (isCode(lines[end]) || (lines[end] === '' && isCode(lines[end + 1]))) end++;
  return [undefined, end];
};

const stepsIn = ({ line, info, lines, mark }: Block): readonly Step[] => {
  const [, language, file] = /^(yaml|diff) (\S+)$/.exec(info) ?? [];
  if (file !== undefined)
    return [{ line, file, kind: language === 'diff' ? 'diff' : 'whole', text: `${lines.join('\n')}\n` }];
  const asked = lines.map((each) => each.trim().startsWith('$ '));
  if (!asked.includes(true))
    return lines.flatMap((each, index) =>
      PROGRAM.test(each.trim()) ? [shown(line + index, each.trim(), mark, undefined)] : [],
    );
  return lines.flatMap((each, index) => {
    if (!asked[index]) return [];
    const end = asked.indexOf(true, index + 1);
    const output = lines.slice(index + 1, end === -1 ? undefined : end).filter((said) => said !== '');
    return [shown(line + index, each.trim().slice(2), mark, output)];
  });
};

const OWN_MARK = /\s+# (account|long|elsewhere)\b.*$/;

const shown = (line: number, typed: string, of: Mark | undefined, output: Shown['output']): Shown => {
  const own = OWN_MARK.exec(typed)?.[1] as Mark | undefined;
  return { line, command: typed.replace(/\s+# .*$/, ''), mark: own ?? of, output };
};
