import { formatDuration } from '../plan/duration.ts';
import { formatNumber } from '../plan/metric.ts';
import type { Plan } from '../plan/plan.ts';
import { instant } from '../rollout/explain.ts';
import type { Examination } from './examine.ts';
import { cautions, feasibilitySections, shortages } from './feasibility-text.ts';
import { guardSection, watchSection } from './guards-text.ts';
import { type Paint, painter } from './paint.ts';
import { carriedKeys } from './plan-text.ts';
import { type Section, sectionText } from './section.ts';

interface Page {
  readonly path: string;
  readonly terminal: boolean;
  readonly colour: boolean;
}

/** What `sluice check` found, for people: the answer in the first lines, then everything behind it. */
export const checkText = (plan: Plan, examination: Examination, { path, terminal, colour }: Page): string => {
  const paint = painter(colour);
  const sections = [
    timelineSection(plan, examination),
    ...feasibilitySections(plan, examination.phases, paint),
    guardSection(plan, examination.guards),
    watchSection(plan, examination.watch),
    { heading: 'Also in the plan', rows: carriedKeys(plan) },
  ];
  const text = sections.filter(({ rows }) => rows.length > 0).map((section) => sectionText(section, terminal, paint));
  return `${[answer(plan, examination, path, paint), ...text].join('\n\n')}\n`;
};

const answer = (plan: Plan, { phases, timeline }: Examination, path: string, paint: Paint): string => {
  const count = plan.phases.length === 1 ? '1 phase' : `${plan.phases.length} phases`;
  const ends = timeline.find(({ kind }) => kind === 'finish')?.at ?? '';
  const valid = `${path} is valid: ${plan.rollout}, release ${plan.release}, ${count} from ${instant(plan.start)} to ${instant(Date.parse(ends))}.`;
  if (phases.every(({ requestsPerMinute }) => requestsPerMinute === null)) {
    return `${paint('green', valid)}\nWhether it can be decided depends on the traffic: give --requests-per-minute N or --traffic FILE.`;
  }
  const lacking = phases.flatMap(shortages);
  const tight = cautions(plan, phases);
  const verdict =
    lacking.length === 0
      ? `Every phase gets the requests that its criteria need${rateText(phases)}.`
      : paint('yellow', `It cannot be decided as planned${rateText(phases)}:`);
  const also = tight.length === 0 ? [] : [paint('yellow', 'Close to what can be decided:'), ...indented(tight)];
  return [lacking.length === 0 ? paint('green', valid) : valid, verdict, ...indented(lacking), ...also].join('\n');
};

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

const rateText = (phases: Examination['phases']): string => {
  const rates = new Set(phases.map(({ requestsPerMinute }) => Math.round(requestsPerMinute ?? 0)));
  const [rate] = rates;
  return rates.size === 1 && rate !== undefined ? ` at ${formatNumber(rate)} requests/min` : ' with this traffic';
};

const timelineSection = (plan: Plan, { timeline }: Examination): Section => ({
  heading: 'When, if every gate passes and every sign-off comes in time',
  rows: timeline
    .filter(({ kind }) => kind !== 'checkpoint')
    .map(({ at, kind, phase, label }) => [instant(Date.parse(at)), `${label}${milestoneNote(plan, kind, phase)}`]),
});

const milestoneNote = (plan: Plan, kind: string, name: string): string => {
  if (kind === 'reminder' || kind === 'expiry') return ' (only where a sign-off has not come)';
  const phase = plan.phases.find((each) => each.name === name);
  if (kind !== 'start' || phase === undefined || phase.checkpointMinutes.length === 0) return '';
  return `; checkpoints ${phase.daily ? 'daily' : `after ${phase.checkpointMinutes.map(formatDuration).join(', ')}`}`;
};
