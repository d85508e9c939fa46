/** What evidence consists of: the counts of a run of minutes, from its first one on. */
import type { Minute } from './regression.ts';

/** Zeros while nothing is known: a minute without counts is a minute all the same. */
export type Since = readonly [
  minute: string,
  minutes: number,
  requests: number,
  events: number,
  baselineRequests: number,
  baselineEvents: number,
  /** Minutes with an event of the candidate, and the most in one of them. */
  eventMinutes: number,
  mostInMinute: number,
];

/** @param minute undefined: its counts are not known */
export const sinceMinute = (at: string, minute: Minute | undefined): Since =>
  minute === undefined
    ? [at, 1, 0, 0, 0, 0, 0, 0]
    : [
        at,
        1,
        minute.requests,
        minute.events,
        minute.baselineRequests,
        minute.baselineEvents,
        minute.events > 0 ? 1 : 0,
        minute.events,
      ];

/** One run of minutes and the one that follows it. */
export const joined = (one: Since | null, next: Since | null): Since | null => {
  if (one === null || next === null) return one ?? next;
  return [
    one[0],
    one[1] + next[1],
    one[2] + next[2],
    one[3] + next[3],
    one[4] + next[4],
    one[5] + next[5],
    one[6] + next[6],
    Math.max(one[7], next[7]),
  ];
};

export const countsOf = ([, , requests, events, baselineRequests, baselineEvents]: Since): Minute => ({
  requests,
  events,
  baselineRequests,
  baselineEvents,
});

/** One client or one hiccup is not a regression, however unlikely. */
export interface Enough {
  readonly bad: number;
  readonly minutes: number;
  /** As many in one minute need no second one. */
  readonly inOneMinute: number;
  /** Of a fall: the candidate's good events at the baseline's rate. */
  readonly expected: number;
}

export const ENOUGH: Enough = { bad: 3, minutes: 2, inOneMinute: 20, expected: 10 };

/** @param ofFall events are good ones, which are missed */
export const isEnough = (since: Since, ofFall: boolean, enough: Enough): boolean => {
  const [, , requests, events, baselineRequests, baselineEvents, eventMinutes, mostInMinute] = since;
  if (ofFall) return baselineRequests > 0 && (requests * baselineEvents) / baselineRequests >= enough.expected;
  return events >= enough.bad && (eventMinutes >= enough.minutes || mostInMinute >= enough.inOneMinute);
};
