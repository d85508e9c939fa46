/** The sections of a report, in the order in which they are read. */
import { type Section, section, type Topic, type TopicSection } from './blocks.ts';
import { costSection } from './cost-section.ts';
import { guardSection } from './guard-section.ts';
import type { Ledger, Newest } from './ledger.ts';
import { checklistSection, commandSection, signOffSection } from './people-section.ts';
import { phaseSection } from './phase-section.ts';
import { reviewSection } from './review-section.ts';
import { rollbackSection } from './rollback-section.ts';
import { holdSection, timelineSection } from './timeline-section.ts';
import { trustSection } from './trust-section.ts';
import { describePhase } from './wording.ts';

/** Those that have something to say. */
export const reportSections = (ledger: Ledger, newest: Newest, headHash?: string): readonly TopicSection[] => {
  const all: readonly (readonly [Topic, Section | undefined])[] = [
    ['trust', trustSection(ledger, newest)],
    ['rollback', rollbackSection(ledger, newest)],
    ...ledger.visits.map((visit) => ['phase', phaseSection(ledger, visit)] as const),
    ['toCome', toCome(ledger)],
    ['reviews', reviewSection(ledger)],
    ['guards', guardSection(ledger)],
    ['signOffs', signOffSection(ledger)],
    ['checklist', checklistSection(ledger)],
    ['holds', holdSection(ledger)],
    ['commands', commandSection(ledger)],
    ['timeline', timelineSection(ledger)],
    ['cost', costSection(ledger)],
    ['journal', headHash === undefined ? undefined : journalSection(newest, headHash)],
  ];
  return all.flatMap(([topic, each]) => (each === undefined ? [] : [{ topic, section: each }]));
};

const toCome = ({ plan, visits }: Ledger): Section | undefined => {
  const never = plan.phases.filter((_, index) => !visits.some(({ phase }) => phase === index));
  return never.length === 0 ? undefined : section('Phases not entered', `${never.map(describePhase).join(', ')}.`);
};

const journalSection = ({ revision }: Newest, headHash: string): Section =>
  section('Journal', `${revision + 1} entries; SHA-256 of the last line: ${headHash}`);
