/** The buttons of a message: only what could be accepted while the rollout stands as the message shows it. */
import type { Plan } from '../plan/plan.ts';
import { SKIPPED_BY_ADVANCE } from '../rollout/answer.ts';
import { activeHolds, findHold } from '../rollout/holds.ts';
import { checklist, closedCalendar } from '../rollout/progress.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { rolesOf } from '../rollout/sign-offs.ts';
import { isEnded, isLive, nextPhase } from '../rollout/situation.ts';
import type { Block, ButtonElement } from './blocks.ts';
import { plainText } from './blocks.ts';
import { actionIdOf, type ButtonAsk, buttonValue } from './button.ts';

export interface Asked {
  readonly plan: Plan;
  readonly state: RolloutState;
  readonly revision: number;
  readonly now: number;
  /** As in `Button`. */
  readonly installation: string;
}

const LABELS: Readonly<Record<ButtonAsk, string>> = {
  go: 'GO',
  noGo: 'NO-GO',
  hold: 'Hold',
  rollBack: 'Roll back',
  advance: 'Advance anyway',
};

const STYLES: Readonly<Partial<Record<ButtonAsk, 'primary' | 'danger'>>> = { go: 'primary', rollBack: 'danger' };

/** Whether the person may is asked when they press; whether anybody may, here. */
const couldBeAccepted = (ask: ButtonAsk, asked: Asked): boolean => {
  const { plan, state } = asked;
  if (isEnded(state) || state.status === 'rollingBack') return false;
  switch (ask) {
    case 'go':
    case 'noGo':
      return isLive(state) && state.gate !== null && rolesOf(plan, state).length > 0;
    case 'hold':
      return findHold(state, 'OPERATOR') === undefined;
    case 'rollBack':
      return isLive(state);
    case 'advance':
      return couldAdvance(asked);
  }
};

/** As far as the state tells; capacity and the live weights are asked when it is pressed. */
const couldAdvance = ({ plan, state, now }: Asked): boolean => {
  const next = nextPhase(plan, state);
  return (
    isLive(state) &&
    next !== undefined &&
    state.incidents.length === 0 &&
    state.rules.every(({ isConfirmed }) => isConfirmed) &&
    activeHolds(state).every(({ code }) => SKIPPED_BY_ADVANCE.has(code)) &&
    checklist(state, next) === undefined &&
    (next.weight <= state.weight || closedCalendar(plan, now) === undefined)
  );
};

export const buttonsOf = (asked: Asked): readonly Block[] => {
  const { installation, revision, plan } = asked;
  const asks = (Object.keys(LABELS) as ButtonAsk[]).filter((ask) => couldBeAccepted(ask, asked));
  const elements = asks.map((ask): ButtonElement => {
    const style = STYLES[ask];
    return {
      type: 'button',
      text: plainText(LABELS[ask]),
      action_id: actionIdOf(ask),
      value: buttonValue({ ask, installation, rollout: plan.rollout, revision }),
      ...(style === undefined ? {} : { style }),
    };
  });
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
};
