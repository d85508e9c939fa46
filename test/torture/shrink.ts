import { type Tortured, torture } from './torture.ts';
import type { TortureCase } from './torture-case.ts';

/** More is not tried: what is left then is short enough to read. */
const ATTEMPTS = 300;

/**
 * The shortest case found that still does what must never happen, and what it does. One thing after another is left out, while it still does.
 * @param run answers the violations of a case
 */
export const shrink = async (
  failing: TortureCase,
  run: typeof torture = torture,
): Promise<{ readonly shortest: TortureCase; readonly tortured: Tortured }> => {
  let shortest = failing;
  let tortured = await run(failing);
  let attempts = 0;
  for (let isSmaller = true; isSmaller && attempts < ATTEMPTS; ) {
    isSmaller = false;
    for (const smaller of smallerOnes(shortest)) {
      if (attempts >= ATTEMPTS) break;
      attempts += 1;
      const tried = await tryOnce(smaller, run);
      if (tried === undefined || tried.violations.length === 0) continue;
      [shortest, tortured, isSmaller] = [smaller, tried, true];
      break;
    }
  }
  return { shortest, tortured };
};

/** Undefined: what is left is no plan any more. */
const tryOnce = async (smaller: TortureCase, run: typeof torture): Promise<Tortured | undefined> => {
  try {
    return await run(smaller);
  } catch {
    return undefined;
  }
};

const smallerOnes = (given: TortureCase): readonly TortureCase[] => {
  const { troubles, orders, behaviours, plan } = given;
  return [
    ...without(troubles).map((left) => ({ ...given, troubles: left })),
    ...without(orders).map((left) => ({ ...given, orders: left })),
    ...without(behaviours).map((left) => ({ ...given, behaviours: left })),
    ...smallerPlans(plan).map((left) => ({ ...given, plan: left })),
    ...troubles.flatMap((trouble, index) => {
      const { from, to } = trouble;
      if (to - from < 2) return [];
      const middle = Math.floor((from + to) / 2);
      return [
        { ...trouble, to: middle },
        { ...trouble, from: middle },
      ].map((half) => ({ ...given, troubles: troubles.with(index, half) }));
    }),
  ];
};

const without = <T>(list: readonly T[]): readonly (readonly T[])[] => list.map((_, index) => list.toSpliced(index, 1));

const smallerPlans = (plan: TortureCase['plan']): readonly TortureCase['plan'][] => {
  const { phases, traffic } = plan as {
    readonly phases: readonly Readonly<Record<string, unknown>>[];
    readonly traffic: { readonly rules: readonly string[] };
  };
  const optional = ['onFail', 'signOff', 'advanceAfter', 'checklist'];
  return [
    ...(phases.length > 1 ? [{ ...plan, phases: phases.slice(0, -1) }] : []),
    ...(traffic.rules.length > 1 ? [{ ...plan, traffic: { ...traffic, rules: traffic.rules.slice(0, 1) } }] : []),
    ...phases.flatMap((phase, index) =>
      optional
        .filter((key) => phase[key] !== undefined)
        .map((key) => ({ ...plan, phases: phases.with(index, { ...phase, [key]: undefined }) })),
    ),
  ];
};
