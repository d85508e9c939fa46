/** Who is called, asked and still has to tick, in a line each. */
import type { Phase, Plan } from '../plan/plan.ts';
import type { RolloutState } from './rollout.ts';

export const onCallLine = ({ onCall }: Plan): string => {
  if (onCall === undefined) return 'On call: nobody is named; the operators are called.';
  const escalation = onCall.escalation === undefined ? '' : `, then ${onCall.escalation.name}`;
  return `On call: ${onCall.primary} first, then ${onCall.secondary}${escalation}.`;
};

/** A list may have fifty items; `sluice status` names all. */
const NAMED_AT_MOST = 8;

/** Undefined: the phase has no checklist. */
export const checklistLine = ({ ticked }: RolloutState, { name, checklist }: Phase): string | undefined => {
  const open = checklist.filter(({ item }) => !ticked.includes(`${name}/${item}`));
  if (checklist.length === 0) return undefined;
  if (open.length === 0) return `Checklist of ${name}: all ${checklist.length} ticked.`;
  const named = open.slice(0, NAMED_AT_MOST).map(({ item, required }) => (required ? `${item} (required)` : item));
  const others = open.length > NAMED_AT_MOST ? ` and ${open.length - NAMED_AT_MOST} more` : '';
  return `Checklist of ${name}: ${checklist.length - open.length} of ${checklist.length} ticked; not yet: ${named.join('; ')}${others}.`;
};
