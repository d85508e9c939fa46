/** What the options of a command hold as typed: texts, which are read and judged together. */
export interface TrafficOptions {
  readonly traffic?: string;
  readonly scale?: string;
  readonly requestsPerMinute?: string;
}

export interface CheckOptions extends TrafficOptions {
  readonly failureRate?: string;
  readonly clumpiness?: string;
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
  readonly runs?: string;
  readonly workers?: string;
  readonly out?: string;
  readonly json?: boolean;
}

export interface DemoOptions {
  readonly speed?: string;
  readonly port?: string;
  readonly json?: boolean;
}

export interface VerifyOptions {
  readonly json?: boolean;
}

export interface ReplayOptions {
  readonly json?: boolean;
}

/** Of every command that asks an account. */
export interface AccountOptions {
  readonly function?: string;
  readonly json?: boolean;
}

export interface StartOptions extends AccountOptions {
  readonly unreviewed?: boolean;
  readonly reason?: string;
}

/** Of the commands that change what a rollout does. */
export interface CommandOptions extends AccountOptions {
  readonly reason: string;
  readonly yes?: boolean;
}

export interface SignOffOptions extends AccountOptions {
  readonly as: string;
  readonly go?: boolean;
  readonly noGo?: boolean;
  readonly reason?: string;
  readonly phase?: string;
}

export interface StatusOptions extends AccountOptions {
  readonly watch?: boolean;
}

export interface JournalOptions extends AccountOptions {
  readonly from?: string;
  readonly limit?: string;
}

export interface ReportOptions extends AccountOptions {
  readonly link?: boolean;
  readonly out?: string;
}

export interface ExportOptions extends AccountOptions {
  readonly from: string;
  readonly to: string;
  readonly out: string;
}

export interface PreflightOptions extends AccountOptions {
  readonly ring?: boolean;
}
