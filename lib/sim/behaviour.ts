/** What goes wrong in the simulated world, as data. `fault-text.ts` reads it from text; the ports and the traffic act on it. */

export type TrafficSide = 'candidate' | 'baseline' | 'both';

/** Bad shares are told as a multiple of the healthy one or as a share of the requests. */
export type Amount = { readonly times: number } | { readonly share: number };

/** Who changes weights past Sluice. */
export const WRITERS = [
  'hand',
  'ecs',
  'codedeploy',
  'cloudformation',
  'terraform',
  'load-balancer-controller',
] as const;
export type Writer = (typeof WRITERS)[number];

export type Effect =
  | { readonly kind: 'failures'; readonly side: TrafficSide; readonly amount: Amount }
  /** Grows evenly from healthy to `times` over the minutes, then stays. */
  | { readonly kind: 'leak'; readonly side: TrafficSide; readonly times: number; readonly overMinutes: number }
  /** Bad for `everyMinutes`, well for as long, and so on. */
  | { readonly kind: 'flapping'; readonly side: TrafficSide; readonly amount: Amount; readonly everyMinutes: number }
  /** Scales all response times. */
  | { readonly kind: 'slow'; readonly side: TrafficSide; readonly times: number }
  /** Share of the requests that get no answer. */
  | { readonly kind: 'hanging'; readonly side: TrafficSide; readonly share: number }
  /** `times` 0.6 is 40 % less. */
  | { readonly kind: 'revenue'; readonly side: TrafficSide; readonly times: number }
  | { readonly kind: 'orders'; readonly side: TrafficSide; readonly times: number }
  | { readonly kind: 'segment'; readonly side: TrafficSide; readonly segment: string; readonly times: number }
  | { readonly kind: 'traffic'; readonly times: number }
  /** Episodes of 3 minutes in which both sides fail more and clients ask again; one begins every `everyMinutes` on average. */
  | { readonly kind: 'retryStorm'; readonly times: number; readonly everyMinutes: number }
  | { readonly kind: 'gauge'; readonly side: TrafficSide; readonly gauge: string; readonly value: number }
  /** After the weight next falls the group grows again, by `growPerMinute`. */
  | {
      readonly kind: 'targets';
      readonly side: 'candidate' | 'baseline';
      readonly healthy: number;
      readonly registered: number;
      readonly growPerMinute: number;
    }
  | { readonly kind: 'healthUnreadable' }
  /** `silent`: no datapoint of the time comes until the fault ends, then all of them; `lost`: they never come. */
  | { readonly kind: 'cloudWatch'; readonly how: 'silent' | 'lost' | 'throttled' | 'partial' }
  | { readonly kind: 'cloudWatchLate'; readonly minutes: number }
  | { readonly kind: 'noTicks' }
  | {
      readonly kind: 'weightByHand';
      readonly weight: number;
      readonly rule: number | null;
      /** Who it is; a person, where it is not said. */
      readonly by?: Writer | undefined;
    }
  | { readonly kind: 'foreignRule'; readonly rule: number }
  | { readonly kind: 'goneRule'; readonly rule: number }
  | { readonly kind: 'stickyRules' }
  | { readonly kind: 'incident'; readonly alarm: string | null }
  | { readonly kind: 'alarmsUnreadable' }
  | { readonly kind: 'rulesUnreadable' }
  | { readonly kind: 'writesRefused'; readonly raisesOnly: boolean }
  | { readonly kind: 'journalUnwritable' };

export interface Behaviour {
  /** As written. */
  readonly text: string;
  /** Minutes after the plan's start, `to` exclusive; null: to the end. */
  readonly fromMinute: number;
  readonly toMinute: number | null;
  readonly effect: Effect;
}

type EffectOf<K extends Effect['kind']> = Extract<Effect, { readonly kind: K }>;

/** The behaviours of one kind that are at work `minute` minutes (may be a fraction) after the plan's start. */
export const active = <K extends Effect['kind']>(
  behaviours: readonly Behaviour[],
  kind: K,
  minute: number,
): readonly (Behaviour & { readonly effect: EffectOf<K> })[] =>
  behaviours.filter(
    (behaviour): behaviour is Behaviour & { readonly effect: EffectOf<K> } =>
      behaviour.effect.kind === kind && isAt(behaviour, minute),
  );

export const isAt = (behaviour: Behaviour, minute: number): boolean =>
  minute >= behaviour.fromMinute && (behaviour.toMinute === null || minute < behaviour.toMinute);
