/** The faults that a button switches on and off. */
import type { Behaviour, Effect } from '../../sim/behaviour.ts';
import { planMinute, withBehaviours } from '../../sim/live.ts';
import type { Rehearsal } from '../../sim/rehearsal.ts';
import type { FaultName } from './shape.ts';

interface Known {
  readonly effect: Effect;
  readonly begun: string;
  readonly over: string;
}

/** Clear ones: about sixty times the usual failures, ten times the usual response times. */
export const FAULTS: Readonly<Record<FaultName, Known>> = {
  fail: {
    effect: { kind: 'failures', side: 'candidate', amount: { share: 0.05 } },
    begun: 'Broke the candidate: from now on 5 % of its answers are errors.',
    over: 'Mended the candidate: its errors are as rare as before.',
  },
  slow: {
    effect: { kind: 'slow', side: 'candidate', times: 10 },
    begun: 'Slowed the candidate down: its answers take ten times as long.',
    over: 'The candidate answers as fast as before.',
  },
  silence: {
    effect: { kind: 'cloudWatch', how: 'silent' },
    begun: 'Silenced CloudWatch: no new datapoint comes.',
    over: 'CloudWatch answers again, and has all that was missing.',
  },
  ticks: {
    effect: { kind: 'noTicks' },
    begun:
      'Stopped the ticks: nobody judges any more. Only the watchdog, which is a function of its own, goes on looking.',
    over: 'The ticks go on.',
  },
};

export const isOn = ({ world }: Rehearsal, name: FaultName): boolean =>
  world.setting.behaviours.some(({ text, toMinute }) => text === name && toMinute === null);

/** Switches it; one that is over stays in the list, for the minutes it was at work in. */
export const switched = (rehearsal: Rehearsal, name: FaultName): Rehearsal => {
  const { behaviours } = rehearsal.world.setting;
  const minute = planMinute(rehearsal);
  const begun: Behaviour = { text: name, fromMinute: minute, toMinute: null, effect: FAULTS[name].effect };
  const changed = isOn(rehearsal, name)
    ? behaviours.map((each) => (each.text === name && each.toMinute === null ? { ...each, toMinute: minute } : each))
    : [...behaviours, begun];
  return withBehaviours(rehearsal, changed);
};
