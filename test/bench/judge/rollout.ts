import type { Peer, PeerMinute, PeerPlace } from '../../../bench/judge/peers/peer.ts';

export const minuteOf = (
  requests: number | null,
  failures: number | null,
  baselineRequests: number | null = 9000,
  baselineFailures: number | null = 9,
): PeerMinute => ({ requests, failures, baselineRequests, baselineFailures });

const onePhase = (minute: number): PeerPlace => ({ phase: 0, minuteOfPhase: minute, weight: 10 });

/** The minute, from 0, in which the peer rolls back; undefined: it does not. */
export const rolledBackIn = (
  peer: Peer,
  minutes: (minute: number) => PeerMinute,
  length: number,
  place = onePhase,
): number | undefined => {
  const rollout = peer.begin();
  for (let minute = 0; minute < length; minute++) if (rollout(minutes(minute), place(minute))) return minute;
  return undefined;
};
