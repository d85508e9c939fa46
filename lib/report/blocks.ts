/** What a report is made of, before it is Markdown or a page: plain text everywhere, which whoever writes it down escapes. */

export interface Table {
  readonly headers: readonly string[];
  /** A short row is filled up with empty cells. */
  readonly rows: readonly (readonly string[])[];
  /** For a page, where a table is read without what stands around it; Markdown leaves it out. */
  readonly caption: string;
}

export interface List {
  readonly items: readonly string[];
}

/** A text by itself is a paragraph; an empty one, and a list without items, are left out. */
export type Block = string | Table | List;

export interface Section {
  readonly heading: string;
  readonly blocks: readonly Block[];
}

/** What a section is about. */
export type Topic =
  | 'trust'
  | 'rollback'
  | 'phase'
  | 'toCome'
  | 'reviews'
  | 'guards'
  | 'signOffs'
  | 'checklist'
  | 'holds'
  | 'commands'
  | 'timeline'
  | 'cost'
  | 'journal';

export interface TopicSection {
  readonly topic: Topic;
  readonly section: Section;
}

export const table = (caption: string, headers: readonly string[], rows: readonly (readonly string[])[]): Table => ({
  caption,
  headers,
  rows,
});

export const list = (items: readonly string[]): List => ({ items });

export const section = (heading: string, ...blocks: readonly Block[]): Section => ({
  heading,
  blocks: blocks.filter((block) => !isEmpty(block)),
});

const isEmpty = (block: Block): boolean =>
  block === '' || (typeof block !== 'string' && 'items' in block && block.items.length === 0);

/** One line of text: line breaks, control characters and what turns the direction of the text around it become spaces. */
export const plainLine = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
