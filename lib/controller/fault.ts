export type FaultCode = 'THROTTLED' | 'REFUSED' | 'NOT_FOUND' | 'UNREADABLE' | 'UNAVAILABLE';

/** Expected trouble outside: returned by ports, never thrown. `cause` keeps what the outside said. */
export class Fault {
  readonly code: FaultCode;
  /** The operation, in words: "read the listener rules". */
  readonly operation: string;
  readonly cause: unknown;

  constructor(code: FaultCode, operation: string, cause?: unknown) {
    this.code = code;
    this.operation = operation;
    this.cause = cause;
  }

  toString(): string {
    return `${this.code}: cannot ${this.operation}`;
  }
}

export const isFault = (value: unknown): value is Fault => value instanceof Fault;
