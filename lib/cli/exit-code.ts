/** What a command's exit tells a script. */
export const EXIT = {
  fine: 0,
  /** Something outside failed, a journal's chain is broken, or its replay differs. */
  fault: 1,
  /** The command line or the plan cannot be used. */
  usage: 2,
  rolledBack: 3,
  held: 4,
  stillRunning: 8,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
