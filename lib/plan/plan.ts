import type * as z from 'zod';
import type { planSchema } from './schema.ts';

/**
 * The plan: validated and immutable. What an operator writes is parsed into this shape (schema.ts), and everything
 * downstream reads only this.
 *
 * Instants are epoch milliseconds (UTC), durations are whole minutes, weights are percent (0.1 steps),
 * shares and ratios are fractions (1 % is 0.01), latencies are seconds.
 */
export type Plan = Immutable<z.output<typeof planSchema>>;

export type Phase = Plan['phases'][number];

export type { Claim, Criterion, Guard, ShareKey } from './claim.ts';

/** A weekly window in which the weight may rise; minutes are wall-clock minutes of the day, `toMinute` may pass midnight (> 1440). */
export type Window = Plan['windows'][number];

/** From `from` until before `to` the weight must not rise. */
export type Freeze = Plan['freezes'][number];

/** One CloudWatch metric, a value per minute. */
export type MetricSource = NonNullable<Plan['metrics']['revenue']>['sum'];

/** Slack member ids, and IAM principals in which `*` stands for anything but `/`. */
export type People = Plan['operators'];

export type Instant = number;

/** A key of `leads`. */
export type Role = string;

type Immutable<T> = T extends object ? { readonly [K in keyof T]: Immutable<T[K]> } : T;
