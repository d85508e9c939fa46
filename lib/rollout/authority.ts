import type { People, Plan, Role } from '../plan/plan.ts';
import type { Command } from './command.ts';
import type { RolloutState } from './rollout.ts';

/** Whether a principal matches a pattern; `*` stands for any characters but `/`. */
export const matches = (pattern: string, principal: string): boolean => {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]*')}$`).test(principal);
};

/** A person is known by a principal, or by `slack:` and the id that Slack has proven. */
const isOneOf = (people: People, identity: string): boolean =>
  people.principals.some((pattern) => matches(pattern, identity)) ||
  people.slack.some((id) => identity === `slack:${id}`);

/**
 * Who an identity is, as far as it tells: of an ARN its last part, the name of the user or of the session. One person may hold several
 * roles, and IAM Identity Center and `sts:RoleSessionName` put the person's name there:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_rolesessionname
 * Whether somebody of Slack is somebody of AWS nobody can tell (`surelyOthers` in sign-offs.ts).
 */
export const personOf = (identity: string): string =>
  identity.startsWith('arn:') ? identity.slice(identity.lastIndexOf('/') + 1) : identity;

/** The roles in which a principal may sign. */
export const rolesHeld = (plan: Plan, principal: string): readonly Role[] =>
  Object.entries(plan.leads)
    .filter(([, people]) => isOneOf(people, principal))
    .map(([role]) => role);

export const isOperator = (plan: Plan, principal: string): boolean => isOneOf(plan.operators, principal);

/** What leads may do besides operators, and besides signing for their role. */
const FOR_LEADS: readonly Command['kind'][] = ['hold', 'rollBack', 'openIncident'];

/**
 * What a Slack channel may do through Amazon Q, which tells the channel and not who in it: what is safe whoever asks. It is of every plan,
 * also of those that were registered before the installation had such a channel. No principal (an ARN) and no person (`slack:`) has such
 * a name.
 */
const FOR_CHANNELS: readonly Command['kind'][] = ['hold', 'rollBack'];
const isChannel = (principal: string): boolean => principal.startsWith('chat:');

/** Why this principal may not give this command; undefined: they may. */
export const denied = (plan: Plan, principal: string, command: Command): string | undefined => {
  const roles = rolesHeld(plan, principal);
  if (command.kind === 'signOff') {
    if (roles.includes(command.role)) return undefined;
    return `${principal} is not a principal of the role ${command.role}`;
  }
  if (isOperator(plan, principal)) return undefined;
  if (isChannel(principal) && FOR_CHANNELS.includes(command.kind)) return undefined;
  if (roles.length > 0 && FOR_LEADS.includes(command.kind)) return undefined;
  const who = FOR_LEADS.includes(command.kind) ? 'operators and leads' : 'operators';
  return `${command.kind} is for ${who} of this plan; ${principal} is none`;
};

/** Why nobody of this identity may ask this of this rollout, whatever its circumstances; undefined: they may ask. */
export const forbidden = (
  plan: Plan,
  state: Pick<RolloutState, 'signOffs'>,
  principal: string,
  command: Command,
): string | undefined => denied(plan, principal, command) ?? secondRole(plan, state, principal, command);

const secondRole = (
  { separationOfDuty }: Plan,
  { signOffs }: Pick<RolloutState, 'signOffs'>,
  principal: string,
  command: Command,
): string | undefined => {
  if (command.kind !== 'signOff' || command.answer !== 'GO') return undefined;
  // Sessions bear people's names where the plan separates duties.
  const whoIs = separationOfDuty ? personOf : (identity: string): string => identity;
  const who = whoIs(principal);
  const other = signOffs.find(
    ({ answer, actor, role }) => answer === 'GO' && whoIs(actor) === who && role !== command.role,
  );
  return other && `${who} has already given GO for ${other.role}; one identity cannot sign for two roles`;
};
