/**
 * The rules of other tools, as small pure functions that judge the same minutes as Sluice does. Each is configured as its documentation shows
 * it; where that leaves something open, the choice favours the tool and is said beside it. A rule acts on a minute as soon as the minute is
 * over: what the tool would still wait for is left out, in its favour.
 */

/** One minute as every rule sees it; counts of a minute that is missing are null. */
export interface PeerMinute {
  readonly requests: number | null;
  readonly failures: number | null;
  readonly baselineRequests: number | null;
  readonly baselineFailures: number | null;
}

/** Where in the rollout a minute lies. */
export interface PeerPlace {
  /** 0 in the first minute of the phase. */
  readonly minuteOfPhase: number;
  /** Changes with each phase. */
  readonly phase: number;
  /** Percent of the requests that the candidate is meant to get. */
  readonly weight: number;
}

/** Called once per minute, in order; true: it rolls back, and is called no more. */
export type PeerRollout = (minute: PeerMinute, at: PeerPlace) => boolean;

export interface Peer {
  readonly name: string;
  /** What is configured, in words. */
  readonly rule: string;
  /** Where the rule is documented. */
  readonly source: string;
  /** A fresh rollout. */
  begin(): PeerRollout;
}

/**
 * Failed requests in percent of all; undefined where the minute is missing or had none. Missing failures of a minute that had requests are 0:
 * a load balancer reports them only where there are some.
 */
export const failedPercent = (requests: number | null, failures: number | null): number | undefined =>
  requests === null || requests === 0 ? undefined : (100 * (failures ?? 0)) / requests;
