import type { SegmentVerdict } from '../judge/segment-table.ts';
import type { Assessment } from '../judge/verdict.ts';
import { formatDuration, MINUTE_MS } from '../plan/duration.ts';
import { formatNumber } from '../plan/metric.ts';
import type { Instant } from '../plan/plan.ts';
import { answerTo } from '../report/next-up.ts';
import { OUTCOME_WORDS, outcomeOf } from '../report/outcome.ts';
import { segmentCells, segmentHeading, segmentNamed, worstOf } from '../report/segment-section.ts';
import { ANSWER_WORDS, type SignOffLine } from '../report/sign-off-table.ts';
import {
  assessmentsOf,
  checklistOf,
  comingIn,
  holdsOf,
  judgedMinute,
  segmentsOf,
  signOffsOf,
  watchEvidence,
} from '../report/standing.ts';
import {
  countText,
  formatWeight,
  instantOr,
  intervalText,
  measuredText,
  ruleName,
  shortActor,
} from '../report/wording.ts';
import { tooFewText } from '../rollout/assessment-words.ts';
import type { RuleReading } from '../rollout/evidence.ts';
import { explain, instant } from '../rollout/explain.ts';
import type { Io } from './io.ts';
import { type Mark, marked } from './marks.ts';
import { type Paint, painter, type Style } from './paint.ts';
import { type Section, sectionText } from './section.ts';
import { todoOf } from './status-todo.ts';
import { hasEnded, type StatusView } from './status-view.ts';
import type { Cells } from './table.ts';

/** Instants of the calendar that are shown; the next ones are what people wait for. */
const COMING_AT_MOST = 6;

interface Page {
  readonly view: StatusView;
  readonly terminal: boolean;
  readonly paint: Paint;
}

/** How a rollout stands, for people: where and why in the first two lines, then everything behind it. */
export const statusText = (
  view: StatusView,
  { outIsTerminal, colour }: Pick<Io, 'outIsTerminal' | 'colour'>,
): string => {
  const page = { view, terminal: outIsTerminal, paint: painter(colour) };
  const sections = [
    weightSection(page),
    evidenceSection(page),
    criteriaSection(page),
    segmentsSection(page),
    holdSection(page),
    signOffSection(page),
    checklistSection(page),
    comingSection(page),
    { heading: 'What to do next', rows: todoOf(view).map((line) => [line]) },
    journalSection(page),
  ];
  const texts = sections
    .filter(({ rows }) => rows.length > 0)
    .map((section) => sectionText(section, page.terminal, page.paint));
  return `${[headOf(page), ...texts].join('\n\n')}\n`;
};

const STYLES: Readonly<Record<ReturnType<typeof outcomeOf>, Style>> = {
  scheduled: 'dim',
  running: 'green',
  held: 'yellow',
  rollingBack: 'red',
  rolledBack: 'red',
  finished: 'green',
  closed: 'yellow',
};

const headOf = ({ view, paint }: Page): string => {
  const { plan, state, decision } = view;
  const outcome = outcomeOf(state);
  const phase = plan.phases[state.phase];
  const where = phase === undefined ? '' : `, phase ${phase.name}`;
  const reason = outcome === 'held' ? holdsOf(view).at(-1)?.reason : (state.endedBy ?? state.rollback?.reason);
  return [
    `${plan.rollout}, release ${plan.release}: ${paint(STYLES[outcome], OUTCOME_WORDS[outcome])}${where}, candidate at ${formatWeight(state.weight)}.`,
    explain(reason ?? decision.reason),
  ].join('\n');
};

const weightSection = ({ view, terminal, paint }: Page): Section => ({
  heading: `Weight: ${formatWeight(view.state.weight)} ${hasEnded(view) ? 'recorded last' : 'wanted'}`,
  rows: view.rules.map((reading) => {
    const [mark, seen] = seenOn(reading, view.state.weight);
    return [marked(mark, `rule ${ruleName(reading.rule)}`, terminal, paint), seen];
  }),
});

const seenOn = (reading: RuleReading, wanted: number): readonly [Mark, string] => {
  switch (reading.kind) {
    case 'weighted':
      return [
        reading.weight === wanted ? 'good' : 'bad',
        `${formatWeight(reading.weight)} seen${reading.sticky ? ', sticky' : ''}`,
      ];
    case 'foreign':
      return ['bad', `forwards elsewhere: ${reading.found}`];
    case 'gone':
      return ['bad', 'is gone'];
    case 'unreadable':
      return ['open', `cannot be read (${reading.fault.code})`];
  }
};

const evidenceSection = ({ view }: Page): Section => {
  const { state, now } = view;
  const judged = judgedMinute(view);
  const { bake } = state;
  const age = (at: Instant): string => `${formatDuration((now - at) / MINUTE_MS)} ago`;
  const rows: Cells[] = [];
  if (judged !== null) rows.push(['judged up to', `${instant(judged)}, ${age(judged)}`]);
  if (state.status === 'baking' || state.status === 'passed') {
    const more = bake.upToMinutes > bake.targetMinutes ? `, at most ${formatDuration(bake.upToMinutes)}` : '';
    const begun =
      bake.startedAt === null
        ? 'waits until the weight is seen on every rule'
        : `${formatDuration(bake.minutes)} of ${formatDuration(bake.targetMinutes)}${more}`;
    rows.push(['bake', state.gate === null ? begun : `gate passed at ${instant(state.gate.passedAt)}`]);
  }
  if (state.phase >= 0) rows.push(['regression watch', watchText(view)]);
  if (state.incidents.length > 0) rows.push(['open incidents', state.incidents.join(', ')]);
  return { heading: 'Evidence', rows };
};

