/** The three rehearsals of docs/getting-started.md as one picture: the candidate's weight, what failed, and what was decided. */
import { MINUTE_MS } from '../lib/plan/duration.ts';
import type { Entry } from '../lib/rollout/entry.ts';
import { activeHolds } from '../lib/rollout/holds.ts';
import { readFault } from '../lib/sim/fault-text.ts';
import { isInputProblem } from '../lib/sim/input-problem.ts';
import { begin, outcomeOf, proceed } from '../lib/sim/rehearsal.ts';

export interface Rehearsed {
  readonly title: string;
  readonly faults: readonly string[];
}

/** As the page has them. */
export const REHEARSED: readonly Rehearsed[] = [
  { title: 'A good release', faults: [] },
  { title: "--fault 'failures x30 from 00:10'", faults: ['failures x30 from 00:10'] },
  { title: "--fault 'both fail 8% from 00:12 for 10m'", faults: ['both fail 8% from 00:12 for 10m'] },
];

/** Instants are minutes after the plan's start. */
interface Story {
  readonly title: string;
  readonly weights: readonly (readonly [minute: number, percent: number])[];
  readonly failed: readonly (readonly [minute: number, candidate: number, baseline: number])[];
  readonly holds: readonly (readonly [from: number, to: number, code: string])[];
  readonly marks: readonly (readonly [minute: number, text: string])[];
  readonly end: number;
}

export const rehearsalsPicture = async (source: string): Promise<string> => {
  const stories: Story[] = [];
  for (const rehearsed of REHEARSED) stories.push(await storyOf(source, rehearsed));
  return draw(stories);
};

const REQUESTS_PER_MINUTE = 600;

const storyOf = async (source: string, { title, faults: texts }: Rehearsed): Promise<Story> => {
  const faults = texts.map(readFault).flatMap((fault) => (isInputProblem(fault) ? [] : [fault]));
  const entries: Entry[] = [];
  const rehearsal = await begin({
    source,
    seed: 1,
    faults,
    signOffs: 'given',
    requestsPerMinute: REQUESTS_PER_MINUTE,
    onEntry: (entry) => entries.push(entry),
  });
  if ('refused' in rehearsal) throw new Error(`The plan is refused: ${rehearsal.refused.join('; ')}`);
  for (let goesOn = true; goesOn && outcomeOf(rehearsal) === null; ) goesOn = await proceed(rehearsal);
  return tell(title, entries, rehearsal.plan.start);
};

const tell = (title: string, entries: readonly Entry[], start: number): Story => {
  const since = (at: string): number => (Date.parse(at) - start) / MINUTE_MS;
  const weights: (readonly [number, number])[] = [[0, 0]];
  const marks: (readonly [number, string])[] = [];
  const holds: [number, number, string][] = [];
  for (const { at, state, decision } of entries) {
    const minute = since(at);
    if (state.weight !== weights.at(-1)?.[1]) weights.push([minute, state.weight]);
    const text = MARKS[decision.reason.code] ?? (decision.decision === 'rollBack' ? 'rolled back' : undefined);
    if (text !== undefined && marks.at(-1)?.[1] !== text) marks.push([minute, text]);
    const [hold] = activeHolds(state);
    const open = holds.at(-1);
    if (hold !== undefined && open?.[2] !== hold.code) holds.push([minute, minute, hold.code]);
    else if (hold !== undefined && open !== undefined) open[1] = minute;
  }
  const rows = entries.flatMap((entry) => entry.rows);
  const failed = rows.map(
    ({ minute, candidate, baseline }) => [since(minute), share(candidate), share(baseline)] as const,
  );
  return { title, weights, failed, holds, marks, end: since(entries.at(-1)?.at ?? '') };
};

const MARKS: Readonly<Partial<Record<string, string>>> = {
  EXTENDED: 'bake extended',
  GATE_PASSED: 'gate passed',
  FINISHED: 'finished',
  DRAINED: 'complete',
};

const share = (side: { readonly requests: number; readonly failures: number } | null): number =>
  side === null || side.requests === 0 ? 0 : side.failures / side.requests;

const PANEL = { left: 64, right: 24, top: 72, weight: 96, failed: 34, gap: 72 };
const WIDTH = 860;
const MINUTES = 210;
const HEIGHT_PER_PANEL = PANEL.weight + PANEL.failed + PANEL.gap;
/** The strip of failures ends at this share. */
const FAILED_AT_MOST = 0.12;

const toX = (minute: number): number =>
  round(PANEL.left + (Math.max(0, minute) / MINUTES) * (WIDTH - PANEL.left - PANEL.right));
const round = (value: number): number => Math.round(10 * value) / 10;
const clock = (minute: number): string =>
  `${Math.floor(minute / 60)}:${String(Math.floor(minute % 60)).padStart(2, '0')}`;

const draw = (stories: readonly Story[]): string => {
  const height = PANEL.top + stories.length * HEIGHT_PER_PANEL - 8;
  const title = 'Three rehearsals of orders-1-8';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="#222">`,
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="${PANEL.left}" y="24" font-size="16">${title}</text>`,
    legend(),
    ...stories.flatMap((story, index) => panel(story, PANEL.top + index * HEIGHT_PER_PANEL)),
    '</svg>',
    '',
  ].join('\n');
};

