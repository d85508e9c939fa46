/** Which bad events of all requests: 5xx and refused connections, requests without an answer, or answers slower than a threshold. */
export type ShareKey = 'failures' | 'unavailable' | `slow:${number}ms`;

export type Side = 'below' | 'above';

/**
 * What an expression says, in counts. `side` is the side of the limit on which the claim is true:
 * `availability > 99.9%` is `{kind: 'share', share: 'unavailable', side: 'below', limit: 0.001}`.
 */
export type Claim =
  | { readonly kind: 'share'; readonly share: ShareKey; readonly side: Side; readonly limit: number }
  | { readonly kind: 'ratio'; readonly side: Side; readonly limit: number }
  | { readonly kind: 'segmentRatio'; readonly side: Side; readonly limit: number }
  | { readonly kind: 'segmentSpread'; readonly side: Side; readonly limit: number }
  | { readonly kind: 'gauge'; readonly gauge: string; readonly side: Side; readonly limit: number }
  | { readonly kind: 'noIncidents' };

export interface Criterion {
  /** As written, for people. */
  readonly text: string;
  /** Catalogue name: `errorRate`, `latencyP99`, a gauge's own name. */
  readonly metric: string;
  /** `true`: asks for no evidence against, the claim being what must not be proven. */
  readonly not: boolean;
  readonly claim: Claim;
}

export interface Guard {
  readonly text: string;
  readonly metric: string;
  /** What must not happen. */
  readonly claim: Exclude<Claim, { kind: 'noIncidents' | 'segmentSpread' }>;
  readonly forMinutes: number;
  readonly proof: 'proven' | 'none';
  readonly inSharedOutage: 'hold' | 'rollBack';
}
