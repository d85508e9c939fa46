import { needsOf } from '../judge/needs.ts';
import type { Plan } from '../plan/plan.ts';
import type { Behaviour } from './behaviour.ts';

/** What a fault names must be in the plan. */
export const unfitFor = (plan: Plan, { text, effect }: Behaviour): readonly string[] => {
  const segments = plan.metrics.segments?.values ?? [];
  if (effect.kind === 'segment' && segmentName(plan, effect.segment) === undefined) {
    return [
      `Fault "${text}": the segment must be one of the plan's (${segments.join(', ') || 'it has none'}), given ${effect.segment}`,
    ];
  }
  const { gauges } = needsOf(plan);
  if (effect.kind === 'gauge' && !gauges.includes(effect.gauge)) {
    return [
      `Fault "${text}": the gauge must be one that the plan judges (${gauges.join(', ') || 'it judges none'}), given ${effect.gauge}`,
    ];
  }
  if ('rule' in effect && effect.rule !== null && (effect.rule < 0 || effect.rule >= plan.traffic.rules.length)) {
    return [`Fault "${text}": the rule must be 1 to ${plan.traffic.rules.length}, given ${effect.rule + 1}`];
  }
  if (
    effect.kind === 'incident' &&
    (effect.alarm === null ? plan.incidents.alarms.length === 0 : !plan.incidents.alarms.includes(effect.alarm))
  ) {
    return [
      `Fault "${text}": the alarm must be one of the plan's (${plan.incidents.alarms.join(', ') || 'it has none'})`,
    ];
  }
  return [];
};

const segmentName = (plan: Plan, given: string): string | undefined => {
  const values = plan.metrics.segments?.values ?? [];
  return values.includes(given) ? given : values[Number(given) - 1];
};

/** Segments may be given by number. */
export const withNames = (plan: Plan, behaviours: readonly Behaviour[]): readonly Behaviour[] =>
  behaviours.map((behaviour) =>
    behaviour.effect.kind === 'segment'
      ? { ...behaviour, effect: { ...behaviour.effect, segment: segmentName(plan, behaviour.effect.segment) ?? '' } }
      : behaviour,
  );
