import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRuleArn } from '../plan/arn.ts';
import { parsePlan } from '../plan/parse.ts';
import type { Plan } from '../plan/plan.ts';
import { describeProblem } from '../plan/problem.ts';

const PLAN_BYTES_AT_MOST = 64 * 1024;

/** A plan that is deployed with the stack. */
export interface DeployedPlan {
  /** Its path as given to the reader, for people. */
  readonly file: string;
  /** As written. */
  readonly source: string;
  readonly plan: Plan;
}

export type DeployedPlans =
  | { readonly ok: true; readonly plans: readonly DeployedPlan[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Where the stack is deployed to; undefined: not known while the template is made. */
export interface Target {
  readonly account: string | undefined;
  readonly region: string | undefined;
}

/**
 * Reads every `.yaml`, `.yml` and `.json` file of a folder, by name. Either all plans, or every problem of all files, each with file, line,
 * path, what must hold and what was given. An empty folder has no plans; a missing one is
 * a mistyped one, with which a deploy would take every plan's dashboard away.
 */
export const readPlans = (folder: string, target: Target): DeployedPlans => {
  if (!existsSync(folder))
    return {
      ok: false,
      problems: [`${folder}: the folder of plans must exist, though it may be empty; it is not there`],
    };
  const read = readdirSync(folder)
    .sort()
    .filter((name) => /\.(?:ya?ml|json)$/.test(name))
    .map((name) => readPlan(join(folder, name), target));
  const plans = read.flatMap((each) => ('plan' in each ? [each] : []));
  const problems = [...read.flatMap((each) => ('problems' in each ? each.problems : [])), ...sameNames(plans)];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, plans };
};

const readPlan = (file: string, target: Target): DeployedPlan | { readonly problems: readonly string[] } => {
  const source = readFileSync(file, 'utf8');
  const bytes = Buffer.byteLength(source);
  if (bytes > PLAN_BYTES_AT_MOST)
    return { problems: [`${file}: the plan must have at most ${PLAN_BYTES_AT_MOST} bytes; given: ${bytes}`] };
  const parsed = parsePlan(source);
  if (!parsed.ok) return { problems: parsed.problems.map((problem) => `${file}: ${describeProblem(problem)}`) };
  const elsewhere = placeProblems(parsed.plan, target);
  return elsewhere.length > 0
    ? { problems: elsewhere.map((problem) => `${file}: ${problem}`) }
    : { file, source, plan: parsed.plan };
};

/** The functions may write rules of their own account and region only. */
const placeProblems = ({ traffic }: Plan, { account, region }: Target): readonly string[] => {
  const place = parseRuleArn(traffic.rules[0] ?? '');
  if (place === undefined) return [];
  return [
    ...(account === undefined || place.account === account
      ? []
      : [`traffic.rules must lie in the stack's account ${account}; given: ${place.account}`]),
    ...(region === undefined || place.region === region
      ? []
      : [`traffic.rules must lie in the stack's region ${region}; given: ${place.region}`]),
  ];
};

const sameNames = (plans: readonly DeployedPlan[]): readonly string[] =>
  plans.flatMap(({ file, plan }, index) => {
    const first = plans.slice(0, index).find((other) => other.plan.rollout === plan.rollout);
    if (first === undefined) return [];
    return [
      `${file}: rollout must be a name of its own, since it is the rollout's identity; given: ${plan.rollout}, as in ${first.file}`,
    ];
  });

/** What the command function finds beside its handler: `[{ file, source, hash }]`, the hash being the SHA-256 of the source in hex. */
export const plansFile = (plans: readonly DeployedPlan[]): string =>
  `${JSON.stringify(
    plans.map(({ file, source }) => ({ file, source, hash: createHash('sha256').update(source).digest('hex') })),
    null,
    1,
  )}\n`;
