/** Blocks of Slack's Block Kit, as far as we use them, within its limits: https://docs.slack.dev/reference/block-kit/blocks */
import { bold, cut, type Mrkdwn } from './mrkdwn.ts';

const SECTION_CHARACTERS = 3_000;
const HEADER_CHARACTERS = 150;
/** Slack advises at most 4,000 characters, and cuts far later: https://docs.slack.dev/reference/methods/chat.postMessage */
export const TEXT_CHARACTERS = 4_000;

interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  readonly emoji: false;
}

/** `verbatim`: addresses, names of channels and the like in plain words stay words (https://docs.slack.dev/reference/block-kit/composition-objects/text-object). */
interface MrkdwnText {
  readonly type: 'mrkdwn';
  readonly text: Mrkdwn;
  readonly verbatim: true;
}

export interface ButtonElement {
  readonly type: 'button';
  readonly text: PlainText;
  readonly action_id: string;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
}

export type Block =
  | { readonly type: 'header'; readonly text: PlainText }
  | { readonly type: 'section'; readonly text: MrkdwnText }
  | { readonly type: 'context'; readonly elements: readonly MrkdwnText[] }
  | { readonly type: 'actions'; readonly elements: readonly ButtonElement[] };

/** What is posted: `text` is for notifications and for clients that show no blocks. */
export interface Message {
  readonly text: Mrkdwn;
  readonly blocks: readonly Block[];
}

export const plainText = (text: string): PlainText => ({ type: 'plain_text', text, emoji: false });

const mrkdwn = (text: Mrkdwn): MrkdwnText => ({ type: 'mrkdwn', text, verbatim: true });

export const header = (text: string): Block => ({
  type: 'header',
  text: plainText(text.length > HEADER_CHARACTERS ? `${text.slice(0, HEADER_CHARACTERS - 1)}…` : text),
});

export const context = (text: Mrkdwn): Block => ({
  type: 'context',
  elements: [mrkdwn(cut(text, SECTION_CHARACTERS))],
});

/**
 * Nothing where there are no lines. What does not fit is left out by whole lines, and counted.
 * @param atMost blocks that a long list may take
 */
export const section = (heading: string, lines: readonly Mrkdwn[], atMost = 1): readonly Block[] => {
  if (lines.length === 0) return [];
  const all = [...(heading === '' ? [] : [bold(heading)]), ...lines.map((line) => cut(line, LINE_CHARACTERS))];
  return texts(all, atMost).map((text) => ({ type: 'section', text: mrkdwn(text) }));
};

const LINE_CHARACTERS = SECTION_CHARACTERS / 2;
/** Enough for "and 1000 more". */
const MORE_CHARACTERS = 40;

const texts = (lines: readonly Mrkdwn[], atMost: number): readonly Mrkdwn[] => {
  const whole = lines.join('\n');
  if (whole.length <= SECTION_CHARACTERS) return [whole];
  let used = 0;
  const beyond = lines.findIndex((line) => {
    used += line.length + 1;
    return used > SECTION_CHARACTERS - MORE_CHARACTERS;
  });
  const [first, rest] = [lines.slice(0, beyond), lines.slice(beyond)];
  if (atMost > 1) return [first.join('\n'), ...texts(rest, atMost - 1)];
  return [[...first, `and ${rest.length} more`].join('\n')];
};
