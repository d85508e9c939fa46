import { emptyLedger } from '../report/ledger.ts';
import { nextUp } from '../report/next-up.ts';
import { outcomeOf } from '../report/outcome.ts';
import { checklistOf, holdsOf } from '../report/standing.ts';
import { secondPerson } from '../rollout/explain.ts';
import { HOLD_CAUSE } from '../rollout/holds.ts';
import { neverFinishes } from '../rollout/reason.ts';
import type { StatusView } from './status-view.ts';

/** What people do next, as commands where there is one; never empty. */
export const todoOf = (view: StatusView): readonly string[] => {
  const { plan, state } = view;
  switch (outcomeOf(state)) {
    case 'held':
      return toEndHolds(view);
    case 'scheduled':
    case 'running':
      return toGoOn(view);
    default:
      return nextUp({ ...emptyLedger(plan), newest: view }, view);
  }
};

const toEndHolds = (view: StatusView): readonly string[] => {
  const { rollout, status } = view.state;
  const wayOut = status === 'scheduled' ? `sluice close ${rollout}` : `sluice roll-back ${rollout}`;
  const isForPeople = holdsOf(view).some(({ code }) => HOLD_CAUSE[code] !== 'circumstance');
  return isForPeople
    ? [`sluice resume ${rollout} --reason WHY, or ${wayOut} --reason WHY.`]
    : [`Remove the cause: no command ends this hold. ${wayOut} --reason WHY ends the rollout.`];
};

const toGoOn = (view: StatusView): readonly string[] => {
  const { rollout, status } = view.state;
  const { reason } = view.decision;
  if (reason.code === 'AWAITING_ROLLOUT' && neverFinishes(reason.its))
    return [`sluice close ${rollout} --reason WHY: it waits for ${reason.rollout}, which never finishes.`];
  const missing = reason.code === 'AWAITING_SIGN_OFF' ? reason.missing : [];
  const alone = reason.code === 'AWAITING_SIGN_OFF' ? reason.alone : undefined;
  const items = checklistOf(view).filter(({ required, ticked }) => required && !ticked);
  const asked = [
    ...(alone === undefined || missing.length > 0
      ? []
      : [
          `${capital(secondPerson(alone))}: sluice sign-off ${rollout} --as ROLE --go, for a role of this phase that they hold.`,
        ]),
    ...missing.map((role) => `${role}: sluice sign-off ${rollout} --as ${role} --go, or --no-go --reason WHY.`),
    ...items.map(({ item }) => `sluice check-off ${rollout} "${item}"`),
  ];
  if (asked.length > 0) return asked;
  return status === 'scheduled'
    ? ['Nothing: it starts by itself, if preflight then finds nothing against it.']
    : [`Nothing: it goes on by itself. Whoever sees trouble: sluice roll-back ${rollout} --reason WHY.`];
};

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
