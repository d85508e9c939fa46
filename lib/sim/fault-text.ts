import { type Amount, type Behaviour, type Effect, type TrafficSide, WRITERS } from './behaviour.ts';
import type { InputProblem } from './input-problem.ts';
import { TRAFFIC } from './traffic-model.ts';

type Groups = Readonly<Record<string, string | undefined>>;

interface Form {
  /** As shown to people. */
  readonly shown: string;
  readonly pattern: RegExp;
  readonly read: (groups: Groups) => Effect;
}

const SIDE = '(?:(?<side>candidate|baseline|both) )?';
const AMOUNT = '(?:[x×](?<times>[\\d.]+)|(?<percent>[\\d.]+) ?%)';

const sideOf = (groups: Groups): TrafficSide =>
  groups.side === 'baseline' || groups.side === 'both' ? groups.side : 'candidate';
const number = (text: string | undefined, otherwise: number): number => (text === undefined ? otherwise : Number(text));
const amountOf = (groups: Groups): Amount =>
  groups.percent === undefined ? { times: number(groups.times, 1) } : { share: Number(groups.percent) / 100 };
const less = (groups: Groups): number => 1 - number(groups.percent, 0) / 100;
const minutesOf = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : (readDuration(text) ?? otherwise);

const form = (shown: string, pattern: string, read: (groups: Groups) => Effect): Form => ({
  shown,
  pattern: new RegExp(`^${pattern}$`),
  read,
});

const DURATION = '[\\dmhd]+';

/** Everything that can go wrong, and how it is written. */
const FORMS: readonly Form[] = [
  form('[candidate|baseline|both] failures x50 | 5%', `${SIDE}fail(?:ures|s)? ${AMOUNT}`, (g) => ({
    kind: 'failures',
    side: sideOf(g),
    amount: amountOf(g),
  })),
  form('[SIDE] leak x50 over 6h', `${SIDE}(?:slow )?leak x(?<times>[\\d.]+) over (?<over>${DURATION})`, (g) => ({
    kind: 'leak',
    side: sideOf(g),
    times: number(g.times, 1),
    overMinutes: minutesOf(g.over, 1),
  })),
  form('[SIDE] flapping x50 | 5% [every 3m]', `${SIDE}flapping ${AMOUNT}(?: every (?<every>${DURATION}))?`, (g) => ({
    kind: 'flapping',
    side: sideOf(g),
    amount: amountOf(g),
    everyMinutes: minutesOf(g.every, 3),
  })),
  form('[SIDE] slow x6', `${SIDE}slow x(?<times>[\\d.]+)`, (g) => ({
    kind: 'slow',
    side: sideOf(g),
    times: number(g.times, 1),
  })),
  form('[SIDE] p99 300ms', `${SIDE}p99 (?<ms>[\\d.]+) ?ms`, (g) => ({
    kind: 'slow',
    side: sideOf(g),
    times: number(g.ms, 0) / 1000 / TRAFFIC.p99Seconds,
  })),
  form('[SIDE] hanging 50%', `${SIDE}hanging (?<percent>[\\d.]+) ?%`, (g) => ({
    kind: 'hanging',
    side: sideOf(g),
    share: number(g.percent, 0) / 100,
  })),
  form('[SIDE] revenue -40%', `${SIDE}revenue -(?<percent>[\\d.]+) ?%`, (g) => ({
    kind: 'revenue',
    side: sideOf(g),
    times: less(g),
  })),
  form('[SIDE] orders -100%', `${SIDE}orders -(?<percent>[\\d.]+) ?%`, (g) => ({
    kind: 'orders',
    side: sideOf(g),
    times: less(g),
  })),
  form(
    '[SIDE] segment NAME failures x10 (or a number, 1 is the first)',
    `${SIDE}segment (?<segment>\\S+) fail(?:ures|s)? x(?<times>[\\d.]+)`,
    (g) => ({ kind: 'segment', side: sideOf(g), segment: g.segment ?? '', times: number(g.times, 1) }),
  ),
  form(
    'retry storm [x20] [every 30m]',
    `retry storm(?: x(?<times>[\\d.]+))?(?: every (?<every>${DURATION}))?`,
    (g) => ({
      kind: 'retryStorm',
      times: number(g.times, 20),
      everyMinutes: minutesOf(g.every, 30),
    }),
  ),
  form('traffic x2', 'traffic x(?<times>[\\d.]+)', (g) => ({ kind: 'traffic', times: number(g.times, 1) })),
  form('[SIDE] gauge cpu 95', `${SIDE}gauge (?<gauge>\\S+) (?<value>[\\d.]+)`, (g) => ({
    kind: 'gauge',
    side: sideOf(g),
    gauge: g.gauge ?? '',
    value: number(g.value, 0),
  })),
  form(
    'candidate|baseline targets 4 of 20 [growing 1/min]',
    '(?<side>candidate|baseline) targets (?<healthy>\\d+) of (?<registered>\\d+)(?: growing (?<grow>[\\d.]+)/min)?',
    (g) => ({
      kind: 'targets',
      side: g.side === 'baseline' ? 'baseline' : 'candidate',
      healthy: number(g.healthy, 0),
      registered: number(g.registered, 0),
      growPerMinute: number(g.grow, 0),
    }),
  ),
  form('health unreadable', 'health unreadable', () => ({ kind: 'healthUnreadable' })),
  form('cloudwatch silent | lost | throttled | partial', 'cloudwatch (?<how>silent|lost|throttled|partial)', (g) => ({
    kind: 'cloudWatch',
    how: g.how === 'lost' || g.how === 'throttled' || g.how === 'partial' ? g.how : 'silent',
  })),
  form('cloudwatch late 4m', `cloudwatch late (?<late>${DURATION})`, (g) => ({
    kind: 'cloudWatchLate',
    minutes: minutesOf(g.late, 0),
  })),
  form('no ticks', 'no ticks', () => ({ kind: 'noTicks' })),
  form(
    `weight 50 by ${WRITERS.join('|')} [on rule 1]`,
    `weight (?<weight>[\\d.]+) ?%? by (?<by>${WRITERS.join('|')})(?: on rule (?<rule>\\d+))?`,
    (g) => ({
      kind: 'weightByHand',
      weight: number(g.weight, 0),
      rule: g.rule === undefined ? null : Number(g.rule) - 1,
      by: WRITERS.find((writer) => writer === g.by),
    }),
  ),
  form('foreign rule [1]', 'foreign rule(?: (?<rule>\\d+))?', (g) => ({
    kind: 'foreignRule',
    rule: number(g.rule, 1) - 1,
  })),
  form('gone rule [1]', 'gone rule(?: (?<rule>\\d+))?', (g) => ({ kind: 'goneRule', rule: number(g.rule, 1) - 1 })),
  form('sticky rules', 'sticky rules', () => ({ kind: 'stickyRules' })),
  form('incident [ALARM]', 'incident(?: (?<alarm>\\S+))?', (g) => ({ kind: 'incident', alarm: g.alarm ?? null })),
  form('alarms unreadable', 'alarms unreadable', () => ({ kind: 'alarmsUnreadable' })),
  form('rules unreadable', 'rules unreadable', () => ({ kind: 'rulesUnreadable' })),
  form('writes refused | raises refused', '(?<what>writes|raises) refused', (g) => ({
    kind: 'writesRefused',
    raisesOnly: g.what === 'raises',
  })),
  form('journal unwritable', 'journal unwritable', () => ({ kind: 'journalUnwritable' })),
];

