/** One announcement as each kind of subscriber reads it: plain text, a chat page, and data for programs. */
import type { Announcement } from '../controller/ports.ts';

/**
 * What a function that subscribes to a topic gets as `Message`.
 * `schema` rises when a field changes its meaning; new fields may come without.
 */
export interface AnnouncementEvent extends Announcement {
  readonly schema: 1;
}

/**
 * Characters of the text that are sent on. SNS takes 256 KiB in all; the text travels three times, once in JSON inside JSON, and needs at
 * most 12 bytes of each character: less than 100 KiB.
 */
const TEXT_AT_MOST = 8000;
/** Slack cuts a block of text at 3,000 characters; entities such as `&lt;` need four for one, so what is escaped is cut. */
const CHAT_TEXT_AT_MOST = 2800;
const TITLE_AT_MOST = 250;
/** SNS takes fewer than 100. */
const SUBJECT_AT_MOST = 99;

/** By protocol of the subscription, as `MessageStructure: json` wants it: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export const messageOf = (announcement: Announcement): string => {
  const plain = plainText(announcement);
  return JSON.stringify({
    default: plain,
    email: plain,
    https: JSON.stringify(chatPage(announcement)),
    lambda: JSON.stringify(eventOf(announcement)),
  });
};

/**
 * A subject that SNS accepts: printable ASCII in one line, fewer than 100 characters. Letters lose their accents, dashes and quotation marks
 * become plain ones, what has no such form becomes `?`.
 */
export const subjectOf = (subject: string): string => {
  const ascii = [...subject.normalize('NFKD')]
    .map((char) => PLAIN[char] ?? char)
    .join('')
    .replace(/\p{M}/gu, '')
    .replace(/[\s\p{C}]+/gu, ' ')
    .replace(/[^ -~]/gu, '?')
    .trim();
  return ascii.length <= SUBJECT_AT_MOST ? ascii || 'sluice' : `${ascii.slice(0, SUBJECT_AT_MOST - 3)}...`;
};

/** `…` needs no place here: the normal form has it as three dots already. */
const PLAIN: Readonly<Record<string, string>> = {
  '\u2010': '-',
  '\u2011': '-',
  '\u2012': '-',
  '\u2013': '-',
  '\u2014': '-',
  '\u2212': '-',
  '\u2018': "'",
  '\u2019': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u00d7': 'x',
  '\u2264': '<=',
  '\u2265': '>=',
  '\u2192': '->',
};

const plainText = ({ rollout, revision, hash, subject, text }: Announcement): string =>
  [
    cut(oneLine(subject), TITLE_AT_MOST),
    '',
    cut(text, TEXT_AT_MOST, rollout),
    '',
    `Rollout: ${rollout}`,
    // Without a hash there is no journal behind it yet.
    ...(hash === '' ? [] : [`Revision: ${revision}`, `SHA-256 of the journal's newest entry: ${hash}`]),
    `To look: ${lookAt(hash === '' ? '*' : rollout)}`,
  ].join('\n');

const eventOf = (announcement: Announcement): AnnouncementEvent => ({
  schema: 1,
  rollout: announcement.rollout,
  revision: announcement.revision,
  hash: announcement.hash,
  audience: announcement.audience,
  subject: cut(oneLine(announcement.subject), TITLE_AT_MOST),
  text: cut(announcement.text, TEXT_AT_MOST, announcement.rollout),
});

/**
 * A custom notification of Amazon Q Developer in chat applications, which subscribes with https; with the rollout as `threadId` a channel
 * keeps one thread for each: https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
const chatPage = ({ rollout, revision, hash, audience, subject, text }: Announcement) => ({
  version: '1.0',
  source: 'custom',
  content: {
    textType: 'client-markdown',
    title: cut(escapeChat(oneLine(subject)), TITLE_AT_MOST),
    description: cut(escapeChat(withoutControls(text)), CHAT_TEXT_AT_MOST, rollout),
    nextSteps: [`Look: ${lookAt(hash === '' ? '*' : rollout)}`],
    keywords: [rollout, audience],
  },
  metadata: {
    threadId: rollout,
    summary: cut(escapeChat(oneLine(subject)), TITLE_AT_MOST),
    // Buttons of the channel, where it has some: there is a rollout that they are about.
    enableCustomActions: hash !== '',
    additionalContext: { rollout, revision: `${revision}`, hash },
  },
});

/** A star stands for several rollouts, or for all. */
const lookAt = (rollout: string): string => (rollout === '*' ? 'npx sluice list' : `npx sluice status ${rollout}`);

/**
 * Slack's markup knows no backslash, Teams' does: so what would mark up gives way to a sign that looks like it, in both. Mentions and links
 * of Slack stand in angle brackets, which become entities. A `_` marks up only beside something that is not a letter or digit.
 */
const escapeChat = (text: string): string =>
  text.replace(/[&<>*`~[\]|\\]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|^#/gmu, (mark) => LOOKALIKE[mark] ?? '');

const LOOKALIKE: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '*': '\u2217',
  '`': "'",
  '~': '\u223c',
  '[': '(',
  ']': ')',
  '|': '\u2223',
  '\\': '\u2216',
  _: '\uff3f',
  '#': '\uff03',
};

/** Halves of surrogate pairs among them: no UTF-8 can carry them. */
const withoutControls = (text: string): string => text.replace(/[^\P{C}\n]/gu, ' ');

const oneLine = (text: string): string => withoutControls(text).replaceAll('\n', ' ').trim();

/**
 * Never in the middle of an entity.
 * @param rollout where the rest can be read
 */
const cut = (text: string, most: number, rollout?: string): string => {
  const chars = [...withoutControls(text)];
  if (chars.length <= most) return chars.join('');
  const note = rollout === undefined ? '...' : `\n... (cut; the rest: ${lookAt(rollout)})`;
  const kept = chars.slice(0, most - note.length).join('');
  return `${kept.replace(/&[a-z]*$/, '')}${note}`;
};
