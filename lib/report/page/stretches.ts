/** The way of a rollout as bars: when each phase was entered, baked and left, its checkpoints, and what held it. */
import { formatDuration } from '../../plan/duration.ts';
import type { Instant } from '../../plan/plan.ts';
import { instant } from '../../rollout/explain.ts';
import type { Held } from '../hold-log.ts';
import type { Ledger, Newest } from '../ledger.ts';
import type { Look, Visit } from '../visits.ts';
import { formatWeight, instantOr } from '../wording.ts';
import type { PageData, Stretch } from './shape.ts';

/** Where the way begins and where it ends by now. */
export const wayOf = ({ visits, changes }: Ledger, { at, state }: Newest): readonly [Instant, Instant] => {
  const from = visits[0]?.enteredAt ?? changes[0]?.at ?? at;
  return [from, Math.max(from + 60_000, state.endedAt ?? at)];
};

export const timelineOf = (ledger: Ledger, newest: Newest): PageData['timeline'] => {
  const [from, to] = wayOf(ledger, newest);
  const place = (at: Instant): number =>
    Number(((100 * Math.min(Math.max(at - from, 0), to - from)) / (to - from)).toFixed(2));
  const entered = ledger.visits.map((visit, index) =>
    stretchOf(ledger, visit, place, to, index === ledger.visits.length - 1 && newest.state.endedAt === null),
  );
  const never = ledger.plan.phases.filter((_, index) => !ledger.visits.some(({ phase }) => phase === index));
  const stretches = [
    ...entered,
    ...never.map(({ name, weight }) => ({ ...NOT_ENTERED, name, weight: formatWeight(weight) })),
  ];
  return { from: instant(from), to: instant(to), stretches };
};

const NOT_ENTERED = {
  isEntered: false,
  isCurrent: false,
  from: 0,
  to: 0,
  bakeFrom: null,
  gateAt: null,
  backAt: null,
  sentence: 'Not entered.',
  looks: [],
  holds: [],
};

const stretchOf = (
  { plan, holds, newest }: Ledger,
  visit: Visit,
  place: (at: Instant) => number,
  end: Instant,
  isCurrent: boolean,
): Stretch => {
  const phase = plan.phases[visit.phase];
  const until = visit.leftAt ?? end;
  const back = newest?.state.rollback?.decidedAt ?? null;
  const isBack = back !== null && back >= visit.enteredAt && back <= until;
  return {
    name: phase?.name ?? '',
    weight: formatWeight(phase?.weight ?? 0),
    isEntered: true,
    isCurrent,
    from: place(visit.enteredAt),
    to: place(until),
    bakeFrom: visit.bakeStartedAt === null ? null : place(visit.bakeStartedAt),
    gateAt: visit.gatePassedAt === null ? null : place(visit.gatePassedAt),
    backAt: isBack ? place(back) : null,
    sentence: sentenceOf(visit),
    looks: visit.looks.map((look) => ({ at: place(look.at), text: lookText(look), kind: kindOf(look) })),
    holds: holds
      .filter(({ since, endedAt }) => since < until && (endedAt ?? end) > visit.enteredAt)
      .map((held) => ({
        from: place(Math.max(held.since, visit.enteredAt)),
        to: place(Math.min(held.endedAt ?? end, until)),
        text: holdText(held),
      })),
  };
};

const sentenceOf = ({ enteredAt, leftAt, bakedMinutes, targetMinutes, gatePassedAt }: Visit): string => {
  const gate = gatePassedAt === null ? 'gate not passed' : `gate passed ${instant(gatePassedAt)}`;
  return `Entered ${instant(enteredAt)}, baked ${formatDuration(bakedMinutes)} of ${formatDuration(targetMinutes)}, ${gate}, ${leftAt === null ? 'not left yet' : `left ${instantOr(leftAt, '')}`}.`;
};

const kindOf = ({ assessments }: Look): 'pass' | 'open' | 'fail' => {
  if (assessments === null) return 'open';
  if (assessments.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return assessments.every(({ verdict }) => verdict === 'pass') ? 'pass' : 'open';
};

const lookText = (look: Look): string => {
  const { what, at, assessments } = look;
  if (assessments === null) return `${what}, ${instant(at)}: no table of its own`;
  const passing = assessments.filter(({ verdict }) => verdict === 'pass').length;
  const failing = assessments.filter(({ verdict }) => verdict === 'fail').length;
  const verdict =
    failing > 0
      ? `${failing} of ${assessments.length} criteria fail`
      : passing === assessments.length
        ? 'all criteria pass'
        : `${passing} of ${assessments.length} criteria pass, the others are not decided`;
  return `${what}, ${instant(at)}: ${verdict}`;
};

const holdText = ({ code, since, endedAt, end }: Held): string =>
  `Hold ${code} from ${instant(since)}, ${endedAt === null ? 'still held' : `ended ${instant(endedAt)} by ${end === 'by itself' ? 'itself' : end}`}`;
