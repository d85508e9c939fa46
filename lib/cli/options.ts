/** What the options of a command hold as typed: texts, which are read and judged together. */
export interface TrafficOptions {
  readonly traffic?: string;
  readonly scale?: string;
  readonly requestsPerMinute?: string;
}

export interface CheckOptions extends TrafficOptions {
  readonly json?: boolean;
}

export interface ScheduleOptions {
  readonly out?: string;
  readonly json?: boolean;
}

export interface RehearseOptions extends TrafficOptions {
  readonly scenario?: string;
  /** In the order given. */
  readonly fault?: readonly string[];
  readonly rows?: string;
  readonly signOffs?: string;
  readonly seed?: string;
  readonly out?: string;
  readonly json?: boolean;
}

export interface VerifyOptions {
  readonly json?: boolean;
}
