/** The designs that are compared, and the one that is built on a bad day. */
import { INVOCATIONS_AT_ONCE, WAIT_SECONDS, WAKE_UPS_AT_ONCE } from '../../lib/stack/minute-queue.ts';
import type { AllCounted } from './counted.ts';
import type { Design } from './simulate.ts';

/** Of the tick function (lib/stack/functions.ts). */
const RESERVED = 10;

const queue = { batch: WAKE_UPS_AT_ONCE, waitMs: 1000 * WAIT_SECONDS };

export const designsOf = ({ alone, together, withoutHealth }: AllCounted) =>
  ({
    alone: { name: 'alone (default)', counted: [alone], invocations: RESERVED },
    health: { name: 'alone, cheap health', counted: together.slice(0, 1), invocations: RESERVED },
    together: { name: 'together', counted: together, invocations: INVOCATIONS_AT_ONCE, queue },
    withoutHealth: {
      name: 'together, silence',
      counted: withoutHealth,
      invocations: INVOCATIONS_AT_ONCE,
      queue,
    },
  }) satisfies Readonly<Record<string, Design>>;

export type Designs = ReturnType<typeof designsOf>;
