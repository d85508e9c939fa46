/**
 * Text that cannot act on what shows it: no control characters (line breaks and terminal escapes among them), no half of a surrogate pair,
 * which UTF-8 cannot carry, no other line ends, and nothing that turns the direction of what follows.
 */
export const PLAIN_TEXT = /^[^\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u;
