/** Slack's own markup, and how words from outside stay words in it: https://docs.slack.dev/messaging/formatting-message-text */
import type { Instant } from '../plan/plan.ts';
import { instant } from '../rollout/explain.ts';

/** Text that may stand in a message as it is: words from outside only through `escaped`. */
export type Mrkdwn = string;

/**
 * One line of plain words. Slack reads `<…>` as mentions, links and dates and `&` as the beginning of an entity; its styles know no escape, so
 * what would be one gives way to a sign that looks like it. What cannot be seen becomes a space.
 */
export const escaped = (words: string): Mrkdwn =>
  words
    .replace(/[\p{C}\u2028\u2029]+/gu, ' ')
    .replace(/[&<>*`~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (sign) => INSTEAD[sign] ?? ' ');

const INSTEAD: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '*': '\u2217',
  '`': "'",
  '~': '\u223c',
  _: '\uff3f',
};

export const bold = (words: string): Mrkdwn => `*${escaped(words)}*`;

export const mentionOf = (member: string): Mrkdwn => `<@${member}>`;

/** Each reader sees their own zone; a client that cannot shows UTC. */
export const dateOf = (at: Instant): Mrkdwn =>
  `<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time}|${instant(at)}>`;

/** At most so many characters, never within an entity or a `<…>`. */
export const cut = (text: Mrkdwn, characters: number): Mrkdwn => {
  if (text.length <= characters) return text;
  const kept = text.slice(0, characters - 1);
  const opened = Math.max(kept.lastIndexOf('<'), kept.lastIndexOf('&'));
  const closed = Math.max(kept.lastIndexOf('>'), kept.lastIndexOf(';'));
  const whole = opened > closed ? kept.slice(0, opened) : kept;
  return `${whole.replace(/[\uD800-\uDBFF]$/, '')}…`;
};
