/** One sentence or two for whoever sees this for the first time: what goes on, and what to press. */
import { formatWeight } from '../../report/wording.ts';
import { explain } from '../../rollout/explain.ts';
import { activeHolds, HOLD_CAUSE } from '../../rollout/holds.ts';
import type { RolloutState } from '../../rollout/rollout.ts';
import { missingSignOffs } from '../../rollout/sign-offs.ts';
import { isOn } from './faults.ts';
import { type LiveRun, nowOf } from './live-run.ts';

const MINUTE = 60_000;

export const hintOf = (run: LiveRun, state: RolloutState): string => {
  switch (state.status) {
    case 'scheduled':
      return beforeStart(run, state);
    case 'baking':
    case 'passed':
      return isOn(run.rehearsal, 'ticks') ? STOPPED : (heldHint(run, state) ?? goingHint(run, state));
    case 'rollingBack':
      if (isOn(run.rehearsal, 'ticks')) return STOPPED;
      return 'The candidate loses its traffic now; two minutes without any of its requests end the rollout.';
    case 'rolledBack':
      return 'Rolled back: everybody has the baseline, and this rollout never rises again. Read below why; then press Start again.';
    case 'finished':
      return 'Finished: everybody has the candidate. Read below how it went; then press Start again and break it.';
    case 'closed':
      return 'Closed. Press Start again.';
  }
};

const STOPPED =
  'No tick comes, so nothing guards the candidate. The watchdog calls people, then takes the traffic away from it. Press Stop the ticks again to go on.';

const beforeStart = (run: LiveRun, state: RolloutState): string => {
  const held = heldHint(run, state);
  const minutes = Math.ceil((run.plan.start - nowOf(run)) / MINUTE);
  const weight = formatWeight(run.plan.phases[0]?.weight ?? 0);
  if (held !== undefined) return held;
  return minutes > 0
    ? `In ${minutes} virtual ${minutes === 1 ? 'minute' : 'minutes'} the candidate gets ${weight} of the traffic. Then press Break the candidate.`
    : `The candidate is about to get ${weight} of the traffic.`;
};

const heldHint = ({ rehearsal }: LiveRun, state: RolloutState): string | undefined => {
  const all = activeHolds(state);
  // What people must end comes first.
  const hold = all.find(({ code }) => HOLD_CAUSE[code] !== 'circumstance') ?? all[0];
  if (hold === undefined) return undefined;
  const ends =
    HOLD_CAUSE[hold.code] === 'circumstance'
      ? `It ends by itself, ten minutes after its cause is gone${isOn(rehearsal, 'silence') ? ': press Silence CloudWatch again' : ''}.`
      : hold.code === 'NO_GO'
        ? 'That lead may say GO after all, or press Resume or Roll back.'
        : 'An operator ends it: press Resume or Roll back.';
  return `Held: ${sentence(explain(hold.reason))} ${ends}`;
};

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const goingHint = (run: LiveRun, state: RolloutState): string => {
  const { plan, rehearsal } = run;
  if (isOn(rehearsal, 'silence'))
    return 'No new data comes. What is unknown holds: it never passes, and never rolls back by itself.';
  if (isOn(rehearsal, 'fail') || isOn(rehearsal, 'slow'))
    return 'A minute counts once CloudWatch has settled it, three minutes after its end. Watch the evidence grow, and the decision.';
  if (state.status === 'passed') {
    const missing = missingSignOffs(plan, state);
    return missing.length > 0
      ? `The gate has passed. ${missing.length === 1 ? 'One lead is' : `${missing.length} leads are`} asked: press Sign off.`
      : 'The gate has passed, and the next phase waits for its time. Guards stay armed: press a button all the same, or Skip ahead.';
  }
  const weight = formatWeight(state.weight);
  return `The candidate has ${weight} of the traffic, and every minute is evidence. Press Break the candidate, or Skip ahead to what people are told next.`;
};
