import type { Instant } from '../../lib/plan/plan.ts';

interface Event {
  readonly at: Instant;
  readonly run: () => void;
}

/** What is still to happen, in order of time; of two at one instant, the one that was put down first. */
export class Agenda {
  readonly #events: Event[] = [];
  readonly #now: () => Instant;

  constructor(now: () => Instant) {
    this.#now = now;
  }

  at(instant: Instant, run: () => void): void {
    let index = this.#events.length;
    while (index > 0 && (this.#events[index - 1]?.at ?? 0) > instant) index -= 1;
    this.#events.splice(index, 0, { at: instant, run });
  }

  /** Resolves so many virtual milliseconds from now. */
  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.at(this.#now() + milliseconds, resolve));
  }

  /** Infinite: nothing. */
  next(): Instant {
    return this.#events[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  runNext(): void {
    this.#events.shift()?.run();
  }
}

/** All that can go on by itself has gone on: what is still not resolved waits for the agenda. */
export const stillness = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
