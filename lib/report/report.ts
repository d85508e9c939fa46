import { answers } from './answers.ts';
import { costSection } from './cost-section.ts';
import { guardSection } from './guard-section.ts';
import type { Ledger } from './ledger.ts';
import { escapeMarkdown, section } from './markdown.ts';
import { checklistSection, commandSection, signOffSection } from './people-section.ts';
import { phaseSection } from './phase-section.ts';
import { reviewSection } from './review-section.ts';
import { rollbackSection } from './rollback-section.ts';
import { holdSection, timelineSection } from './timeline-section.ts';
import { trustSection } from './trust-section.ts';
import { describePhase } from './wording.ts';

/**
 * The report of a rollout so far. Its first 40 lines answer what was shipped and decided, by whom, on which numbers, and what is next.
 * @param headHash SHA-256 of the journal's last line: with it a journal that was cut off at its end shows
 */
export const reportMarkdown = (ledger: Ledger, headHash?: string): string => {
  const { newest } = ledger;
  if (newest === null) return `# Rollout ${escapeMarkdown(ledger.plan.rollout)}: no journal entry yet\n`;
  const blocks = [
    answers(ledger, newest),
    trustSection(ledger, newest),
    rollbackSection(ledger, newest),
    ...ledger.visits.map((visit) => phaseSection(ledger, visit)),
    toCome(ledger),
    reviewSection(ledger),
    guardSection(ledger),
    signOffSection(ledger),
    checklistSection(ledger),
    holdSection(ledger),
    commandSection(ledger),
    timelineSection(ledger),
    costSection(ledger),
    headHash === undefined
      ? ''
      : section('Journal', `${newest.revision + 1} entries; SHA-256 of the last line: ${headHash}`),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
};

const toCome = ({ plan, visits }: Ledger): string => {
  const never = plan.phases.filter((_, index) => !visits.some(({ phase }) => phase === index));
  return never.length === 0
    ? ''
    : section('Phases not entered', escapeMarkdown(`${never.map(describePhase).join(', ')}.`));
};
