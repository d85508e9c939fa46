import type { World } from '../controller/ports.ts';

/** One call of a port, counted from 1. */
export interface PortCall {
  readonly index: number;
  /** `journal.append` */
  readonly name: string;
}

/** Called around every call of a port; what it throws, the controller sees. */
export interface Hook {
  readonly before?: ((call: PortCall) => void) | undefined;
  readonly after?: ((call: PortCall) => void) | undefined;
}

/** The same world with a hook around every asynchronous call of a port. */
export const intercept = (world: World, hook: Hook): World => {
  let index = 0;
  const around =
    <A extends readonly unknown[], R>(name: string, method: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      index += 1;
      const call = { index, name };
      hook.before?.(call);
      const result = await method(...given);
      hook.after?.(call);
      return result;
    };
  const { journal, metrics, router, targets, alarms, wakeUps, announcements, trail } = world;
  return {
    clock: world.clock,
    journal: {
      head: around('journal.head', journal.head),
      append: around('journal.append', journal.append),
      plan: around('journal.plan', journal.plan),
      entries: around('journal.entries', journal.entries),
      claim: around('journal.claim', journal.claim),
      free: around('journal.free', journal.free),
      status: around('journal.status', journal.status),
      list: around('journal.list', journal.list),
    },
    metrics: { read: around('metrics.read', metrics.read), dayBefore: around('metrics.dayBefore', metrics.dayBefore) },
    router: { read: around('router.read', router.read), setWeight: around('router.setWeight', router.setWeight) },
    targets: { health: around('targets.health', targets.health), facts: around('targets.facts', targets.facts) },
    alarms: { states: around('alarms.states', alarms.states) },
    wakeUps: {
      set: around('wakeUps.set', wakeUps.set),
      ensure: around('wakeUps.ensure', wakeUps.ensure),
      abandon: around('wakeUps.abandon', wakeUps.abandon),
    },
    announcements: { publish: around('announcements.publish', announcements.publish) },
    trail: trail && { changes: around('trail.changes', trail.changes) },
  };
};
