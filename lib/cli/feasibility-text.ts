import { ASSUMED_CLUMPINESS } from '../judge/clumpiness.ts';
import { type Need, type PhaseFeasibility, shortfallOf } from '../judge/feasibility.ts';
import { formatDuration } from '../plan/duration.ts';
import { formatNumber } from '../plan/metric.ts';
import type { Plan } from '../plan/plan.ts';
import { judgedHealthyShare } from './healthy-share.ts';
import type { Paint } from './paint.ts';
import type { Section } from './section.ts';
import type { Cells } from './table.ts';

/** Per phase what stands in its way, and what would do; none: it gets what it needs. */
export const shortages = (phase: PhaseFeasibility): readonly string[] => {
  const lacking = shortfallOf(phase);
  const binding = phase.binding === null ? undefined : phase.needs[phase.binding];
  if (lacking.length === 0 || binding === undefined) return [];
  const others = lacking.filter((need) => need !== binding).map(({ text }) => text);
  const also = others.length === 0 ? '' : ` Also short: ${others.join(', ')}.`;
  return [
    `${phase.name}: ${calculation(phase, binding)}; ${binding.text} needs ${amountOf(binding)}${remedy(binding)}.${also}`,
  ];
};

const calculation = (
  { requestsPerMinute, weight, countedMinutes }: PhaseFeasibility,
  { of, expected }: Need,
): string =>
  of === 'requests' || of === 'segmentRequests'
    ? `${formatNumber(requestsPerMinute ?? 0)} requests/min × ${weight} % × ${countedMinutes} min = ${formatNumber(Math.round(expected ?? 0))} requests`
    : `${countedMinutes} min count`;

/** What would be enough. */
const remedy = ({ prospect, leastWeight, leastBakeMinutes }: Need): string => {
  const ways = [
    ...(leastWeight === null ? [] : [`weight ${leastWeight} %`]),
    ...(leastBakeMinutes === null ? [] : [`bake ${formatDuration(leastBakeMinutes)}`]),
  ];
  const enough = ways.length === 0 ? '' : `: ${ways.join(' or ')} suffices`;
  return prospect === 'extended' ? `, which only extensions bring${enough}` : enough;
};

/** What passes in time, but not at the rates that rehearsals take for healthy. */
export const cautions = (plan: Plan, phases: readonly PhaseFeasibility[]): readonly string[] =>
  phases.flatMap(({ name, needs }, index) =>
    needs.flatMap((need, at) => {
      const claim = plan.phases[index]?.advance[at]?.claim;
      const usual = claim && judgedHealthyShare(plan, claim);
      if (usual === undefined || need.bearableShare === null || usual <= need.bearableShare) return [];
      return [
        `${name}: ${need.text} passes in time only ${bears(need) ? `below ${percent(need.bearableShare)} bad` : 'without a bad one'}; rehearsals take ${percent(usual)} for healthy.`,
      ];
    }),
  );

const percent = (share: number): string => `${formatNumber(100 * share)} %`;

const UNITS: Readonly<Record<Need['of'], string>> = {
  requests: 'requests',
  segmentRequests: 'requests, if segments are of one size',
  minutes: 'minutes with both sides',
  halfOfMinutes: 'minutes with the metric',
  nothing: '',
};

const amountOf = ({ needed, of }: Need): string => (needed === null ? '' : `${formatNumber(needed)} ${UNITS[of]}`);

export const feasibilitySections = (
  plan: Plan,
  phases: readonly PhaseFeasibility[],
  paint: Paint,
): readonly Section[] =>
  phases.map((phase, index) => ({
    heading: `${phase.name}: ${phase.weight} % for ${formatDuration(phase.bakeMinutes)}${headingRest(phase)}`,
    rows: phase.needs.map((need, at) => needRow(phase, need, at, paint)),
    remarks: remarksOf(plan, phases, index),
  }));

const headingRest = ({ bakeMinutes, countedMinutes, extendedMinutes }: PhaseFeasibility): string => {
  const counted = countedMinutes === bakeMinutes ? '' : `, of which ${countedMinutes} min count`;
  return `${counted}; extended to ${formatDuration(extendedMinutes)} at most`;
};

const needRow = (phase: PhaseFeasibility, need: Need, at: number, paint: Paint): Cells => {
  const words = {
    enough: paint('green', 'enough'),
    extended: paint('yellow', 'late'),
    short: paint('red', 'short'),
    unknown: '-',
  };
  const binds = phase.binding === at ? paint('bold', 'binds') : '';
  return [words[need.prospect], need.text, needText(need), comesText(need), binds, remarkOf(need)];
};

const needText = (need: Need): string => (need.of === 'nothing' ? 'no number of requests' : `needs ${amountOf(need)}`);

const comesText = ({ of, expected, expectedExtended, prospect }: Need): string => {
  if (expected === null || of === 'nothing') return '';
  const extended =
    prospect === 'enough' || expectedExtended === null
      ? ''
      : `, ${formatNumber(Math.round(expectedExtended))} with extensions`;
  return `${formatNumber(Math.round(expected))} come${extended}`;
};

const remarkOf = (need: Need): string => {
  const { bearableShare, of, prospect } = need;
  if (prospect === 'short' || prospect === 'extended') return remedy(need).replace(/^[:,] /, '');
  if (of === 'halfOfMinutes') return 'half of the minutes';
  if (bearableShare === null) return '';
  return bears(need) ? `passes in time below ${percent(bearableShare)} bad` : 'passes in time only without a bad one';
};

/** Whether a single bad one of those that come still lets it pass. */
const bears = ({ bearableShare, expected }: Need): boolean => (bearableShare ?? 0) * (expected ?? 0) >= 1;

const remarksOf = (plan: Plan, phases: readonly PhaseFeasibility[], index: number): readonly string[] => {
  const phase = plan.phases[index];
  const remarks: string[] = [];
  if (phase?.advance.some(({ claim }) => claim.kind === 'segmentSpread')) {
    remarks.push(
      'segmentSpread is nearly always true at low error rates: segmentErrorRatio is what finds a bad segment.',
    );
  }
  if (phase?.advance.length === 0) remarks.push('No criteria: sign-offs alone decide.');
  if (phase !== undefined && phase.passInARow > 0)
    remarks.push(`The last ${phase.passInARow} checkpoints, the gate included, must all pass.`);
  if (index === phases.length - 1) {
    remarks.push(
      `Requests needed are those without one bad among them, at 95 % whenever one looks, for bad events in clumps of ${ASSUMED_CLUMPINESS} (D = ${ASSUMED_CLUMPINESS} until it is measured).`,
    );
  }
  return remarks;
};
