/** What `sluice check` is told of the baseline. */
import { readBetween, readPercent } from './numbers.ts';
import type { CheckOptions } from './options.ts';
import { accepted, isRefusal, joinRefusals, type Refusal } from './refusal.ts';

/** Undefined: not given. */
export interface GivenRates {
  /** The share of requests that fail. */
  readonly failureShare?: number | undefined;
  /** D: how many bad events come together. */
  readonly clumpiness?: number | undefined;
}

/** Reads `--failure-rate P%` and `--clumpiness N`. */
export const readRates = (options: CheckOptions): GivenRates | Refusal => {
  const failureShare = readPercent('--failure-rate', options.failureRate);
  const clumpiness = readBetween('--clumpiness', options.clumpiness, 1, 20);
  const refused = joinRefusals([failureShare, clumpiness].filter(isRefusal));
  return refused ?? { failureShare: accepted(failureShare), clumpiness: accepted(clumpiness) };
};
