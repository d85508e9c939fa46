/** The one message of a rollout: how it stands, kept current. Pure. */

import type { Assessment } from '../judge/verdict.ts';
import { formatDuration, MINUTE_MS } from '../plan/duration.ts';
import { formatNumber } from '../plan/metric.ts';
import type { Instant } from '../plan/plan.ts';
import type { Newest } from '../report/ledger.ts';
import { answerTo } from '../report/next-up.ts';
import { OUTCOME_WORDS, outcomeOf } from '../report/outcome.ts';
import { ANSWER_WORDS } from '../report/sign-off-table.ts';
import {
  assessmentsOf,
  checklistOf,
  comingIn,
  finishIn,
  holdsOf,
  judgedMinute,
  type Standing,
  seenOn,
  signOffsOf,
  watchEvidence,
} from '../report/standing.ts';
import {
  formatWeight,
  groupName,
  intervalText,
  marginText,
  measuredText,
  ruleName,
  shortActor,
} from '../report/wording.ts';
import { explain } from '../rollout/explain.ts';
import { isEnded } from '../rollout/situation.ts';
import { isAsleep } from '../rollout/wake-ups.ts';
import { type Block, context, header, type Message, section, TEXT_CHARACTERS } from './blocks.ts';
import { buttonsOf } from './buttons.ts';
import { bold, cut, dateOf, escaped, type Mrkdwn, mentionOf } from './mrkdwn.ts';

/** The newest entry with its plan. */
export interface Shown extends Newest, Standing {
  /** Installation that answers buttons; null: nobody does. */
  readonly answeredBy: string | null;
  /** It is posted now, and whoever is mentioned in it is notified; a change notifies nobody. */
  readonly isNew: boolean;
}

export const rolloutMessage = (shown: Shown): Message => ({
  text: cut(escaped(`${headline(shown)}. ${sentence(shown)}`), TEXT_CHARACTERS),
  blocks: [
    header(headline(shown)),
    ...section('', [escaped(releaseLine(shown)), escaped(sentence(shown))]),
    ...section('Now', nowLines(shown)),
    ...section(`Criteria of ${phaseName(shown)}`, assessmentsOf(shown).map(criterionLine)),
    ...section('Held', holdLines(shown)),
    ...section(`Sign-offs of ${phaseName(shown)}`, signOffLines(shown)),
    ...section(`Checklist of ${checklistOf(shown)[0]?.phase ?? ''}, the next phase`, checklistLines(shown)),
    ...section('Next', nextLines(shown)),
    ...(shown.answeredBy === null ? [] : buttonsOf({ ...shown, installation: shown.answeredBy })),
    footer(shown),
  ],
});

const phaseName = ({ plan, state }: Standing): string => plan.phases[state.phase]?.name ?? '';

const headline = (shown: Shown): string => {
  const { plan, state } = shown;
  const phase = isEnded(state) ? '' : phaseName(shown);
  const mode = plan.mode === 'aa' ? ' (A/A)' : '';
  return `${plan.rollout}${mode}: ${OUTCOME_WORDS[outcomeOf(state)]}${phase === '' ? '' : `, phase ${phase}`}`;
};

const releaseLine = ({ plan: { release, traffic } }: Shown): string =>
  `Release ${release}, from ${groupName(traffic.baseline)} to ${groupName(traffic.candidate)}.`;

/** Why it stands so. */
const sentence = (shown: Shown): string => {
  const { state, decision } = shown;
  const held = outcomeOf(state) === 'held' ? holdsOf(shown).at(-1)?.reason : undefined;
  return explain(held ?? state.endedBy ?? state.rollback?.reason ?? decision.reason);
};

const nowLines = (shown: Shown): readonly Mrkdwn[] => {
  const { plan, state } = shown;
  const judged = judgedMinute(shown);
  const { bake } = state;
  const isBaking = state.status === 'baking' && bake.startedAt !== null;
  const most = bake.upToMinutes > bake.targetMinutes ? `, at most ${formatDuration(bake.upToMinutes)}` : '';
  return [
    `Weight wanted ${formatWeight(state.weight)}; seen ${seenText(shown)}`,
    // The minute that was judged last is over one minute after its start.
    judged === null ? 'No data judged yet' : `Data up to ${dateOf(judged + MINUTE_MS)}`,
    ...(isBaking ? [`Baked ${formatDuration(bake.minutes)} of ${formatDuration(bake.targetMinutes)}${most}`] : []),
    ...(state.gate === null ? [] : [`Gate passed ${dateOf(state.gate.passedAt)}`]),
    ...(state.phase < 0 ? [] : [watchLine(shown)]),
    ...(state.incidents.length === 0 ? [] : [`Open incidents: ${escaped(state.incidents.join(', '))}`]),
    ...(plan.traffic.rules.length > 1
      ? seenOn(shown)
          .filter(({ isAsWanted }) => !isAsWanted)
          .map(ruleLine)
      : []),
  ];
};

