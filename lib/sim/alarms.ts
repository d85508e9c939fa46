import { Fault } from '../controller/fault.ts';
import type { Alarms } from '../controller/ports.ts';
import type { Plan } from '../plan/plan.ts';
import { active, type Behaviour } from './behaviour.ts';
import { type ClockData, MINUTE } from './clock.ts';

/** The plan's alarms exist and are OK, unless a behaviour says otherwise; others do not exist. */
export const alarmsOf = (plan: Plan, data: ClockData, behaviours: readonly Behaviour[]): Alarms => ({
  states: async (names) => {
    const minute = (data.now - plan.start) / MINUTE;
    if (active(behaviours, 'alarmsUnreadable', minute).length > 0) return new Fault('THROTTLED', 'read the alarms');
    const open = active(behaviours, 'incident', minute);
    return names.map((name) => {
      if (!plan.incidents.alarms.includes(name)) return 'insufficient';
      return open.some(({ effect }) => effect.alarm === null || effect.alarm === name) ? 'alarm' : 'ok';
    });
  },
});
