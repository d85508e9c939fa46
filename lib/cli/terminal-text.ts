const ESCAPE = String.fromCharCode(0x1b);

/** A style as `painter` writes it, or a character without a shape that is neither a line break nor a tab. */
const STYLE_OR_CONTROL = new RegExp(`${ESCAPE}\\[(?:1|2|22|31|32|33|39)m|[^\\P{C}\\n\\t]|[\\u2028\\u2029]`, 'gu');

/**
 * What a terminal shows and does not obey: texts come from plans, journals and AWS. Our own styles stay, every other escape and character
 * without a shape becomes `?`. For a pipe nothing is changed: the bytes of a journal must stay what its hashes are of.
 */
export const terminalText = (text: string): string =>
  text.replace(STYLE_OR_CONTROL, (found) => (found.startsWith(ESCAPE) && found.length > 1 ? found : '?'));
