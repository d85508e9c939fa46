import type { PlanDraft } from './draft.ts';
import type { Complaint, Path } from './problem.ts';
import { repeated } from './repeated.ts';

/** Whoever is asked or called must exist and be reachable. */
export function* peopleRules({ phases, leads, operators, onCall, separationOfDuty }: PlanDraft): Generator<Complaint> {
  const roles = leads === undefined ? undefined : Object.keys(leads);
  for (const [index, { signOff }] of (phases ?? []).map((phase) => phase ?? {}).entries()) {
    const path = ['phases', index, 'signOff'];
    for (const [key, asked] of [['roles', signOff?.roles] as const, ['auto', signOff?.auto] as const]) {
      yield* knownRoles(asked, (role) => [...path, key, role], roles);
    }
    const both = [...(signOff?.roles ?? []), ...(signOff?.auto ?? [])];
    const asked = signOff?.roles?.length ?? 0;
    yield* repeated(
      both,
      (role) => (role < asked ? [...path, 'roles', role] : [...path, 'auto', role - asked]),
      'roles of this sign-off',
    );
    if (separationOfDuty === true && asked > 0 && new Set(both).size < 2)
      yield { path: [...path, 'roles'], must: SECOND_PERSON };
  }
  yield* knownRoles([onCall?.primary], () => ['onCall', 'primary'], roles);
  yield* knownRoles([onCall?.secondary], () => ['onCall', 'secondary'], roles);
  for (const [role, people] of Object.entries(leads ?? {})) {
    if (people.slack.length + people.principals.length === 0) yield { path: ['leads', role], must: NOBODY };
  }
  if (operators?.slack?.length === 0 && operators.principals?.length === 0) yield { path: ['operators'], must: NOBODY };
}

const SECOND_PERSON =
  'must be two roles at least, together with those of auto: with separationOfDuty it may take the GO of two people';

const NOBODY = 'must name somebody, in slack or principals';

function* knownRoles(
  asked: readonly (string | undefined)[] | undefined,
  pathOf: (index: number) => Path,
  roles: readonly string[] | undefined,
): Generator<Complaint> {
  for (const [index, role] of (asked ?? []).entries()) {
    if (role === undefined || roles === undefined || roles.includes(role)) continue;
    yield {
      path: pathOf(index),
      must: `must be a role of leads${roles.length === 0 ? ', of which there are none' : `: ${roles.join(', ')}`}`,
    };
  }
}
