import { Fault } from '../controller/fault.ts';
import type { GroupHealth, Targets } from '../controller/ports.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { active, type Behaviour } from './behaviour.ts';
import { MINUTE } from './clock.ts';
import type { RulesData } from './rules.ts';
import { TRAFFIC } from './traffic-model.ts';

/** Healthy and registered targets of both groups: full, unless a behaviour says otherwise. Fault: unreadable. */
export const targetsOf = (plan: Plan, data: RulesData, behaviours: readonly Behaviour[]): Targets => {
  const health = (group: string): GroupHealth | Fault => {
    const minute = (data.now - plan.start) / MINUTE;
    if (active(behaviours, 'healthUnreadable', minute).length > 0)
      return new Fault('THROTTLED', `read the health of ${group}`);
    const side = group === plan.traffic.candidate ? 'candidate' : group === plan.traffic.baseline ? 'baseline' : null;
    if (side === null) return new Fault('NOT_FOUND', `read the health of ${group}`);
    const bent = active(behaviours, 'targets', minute).findLast(({ effect }) => effect.side === side);
    if (bent === undefined) return { healthy: TRAFFIC.targets, registered: TRAFFIC.targets };
    const { healthy, registered, growPerMinute } = bent.effect;
    const grown = growPerMinute * minutesSinceShift(data, plan.start + bent.fromMinute * MINUTE);
    return { healthy: Math.min(registered, Math.floor(healthy + grown)), registered };
  };
  return {
    health: async (group) => health(group),
    facts: async (group) => {
      const counted = health(group);
      if (counted instanceof Fault) return counted;
      return {
        ...counted,
        targetStickiness: false,
        usedBy: data.rules.filter(({ gone, foreign }) => !gone && foreign === null).map(({ rule }) => rule),
      };
    },
  };
};

/** A group that was scaled in grows once traffic is shifted: minutes since the first weight change after `from`. */
const minutesSinceShift = (data: RulesData, from: Instant): number => {
  const shifts = data.rules.flatMap(({ stretches }) =>
    stretches.filter((stretch) => stretch.from > from).map((stretch) => stretch.from),
  );
  return shifts.length === 0 ? 0 : Math.max(0, (data.now - Math.min(...shifts)) / MINUTE);
};
