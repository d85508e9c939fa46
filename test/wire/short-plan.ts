/** The seed plan within an afternoon, on rules and target groups that exist. */
import { seedSource } from '../rollout/fixture.ts';

export interface ShortPlan {
  readonly rollout: string;
  /** `2025-10-31`: it starts at noon, UTC. */
  readonly day: string;
  /** ARNs. */
  readonly rules: readonly string[];
  readonly baseline: string;
  readonly candidate: string;
}

/**
 * Requests a minute, both target groups together: fifty times as many as a rehearsal has, so that bakes which are shorter by so much see
 * as many requests as the plan's own, and its limits can be proven with them.
 */
export const REQUESTS_PER_MINUTE = 600_000;

/**
 * Only times are changed: two days, a day and twelve days become hours, and the minutes of guards, warm-ups and settling stay what they are.
 * Phases that compare revenue keep more than an hour, which is what the twelve blocks take that the comparison needs.
 */
const SHORTENED: readonly (readonly [string, string])[] = [
  ['bake: 2h', 'bake: 65m'],
  ['checkpoints: [15m, 30m, 1h, 90m]', 'checkpoints: [15m, 30m, 45m, 60m]'],
  ['start: 2025-11-01T14:00:00Z', 'start: 2025-10-31T13:20:00Z'],
  ['bake: 4h', 'bake: 65m'],
  ['checkpoints: [15m, 30m, 1h, 2h, 3h]', 'checkpoints: [10m, 20m, 30m, 45m, 60m]'],
  ['advanceAfter: 30m', 'advanceAfter: 10m'],
  ['start: 2025-11-02T16:00:00Z', 'start: 2025-10-31T14:50:00Z'],
  ['bake: 24h', 'bake: 15m'],
  ['checkpoints: [1h, 4h, 12h]', 'checkpoints: [5m, 8m, 10m]'],
  ['bake: 12d', 'bake: 1h'],
  ['checkpoints: daily', 'checkpoints: [5m, 10m, 15m, 20m, 25m, 30m, 35m, 40m, 45m, 50m, 55m]'],
];

export const shortPlan = ({ rollout, day, rules, baseline, candidate }: ShortPlan): string => {
  const named: readonly (readonly [string | RegExp, string])[] = [
    ['rollout: ultra-fast-analyzer', `rollout: ${rollout}`],
    [/rules: .*/, `rules: [${rules.join(', ')}]`],
    [/baseline: +arn:.*/, `baseline: ${baseline}`],
    [/candidate: +arn:.*/, `candidate: ${candidate}`],
  ];
  const short = [...SHORTENED, ...named].reduce((source, [before, after]) => {
    if (source.search(typeof before === 'string' ? literally(before) : before) < 0)
      throw new Error(`the seed plan has no ${before} any more`);
    return source.replace(before, after);
  }, seedSource);
  return short.replaceAll('2025-10-31', day);
};

const literally = (text: string): RegExp => new RegExp(text.replace(/[[\]]/g, '\\$&'));