const COLOUR = { weight: '#2c5aa0', candidate: '#c0392b', baseline: '#8a8a8a', hold: '#f2c14e' };

const legend = (): string =>
  [
    ['candidate’s share of the traffic', COLOUR.weight],
    ['candidate’s failures', COLOUR.candidate],
    ['baseline’s failures', COLOUR.baseline],
    ['held', COLOUR.hold],
  ]
    .map(([name, colour], index) => {
      const at = PANEL.left + ([0, 220, 370, 505][index] ?? 0);
      return `<rect x="${at}" y="37" width="12" height="12" fill="${colour}"/><text x="${at + 18}" y="47">${name}</text>`;
    })
    .join('');

const panel = (story: Story, top: number): readonly string[] => {
  const ground = top + 20 + PANEL.weight;
  const toY = (percent: number): number => round(ground - (percent / 100) * PANEL.weight);
  return [
    `<text x="${PANEL.left}" y="${top + 8}" font-weight="600">${escaped(story.title)}</text>`,
    ...[0, 50, 100].map(
      (percent) =>
        `<line x1="${PANEL.left}" y1="${toY(percent)}" x2="${WIDTH - PANEL.right}" y2="${toY(percent)}" stroke="#ddd"/><text x="${PANEL.left - 8}" y="${toY(percent) + 4}" text-anchor="end">${percent} %</text>`,
    ),
    ...story.holds.map(
      ([from, to]) =>
        `<rect x="${toX(from)}" y="${ground - PANEL.weight}" width="${round(toX(to) - toX(from))}" height="${PANEL.weight}" fill="${COLOUR.hold}" fill-opacity="0.45"/>`,
    ),
    steps(story, toY),
    failures(story, ground + 4),
    ...axis(ground + 4 + PANEL.failed),
    ...story.holds.map(
      ([from, to, code]) =>
        `<text x="${round((toX(from) + toX(to)) / 2)}" y="${ground - PANEL.weight + 14}" text-anchor="middle" font-size="10">${code}</text>`,
    ),
    ...marks(story, toY),
  ];
};

const steps = ({ weights, end }: Story, toY: (percent: number) => number): string => {
  const points = weights.flatMap(([minute, percent], index) => [
    `${toX(minute)},${toY(weights[index - 1]?.[1] ?? 0)}`,
    `${toX(minute)},${toY(percent)}`,
  ]);
  const line = [...points, `${toX(end)},${toY(weights.at(-1)?.[1] ?? 0)}`];
  const area = [...line, `${toX(end)},${toY(0)}`].join(' ');
  return `<polygon points="${area}" fill="${COLOUR.weight}" fill-opacity="0.16"/><polyline points="${line.join(' ')}" fill="none" stroke="${COLOUR.weight}" stroke-width="2"/>`;
};

/** The candidate's above the line, the baseline's below it. */
const failures = ({ failed }: Story, top: number): string => {
  const half = PANEL.failed / 2;
  const length = (of: number): number => round((Math.min(of, FAILED_AT_MOST) / FAILED_AT_MOST) * half);
  const bars = failed.flatMap(([minute, candidate, baseline]) => [
    ...(candidate > 0 ? [bar(minute, top + half - length(candidate), length(candidate), COLOUR.candidate)] : []),
    ...(baseline > 0 ? [bar(minute, top + half, length(baseline), COLOUR.baseline)] : []),
  ]);
  const line = `<line x1="${PANEL.left}" y1="${top + half}" x2="${WIDTH - PANEL.right}" y2="${top + half}" stroke="#bbb"/>`;
  return `${line}<text x="${PANEL.left - 8}" y="${top + half + 4}" text-anchor="end">failed</text>${bars.join('')}`;
};

const bar = (minute: number, y: number, height: number, colour: string): string =>
  `<rect x="${toX(minute)}" y="${round(y)}" width="2.6" height="${height}" fill="${colour}"/>`;

const axis = (y: number): readonly string[] =>
  [0, 30, 60, 90, 120, 150, 180, 210].map(
    (minute) => `<text x="${toX(minute)}" y="${y + 14}" text-anchor="middle" fill="#555">${clock(minute)}</text>`,
  );

/** A label that would run into the next one stands below the line. */
const NEAR_MINUTES = 45;

const marks = (story: Story, toY: (percent: number) => number): readonly string[] => {
  const weightBefore = (minute: number): number => story.weights.findLast(([at]) => at < minute)?.[1] ?? 0;
  return story.marks.map(([minute, text], index) => {
    const weight = weightBefore(minute);
    const [next = Number.POSITIVE_INFINITY] = story.marks[index + 1] ?? [];
    const isHigh = weight > 60;
    const isBelow = isHigh || (next - minute < NEAR_MINUTES && weightBefore(next) === weight);
    const y = toY(weight);
    const at = `x="${toX(minute) + (isHigh ? -6 : 6)}" y="${round(y + (isBelow ? 14 : -7))}"`;
    return `<circle cx="${toX(minute)}" cy="${y}" r="3.5" fill="${COLOUR.weight}"/><text ${at} text-anchor="${isHigh ? 'end' : 'start'}">${text} ${clock(minute)}</text>`;
  });
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
