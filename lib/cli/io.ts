/** Where a command's words go: stdout is data, stderr is talk. Tests pass their own. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** stdout is a terminal: tables are aligned. Elsewhere their cells are separated by tabs. */
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly colour: boolean;
  /** Of the terminal. */
  readonly columns: number;
  /** A live line on stderr; only asked for where `errIsTerminal`. */
  liveLine(): Promise<LiveLine>;
}

export interface LiveLine {
  show(text: string): void;
  /** Takes the line away. */
  clear(): void;
}
