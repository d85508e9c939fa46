import type * as z from 'zod';
import { assert } from './assert.ts';
import { toPhase } from './phase-schema.ts';
import { planKeys } from './plan-keys.ts';
import { complaintsAbout } from './rules.ts';
import { resolveInstant, type WrittenInstant } from './written-instant.ts';

type PlanKeys = z.output<typeof planKeys>;

/** What an operator writes, as input, and the plan that everything downstream reads, as output. */
export const planSchema = planKeys
  .refine((keys) => complaintsAbout(keys).length === 0, {
    params: { rule: true },
    // A value that was refused may be of another type here. What is told comes from parse.ts, which asks the rules of what could be read.
    when: ({ issues }) => issues.length === 0,
  })
  .transform(toPlan);

/** Local times become instants, durations carry their unit in the name, and what depends on another key gets its value. */
function toPlan({ windows, freezes, phases, startWithin, lateBy, signOffWithin, holdFor, ...keys }: PlanKeys) {
  const at = (written: WrittenInstant): number => {
    const instant = resolveInstant(written, keys.zone);
    assert('value' in instant, 'rules.ts refuses local times that do not exist or exist twice');
    return instant.value;
  };
  const start = at(keys.start);
  return {
    ...keys,
    start,
    startWithinMinutes: startWithin,
    lateByMinutes: lateBy,
    /** Empty: always open. */
    windows: windows.map(({ days, hours, zone }) => ({
      /** ISO weekdays, 1 is Monday. */
      days,
      /** Wall-clock minutes of the day. */
      fromMinute: hours.fromMinute,
      /** Above 1440: on the next day. */
      toMinute: hours.toMinute,
      zone: zone ?? keys.zone,
    })),
    freezes: freezes.map(({ from, to, reason }) => ({ from: at(from), to: at(to), reason })),
    phases: phases.map((phase, index) => toPhase(phase, index === 0 ? start : phase.start && at(phase.start))),
    signOffWithinMinutes: signOffWithin,
    holdForMinutes: holdFor,
  };
}
