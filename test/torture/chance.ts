/** Whether a call, a wake-up or a process suffers now. */

import type { Instant } from '../../lib/plan/plan.ts';
import { MINUTE } from '../../lib/sim/clock.ts';
import { type Generator, stream, uniform } from '../../lib/sim/random.ts';
import type { CallTrouble, Suffering, TortureCase, Trouble } from './torture-case.ts';

/** What a call goes through. */
export interface Fate {
  readonly trouble: CallTrouble | null;
  readonly dies: 'before' | 'after' | null;
  readonly waitsMs: number;
  readonly thenWaitsMs: number;
}

/** About so many calls has a tick: a process dies, or stands still, at one of them. */
const CALLS = 10;

const NAMES: Readonly<Record<Suffering['kind'], string>> = {
  call: 'call',
  death: 'death',
  slowness: 'slow call',
  pause: 'pause of minutes',
  wakeUp: 'wake-up',
  lateWakeUp: 'late wake-up',
  scheduleDeleted: 'deleted schedule',
  noWatchdog: 'missed look of the watchdog',
  clock: 'wrong clock',
};

const UNHARMED: Fate = { trouble: null, dies: null, waitsMs: 0, thenWaitsMs: 0 };

interface Source {
  readonly trouble: Trouble;
  readonly draws: Generator;
}

export class Chance {
  /** How often something was suffered, by what it was. */
  readonly suffered = new Map<string, number>();
  readonly #sources: readonly Source[];
  readonly #start: Instant;
  readonly #now: () => Instant;

  constructor({ seed, troubles }: TortureCase, start: Instant, now: () => Instant) {
    this.#sources = troubles.map((trouble) => ({ trouble, draws: stream(seed, `trouble ${trouble.id}`) }));
    this.#start = start;
    this.#now = now;
  }

  ofCall(port: string): Fate {
    let fate = UNHARMED;
    for (const source of this.#sources) if (this.#isOn(source.trouble)) fate = this.#worse(fate, source, port);
    return fate;
  }

  #worse(fate: Fate, { trouble: { what, chance }, draws }: Source, port: string): Fate {
    switch (what.kind) {
      case 'call': {
        if (!isOf(what.port, port) || uniform(draws) >= chance) return fate;
        this.#count(`${what.how} call`);
        return { ...fate, trouble: fate.trouble ?? what.how };
      }
      case 'death':
        if (uniform(draws) >= chance / CALLS) return fate;
        this.#count('death');
        return { ...fate, dies: uniform(draws) < 0.5 ? 'before' : 'after' };
      case 'slowness': {
        if (uniform(draws) >= chance) return fate;
        this.#count('slow call');
        const drawn = (): number => Math.round(1000 * what.seconds * uniform(draws));
        return { ...fate, waitsMs: drawn(), thenWaitsMs: drawn() };
      }
      case 'pause': {
        if (!isOf(what.port, port) || uniform(draws) >= (what.port === '*' ? chance / CALLS : chance)) return fate;
        this.#count('pause of minutes');
        const ms = Math.round(MINUTE * what.minutes * uniform(draws));
        return uniform(draws) < 0.5 ? { ...fate, waitsMs: ms } : { ...fate, thenWaitsMs: ms };
      }
      default:
        return fate;
    }
  }

  /** Without a draw that `ofCall` would make: an old answer of this port is made, not remembered. */
  isStale(port: string): boolean {
    return this.#sources.some(
      ({ trouble, draws }) =>
        trouble.what.kind === 'call' &&
        trouble.what.how === 'stale' &&
        isOf(trouble.what.port, port) &&
        this.#isOn(trouble) &&
        uniform(draws) < trouble.chance,
    );
  }

  /** The first of this kind that is on, and strikes. */
  strikes<K extends Suffering['kind']>(kind: K): Extract<Suffering, { readonly kind: K }> | undefined {
    for (const { trouble, draws } of this.#sources) {
      const { what } = trouble;
      if (what.kind !== kind || !this.#isOn(trouble) || uniform(draws) >= trouble.chance) continue;
      this.#count('how' in what ? `${what.how} wake-up` : NAMES[what.kind]);
      return what as Extract<Suffering, { readonly kind: K }>;
    }
    return undefined;
  }

  #count(what: string): void {
    this.suffered.set(what, (this.suffered.get(what) ?? 0) + 1);
  }

  isAnyOn(): boolean {
    return this.#sources.some(({ trouble }) => this.#isOn(trouble));
  }

  #isOn({ from, to }: Trouble): boolean {
    const minute = (this.#now() - this.#start) / MINUTE;
    return minute >= from && minute < to;
  }
}

const isOf = (asked: string, port: string): boolean => asked === '*' || asked === port;
