/** What a schedule says that Sluice does by itself, without asking anybody. */
import { formatDuration } from '../plan/duration.ts';
import type { Guard, Plan } from '../plan/plan.ts';
import { markdownTable } from './markdown.ts';
import { formatWeight } from './wording.ts';

export const guardTable = (plan: Plan): string =>
  plan.guards.length === 0
    ? ''
    : markdownTable(
        ['guard', 'trips', 'then', 'when the baseline breaks it, too', 'at 100 %'],
        plan.guards.map((guard) => [guard.text, whenItTrips(guard), 'rolls back', inOutage(guard), at100(plan, guard)]),
      );

const whenItTrips = ({ claim, proof }: Guard): string => {
  if (claim.kind === 'gauge') return 'when every minute of it is beyond the limit';
  return proof === 'proven' ? 'when the breach is proven' : 'literally, proven or not';
};

const inOutage = ({ claim, inSharedOutage }: Guard): string => {
  if (claim.kind !== 'share') return 'the same';
  return inSharedOutage === 'hold' ? 'holds: it is not the release' : 'rolls back';
};

/** Nothing acquits the candidate at weight 100: phases there after the first ask people, unless the plan says otherwise. */
const at100 = (plan: Plan, { claim }: Guard): string => {
  if (!plan.phases.some(({ weight }) => weight === 100)) return '';
  if (claim.kind === 'ratio' || claim.kind === 'segmentRatio') return 'not armed';
  const asking = plan.phases.filter(
    ({ weight, onTrip }, index) => weight === 100 && plan.phases[index - 1]?.weight === 100 && onTrip === 'hold',
  );
  return asking.length === 0 ? 'rolls back' : `in ${asking.map(({ name }) => name).join(', ')} calls people and holds`;
};

export const automaticActs = (plan: Plan): readonly string[] =>
  [
    watchAct(plan),
    'No healthy candidate target for a minute, or none registered: rolls back.',
    failAct(plan, 'rollBack'),
    failAct(plan, 'hold'),
    'A criterion that is not decided when the bake is over: extends the bake by 15m at a time, up to what its phase allows, then holds for an operator.',
    'No rows from CloudWatch, no requests on the candidate, a split that is not the weight, an outage of both versions, an open incident, too few healthy targets: holds, and goes on by itself 10 rows after the cause is over.',
    'A weight changed by hand: sets it down when it is above the record, holds when it is below.',
    'A rollback sets the candidate to weight 0 on every rule, as far as the baseline has the targets to take it, with stickiness off. Under this name it never rises again.',
  ].filter((act) => act !== '');

const watchAct = ({ regressionWatch }: Plan): string => {
  if ('off' in regressionWatch) return `The regression watch is off: ${regressionWatch.off}.`;
  const sticky = regressionWatch.onSticky === 'hold' ? 'holds' : 'rolls back all the same';
  const most = formatWeight(100 * regressionWatch.falseRollbacks);
  return `Regression watch: rolls back when the candidate fails more than the baseline does; a healthy release in fewer than ${most} of rollouts. On sticky rules, where that does not apply, it ${sticky}.`;
};

const failAct = ({ phases, holdForMinutes }: Plan, onFail: 'hold' | 'rollBack'): string => {
  const names = phases.filter((phase) => phase.advance.length > 0 && phase.onFail === onFail).map(({ name }) => name);
  if (names.length === 0) return '';
  const then =
    onFail === 'rollBack'
      ? 'rolls back at once'
      : `holds at once, and rolls back when nobody answers for ${formatDuration(holdForMinutes)}`;
  return `A criterion proven to fail, at any minute of ${names.join(', ')}: ${then}.`;
};