const seenText = (shown: Shown): string => {
  const seen = seenOn(shown);
  const wanted = seen.filter(({ isAsWanted }) => isAsWanted).length;
  if (seen.length === 1) return seen[0] === undefined ? '' : weightSeen(seen[0]);
  return `on ${wanted} of ${seen.length} rules`;
};

const weightSeen = ({ weight, isAsWanted }: ReturnType<typeof seenOn>[number]): string => {
  if (weight === null) return 'not known';
  return `${formatWeight(weight)}${isAsWanted ? '' : ' last'}`;
};

const ruleLine = (seen: ReturnType<typeof seenOn>[number]): Mrkdwn =>
  escaped(`• rule ${ruleName(seen.rule)}: seen ${weightSeen(seen)}`);

const watchLine = (shown: Shown): Mrkdwn => {
  const watch = watchEvidence(shown);
  if (watch === null) return 'Regression watch: off';
  // After a trip it may have grown beyond all measure.
  const evidence = watch.evidence >= 1e6 ? 'more than 1000000' : formatNumber(watch.evidence);
  return `Regression watch: evidence ${evidence} against the candidate, ${formatNumber(watch.needed)} rolls back${watch.armed ? '' : '; silent until the next rise'}`;
};

const criterionLine = (assessment: Assessment): Mrkdwn => {
  const { verdict, text, missing, more, of } = assessment;
  const lack =
    verdict !== 'insufficient'
      ? ''
      : (missing ??
        (more === undefined
          ? ''
          : more === 'never'
            ? 'at this rate never'
            : `${formatNumber(Math.ceil(more))} more ${of} needed`));
  const numbers = [measuredText(assessment), intervalText(assessment), marginText(assessment), lack];
  const told = numbers.filter((part) => part !== '').join('; ');
  return `• ${verdict === 'fail' ? '*FAIL*' : verdict} ${bold(text)}${told === '' ? '' : `: ${escaped(told)}`}`;
};

const holdLines = (shown: Shown): readonly Mrkdwn[] =>
  holdsOf(shown).map(
    (hold) =>
      `• ${bold(hold.code)} since ${dateOf(hold.since)}: ${escaped(explain(hold.reason))} ${escaped(`What ends it: ${answerTo(shown.plan, hold)}`)}`,
  );

/** While it bakes, and until it goes on. */
const signOffLines = (shown: Shown): readonly Mrkdwn[] =>
  signOffsOf(shown).map(({ role, answer, by, at, why, note }) => {
    const said = at === null ? '' : ` by ${shown.isNew ? escaped(shortActor(by)) : personIn(by)}, ${dateOf(at)}`;
    const more = [why, note].filter((part) => part !== '').join('; ');
    const word = answer === 'GO' || answer === 'NO-GO' ? `*${answer}*` : ANSWER_WORDS[answer];
    return `• ${bold(role)}: ${word}${said}${more === '' ? '' : `: ${escaped(more)}`}`;
  });

/** Slack shows a member by their name. */
const personIn = (actor: string): Mrkdwn => {
  const member = /^slack:([UW][A-Z0-9]{2,20})$/.exec(actor)?.[1];
  return member === undefined ? escaped(shortActor(actor)) : mentionOf(member);
};

const checklistLines = (shown: Shown): readonly Mrkdwn[] =>
  checklistOf(shown).map(
    ({ item, required, ticked }) =>
      `• ${ticked ? 'ticked' : '*not ticked*'}${required ? ', required' : ''}: ${escaped(item)}`,
  );

/** Instants of the calendar that are shown. */
const COMING_AT_MOST = 3;

const nextLines = (shown: Shown): readonly Mrkdwn[] => {
  const { plan, state, now } = shown;
  const coming = comingIn(shown).slice(0, COMING_AT_MOST);
  const finish = finishIn(shown);
  const held = holdsOf(shown).length > 0;
  // Nothing wakes a rollout that sleeps, so a countdown would stand still.
  const until = (at: Instant): string =>
    isAsleep(plan, state, now) ? '' : `, in ${formatDuration(Math.max(0, Math.ceil((at - now) / MINUTE_MS)))}`;
  return [
    ...coming.map(({ at, label }) => `• ${escaped(label)}: ${dateOf(at)}${until(at)}`),
    ...(finish === null ? [] : [`Finished, if everything passes: ${dateOf(finish)}${until(finish)}`]),
    ...(held ? ['None of this comes while it is held, and the end is open'] : []),
  ];
};

const footer = ({ revision, at }: Shown): Block =>
  context(`As of ${dateOf(at)}, revision ${revision} of the journal. Details are in the thread.`);