/** The forms of a fault, for help and for error messages. */
export const faultForms: readonly string[] = FORMS.map(({ shown }) => shown);

const WHEN = 'HH:MM or "2d 03:00", counted from the plan\'s start';
const TIME = '(?:\\d+d )?\\d+:[0-5]\\d';
const FAULT = new RegExp(
  `^(?<what>.*?)(?: (?:from|at) (?<from>${TIME}))?(?: to (?<to>${TIME})| for (?<span>${DURATION}))?$`,
);

/** Reads a fault as the command line gives it: `failures x50 from 00:37 for 8m`. Hours may go beyond 23. */
export const readFault = (text: string): Behaviour | InputProblem => {
  const groups: Groups = FAULT.exec(text.trim().replace(/\s+/g, ' '))?.groups ?? {};
  const what = groups.what ?? '';
  const known = FORMS.find(({ pattern }) => pattern.test(what));
  if (known === undefined) return unknown(text);
  const effect = known.read(known.pattern.exec(what)?.groups ?? {});
  const fromMinute = groups.from === undefined ? 0 : readTime(groups.from);
  const span = groups.span === undefined ? null : readDuration(groups.span);
  if (groups.span !== undefined && span === null)
    return { problem: `Fault "${text}": "for" must be a duration such as 8m, 3h or 1d, given "${groups.span}"` };
  const toMinute = span === null ? (groups.to === undefined ? null : readTime(groups.to)) : fromMinute + span;
  if (toMinute !== null && toMinute <= fromMinute) return { problem: `Fault "${text}": must end after it begins` };
  const bad = impossible(effect);
  return bad === null ? { text, fromMinute, toMinute, effect } : { problem: `Fault "${text}": ${bad}` };
};

const unknown = (text: string): InputProblem => ({
  problem: [
    `Fault "${text}" is not known. It must be one of these, then "from TIME" and "to TIME" or "for 8m"; TIME is ${WHEN}:`,
    ...faultForms.map((shown) => `  ${shown}`),
  ].join('\n'),
});

const readTime = (text: string): number => {
  const match = /^(?:(\d+)d )?(\d+):(\d\d)$/.exec(text);
  return number(match?.[1], 0) * 1440 + number(match?.[2], 0) * 60 + number(match?.[3], 0);
};

/** Whole minutes of `8m`, `3h`, `1d`, `1h30m`; null: not a duration. */
const readDuration = (text: string): number | null => {
  const match = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?$/.exec(text);
  const minutes = number(match?.[1], 0) * 1440 + number(match?.[2], 0) * 60 + number(match?.[3], 0);
  return minutes > 0 ? minutes : null;
};

const impossible = (effect: Effect): string | null => {
  if (!everyNumber(effect).every(Number.isFinite)) return 'a number must be written in digits with at most one point';
  if ('share' in effect && effect.share > 1) return 'a share must be at most 100 %';
  if ('amount' in effect && 'share' in effect.amount && effect.amount.share > 1) return 'a share must be at most 100 %';
  if ('times' in effect && effect.times < 0) return 'a fall must be at most 100 %';
  if (effect.kind === 'targets' && effect.healthy > effect.registered)
    return 'healthy targets must not be more than registered ones';
  if (effect.kind === 'weightByHand' && effect.weight > 100) return 'a weight must be at most 100';
  return null;
};

const everyNumber = (value: object): readonly number[] =>
  Object.values(value).flatMap((part: unknown) =>
    typeof part === 'number' ? [part] : typeof part === 'object' && part !== null ? everyNumber(part) : [],
  );