const watchText = (view: StatusView): string => {
  const { regressionWatch } = view.plan;
  const watch = watchEvidence(view);
  if (watch === null) return 'off' in regressionWatch ? `off: ${regressionWatch.off}` : 'off';
  const silent = watch.armed ? '' : '; silent until the next rise, since an operator resumed after it had tripped';
  // After a trip it may have grown beyond all measure.
  const evidence = watch.evidence >= 1e6 ? 'more than 1000000' : formatNumber(watch.evidence);
  return `evidence ${evidence} against the candidate, ${formatNumber(watch.needed)} rolls back${silent}`;
};

const MARKS: Readonly<Record<Assessment['verdict'], Mark>> = { pass: 'good', insufficient: 'open', fail: 'bad' };

const criteriaSection = ({ view, terminal, paint }: Page): Section => ({
  heading: `Criteria of ${view.plan.phases[view.state.phase]?.name ?? ''}, on the rows since its bake began`,
  rows: assessmentsOf(view).map((each) => [
    marked(MARKS[each.verdict], each.verdict, terminal, paint),
    each.text,
    measuredText(each),
    intervalText(each),
    each.claim.kind === 'noIncidents' ? '' : countText(each),
    lackText(each),
  ]),
});

/** What an undecided criterion still needs, and which segments had no say. */
const lackText = (assessment: Assessment): string => {
  const { tooFew } = assessment;
  return [neededText(assessment), tooFew === undefined ? '' : tooFewText(tooFew)]
    .filter((part) => part !== '')
    .join('; ');
};

const neededText = ({ verdict, missing, more, of }: Assessment): string => {
  if (verdict !== 'insufficient') return '';
  if (missing !== undefined) return missing;
  if (more === undefined) return '';
  return more === 'never' ? 'at this rate it never passes' : `${formatNumber(Math.ceil(more))} more ${of} needed`;
};

const SEGMENT_MARKS: Readonly<Record<SegmentVerdict, Mark>> = {
  beyond: 'bad',
  worse: 'bad',
  within: 'good',
  open: 'open',
  tooFew: 'open',
  noData: 'open',
};

const segmentsSection = ({ view, terminal, paint }: Page): Section => {
  const table = segmentsOf(view);
  if (table === undefined) return { heading: '', rows: [] };
  const { decision, state } = view;
  const reasons = [decision.reason, state.rollback?.reason, ...state.holds.map(({ reason }) => reason)];
  const named = new Set(reasons.flatMap((reason) => (reason && segmentNamed(reason)) ?? []));
  const { shown, others } = worstOf(table, named);
  const rows = shown.map((line) => {
    const [segment = '', ...cells] = segmentCells(table, line, named.has(line.segment));
    const mark = named.has(line.segment) ? 'bad' : SEGMENT_MARKS[line.verdict];
    return [marked(mark, segment, terminal, paint), ...cells];
  });
  if (rows.length === 0) return { heading: segmentHeading(table), rows: [[others]] };
  return { heading: segmentHeading(table), rows, remarks: others === '' ? [] : [others] };
};

const holdSection = ({ view, paint }: Page): Section => ({
  heading: 'Held',
  rows: holdsOf(view).flatMap((hold): readonly Cells[] => [
    [paint('yellow', hold.code), `since ${instant(hold.since)}`, explain(hold.reason)],
    ['', 'what ends it', answerTo(view.plan, hold)],
  ]),
});

const ANSWER_MARKS: Readonly<Record<SignOffLine['answer'], Mark>> = {
  GO: 'good',
  'NO-GO': 'bad',
  waiting: 'open',
  expired: 'bad',
  never: 'open',
};

const signOffSection = ({ view, terminal, paint }: Page): Section => ({
  heading: `Sign-offs of ${view.plan.phases[view.state.phase]?.name ?? ''}`,
  rows: signOffsOf(view).map(({ role, answer, by, at, why, note }) => {
    const said = [by === '' ? '' : `by ${shortActor(by)}, ${instantOr(at, '')}${why === '' ? '' : `: ${why}`}`, note];
    return [
      marked(ANSWER_MARKS[answer], role, terminal, paint),
      ANSWER_WORDS[answer],
      said.filter((part) => part !== '').join('; '),
    ];
  }),
});

const checklistSection = ({ view, terminal, paint }: Page): Section => {
  const items = checklistOf(view);
  return {
    heading: `Checklist of ${items[0]?.phase ?? ''}, the next phase`,
    rows: items.map(({ item, required, ticked }) => [
      marked(ticked ? 'good' : 'open', item, terminal, paint),
      `${ticked ? 'ticked' : 'not ticked'}${required ? ', required' : ''}`,
    ]),
  };
};

const comingSection = ({ view }: Page): Section => ({
  heading: 'Coming, if nothing holds',
  rows: comingIn(view)
    .slice(0, COMING_AT_MOST)
    .map(({ at, label }) => [instant(at), `in ${formatDuration(Math.ceil((at - view.now) / MINUTE_MS))}`, label]),
});

const journalSection = ({ view }: Page): Section => ({
  heading: 'Journal',
  rows: [
    [`revision ${view.revision}`, instant(view.at)],
    ['SHA-256 of the head', view.hash],
  ],
});
