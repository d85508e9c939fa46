import type { Plan } from './plan.ts';

/** ARNs of the rules and target groups that a rollout by this plan needs for itself. */
export const ownedBy = ({ traffic }: Plan): readonly string[] => [
  ...traffic.rules,
  traffic.baseline,
  traffic.candidate,
];
