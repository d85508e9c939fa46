import type { PhaseFeasibility } from '../judge/feasibility.ts';
import { percent, shortageOf } from '../judge/feasibility-words.ts';
import { formatDuration } from '../plan/duration.ts';
import { formatNumber } from '../plan/metric.ts';
import type { Plan } from '../plan/plan.ts';
import { instant } from '../rollout/explain.ts';
import type { Examination } from './examine.ts';
import { feasibilitySections } from './feasibility-text.ts';
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
    ...feasibilitySections(plan, examination.phases, examination.assumed, paint),
    guardSection(plan, examination.guards),
    watchSection(plan, examination.watch),
    { heading: 'Also in the plan', rows: carriedKeys(plan) },
  ];
  const text = sections.filter(({ rows }) => rows.length > 0).map((section) => sectionText(section, terminal, paint));
  return `${[answer(plan, examination, path, paint), ...text].join('\n\n')}\n`;
};

const answer = (plan: Plan, examination: Examination, path: string, paint: Paint): string => {
  const { phases, refused } = examination;
  const count = plan.phases.length === 1 ? '1 phase' : `${plan.phases.length} phases`;
  const ends = Date.parse(examination.finish.earliest);
  const valid = `${path} is valid: ${plan.rollout}, release ${plan.release}, ${count} from ${instant(plan.start)} to ${instant(ends)}.`;
  const lacking = phases.flatMap(namedShortage).map((line) => `  ${line}`);
  const isFine = lacking.length === 0;
  const isTrafficKnown = phases.some(({ requestsPerMinute }) => requestsPerMinute !== null);
  const where = `${isTrafficKnown ? rateText(phases) : ''}, if ${assumption(examination)}`;
  const verdict = refused
    ? paint('red', `Refused, it can never be decided${where}:`)
    : !isFine
      ? paint('yellow', `It is not decided as planned${where}:`)
      : isTrafficKnown
        ? `Every phase gets the requests that its criteria need${where}.`
        : undefined;
  return [
    isFine ? paint('green', valid) : valid,
    ...(verdict === undefined ? [] : [verdict]),
    ...lacking,
    isTrafficKnown
      ? finishText(examination)
      : 'Whether it can be decided depends on the traffic: give --requests-per-minute N or --traffic FILE.',
  ].join('\n');
};

const namedShortage = (phase: PhaseFeasibility): readonly string[] => {
  const shortage = shortageOf(phase);
  return shortage === undefined ? [] : [`${phase.name}: ${shortage}`];
};

const assumption = ({ assumed: { failureShare, failureRateGiven } }: Examination): string =>
  `${percent(failureShare)} fail${failureRateGiven ? '' : ' (assumed: --failure-rate P%)'}`;

const finishText = ({ finish: { earliest, likely, heldIn } }: Examination): string => {
  const planned = instant(Date.parse(earliest));
  if (heldIn !== null)
    return `Finish: ${planned} at the earliest; likely it is held in ${heldIn}, whose gate no extension decides, until an operator acts.`;
  if (likely === null || likely === earliest) return `Finish: ${planned}, likely as planned.`;
  return `Finish: ${planned} at the earliest, likely ${instant(Date.parse(likely))}.`;
};

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
