import { type Answers, answers } from './answers.ts';
import type { Ledger } from './ledger.ts';
import { escapeMarkdown, markdownTable, sectionMarkdown } from './markdown.ts';
import { reportSections } from './sections.ts';

/**
 * The report of a rollout so far. Its first 40 lines answer what was shipped and decided, by whom, on which numbers, and what is next.
 * @param headHash SHA-256 of the journal's last line: with it a journal that was cut off at its end shows
 */
export const reportMarkdown = (ledger: Ledger, headHash?: string): string => {
  const { newest } = ledger;
  if (newest === null) return `# Rollout ${escapeMarkdown(ledger.plan.rollout)}: no journal entry yet\n`;
  const sections = reportSections(ledger, newest, headHash).map(({ section }) => sectionMarkdown(section));
  return `${[firstPage(answers(ledger, newest)), ...sections].join('\n\n')}\n`;
};

const firstPage = ({ title, rows, notes }: Answers): string =>
  [`# ${escapeMarkdown(title)}`, markdownTable(['question', 'answer'], rows), ...notes.map(escapeMarkdown)].join(
    '\n\n',
  );
