export type Path = readonly (string | number)[];

/** What is wrong with one place of a plan. */
export interface Problem {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** `phases[1].weight`; empty: the whole file. */
  readonly path: string;
  /** The rest of a sentence about that place: "must be …". */
  readonly must: string;
  /** As written, shortened; empty: nothing was given. */
  readonly given: string;
}

/** A rule over several keys that does not hold; `given` where the value at `path` alone does not show it. */
export interface Complaint {
  readonly path: Path;
  readonly must: string;
  readonly given?: string | undefined;
}

/** One line: where, what must hold, what was given. */
export function describeProblem(problem: Problem): string {
  const { line, column, path, must, given } = problem;
  return `line ${line}, column ${column}: ${path === '' ? 'the plan' : path} ${must}; given: ${given === '' ? 'nothing' : given}`;
}

/** `['phases', 1, 'weight']` is `phases[1].weight`. */
export function formatPath(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[A-Za-z0-9_-]+$/.test(part)) return `[${JSON.stringify(shorten(part))}]`;
      return index === 0 ? shorten(part) : `.${shorten(part)}`;
    })
    .join('');
}

/** What was written, on one line, without anything that a terminal would obey. */
export function shorten(text: string): string {
  const line = text.slice(0, 400).replace(/\s+/g, ' ').replace(/\p{C}/gu, '?').trim();
  return line.length > 80 ? `${[...line].slice(0, 77).join('')}…` : line;
}
