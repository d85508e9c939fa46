import { calendarRules } from './calendar-rules.ts';
import type { PlanDraft } from './draft.ts';
import { metricRules } from './metric-rules.ts';
import { peopleRules } from './people-rules.ts';
import { phaseRules } from './phase-rules.ts';
import type { Complaint } from './problem.ts';
import { trafficRules } from './traffic-rules.ts';

/** Everything that is wrong between the values of a plan. Absent parts are passed over: they are refused elsewhere. */
export const complaintsAbout = (draft: PlanDraft): readonly Complaint[] => [
  ...trafficRules(draft),
  ...calendarRules(draft),
  ...phaseRules(draft),
  ...metricRules(draft),
  ...peopleRules(draft),
];
