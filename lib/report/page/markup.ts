/** A page as data: written as HTML by whoever makes the file, and as DOM in a browser. Text is plain everywhere and never read as markup. */
import { plainLine } from '../blocks.ts';

export interface Tag {
  readonly tag: string;
  /** Undefined: left out; true: without a value. */
  readonly attributes: Readonly<Record<string, string | number | true | undefined>>;
  readonly children: readonly Markup[];
}

export type Markup = string | Tag;

export const el = (tag: string, attributes: Tag['attributes'], ...children: readonly Markup[]): Tag => ({
  tag,
  attributes,
  children,
});

const VOID: ReadonlySet<string> = new Set(['input', 'meta', 'link']);

export const toHtml = (markup: Markup): string => {
  if (typeof markup === 'string') return escapeHtml(markup);
  const { tag, attributes, children } = markup;
  const open = `<${tag}${Object.entries(attributes).map(attributeHtml).join('')}>`;
  return VOID.has(tag) ? open : `${open}${children.map(toHtml).join('')}</${tag}>`;
};

const attributeHtml = ([name, value]: readonly [string, Tag['attributes'][string]]): string => {
  if (value === undefined) return '';
  return value === true ? ` ${name}` : ` ${name}="${escapeHtml(`${value}`)}"`;
};

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** In attributes and between tags. */
const escapeHtml = (text: string): string => tidy(text).replace(/[&<>"]/g, (mark) => ENTITIES[mark] ?? mark);

/** Spaces at the ends stand between tags; a number stays together with its unit. */
export const tidy = (text: string): string =>
  `${text.startsWith(' ') ? ' ' : ''}${plainLine(text).replace(/(\d) %/g, '$1\u00a0%')}${text.length > 1 && text.endsWith(' ') ? ' ' : ''}`;
