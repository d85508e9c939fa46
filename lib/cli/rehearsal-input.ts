/** Reads everything a rehearsal is given, and tells all that is wrong with it at once. */
import { availableParallelism } from 'node:os';
import { nearest } from '../plan/nearest.ts';
import type { Behaviour } from '../sim/behaviour.ts';
import { readFault } from '../sim/fault-text.ts';
import { isInputProblem } from '../sim/input-problem.ts';
import type { SignOffs } from '../sim/people.ts';
import { type RecordedRows, readRows } from '../sim/recorded.ts';
import type { RehearsalOptions } from '../sim/rehearsal.ts';
import { readScenario, type Scenario, scenarioNames } from '../sim/scenario.ts';
import { type GivenTraffic, readTraffic } from './given-traffic.ts';
import { readSeed, readWhole, SEED_AT_MOST } from './numbers.ts';
import type { RehearseOptions } from './options.ts';
import { type PlanFile, readPlanFile } from './plan-file.ts';
import { accepted, isRefusal, joinRefusals, Refusal } from './refusal.ts';
import type { Many } from './runs-pool.ts';
import { readTextFile } from './text-file.ts';

const ROWS_BYTES_AT_MOST = 64 * 1024 * 1024;
const SIGN_OFFS: readonly SignOffs[] = ['given', 'none', 'no-go'];

export interface RehearsalInput {
  readonly file: PlanFile;
  readonly options: RehearsalOptions;
  /** Undefined: one rehearsal is asked for. */
  readonly many: Many | undefined;
}

export const readRehearsal = async (
  path: string | undefined,
  options: RehearseOptions,
): Promise<RehearsalInput | Refusal> => {
  const file = path === undefined ? missingPlan() : await readPlanFile(path);
  const traffic = await readTraffic(options);
  const scenario = readNamedScenario(options.scenario);
  const faults = (options.fault ?? []).map(readNamedFault);
  const signOffs = readSignOffs(options.signOffs);
  const seed = readSeed('--seed', options.seed);
  const many = readMany(options);
  const rows = isRefusal(file) || options.rows === undefined ? undefined : await readRowsFile(options.rows, file);
  const read = [file, traffic, scenario, ...faults, signOffs, seed, many, rows, ...clashes(options)];
  const refused = joinRefusals(read.filter(isRefusal));
  if (refused !== undefined) return refused;
  const given: Given = {
    traffic: accepted(traffic),
    scenario: accepted(scenario),
    faults: faults.map(accepted),
    signOffs: accepted(signOffs),
    seed: accepted(seed),
    rows: accepted(rows),
  };
  const asked = optionsOf(accepted(file), given);
  const last = asked.seed + (accepted(many)?.runs ?? 1) - 1;
  if (last > SEED_AT_MOST)
    return new Refusal(
      `--seed ${asked.seed} with --runs ${options.runs} must not count up beyond ${SEED_AT_MOST}; it would end at ${last}.`,
    );
  return { file: accepted(file), options: asked, many: accepted(many) };
};

interface Given {
  readonly traffic: GivenTraffic;
  readonly scenario: Scenario | undefined;
  readonly faults: readonly Behaviour[];
  readonly signOffs: SignOffs | undefined;
  readonly seed: number | undefined;
  readonly rows: RecordedRows | undefined;
}

/** What was typed goes before what the scenario says. */
const optionsOf = (
  { source }: PlanFile,
  { traffic, scenario, faults, signOffs, seed, rows }: Given,
): RehearsalOptions => ({
  source,
  seed: seed ?? scenario?.seed ?? DEFAULT_SEED,
  faults: [...(scenario?.faults ?? []), ...faults],
  signOffs: signOffs ?? scenario?.signOffs ?? 'given',
  requestsPerMinute: traffic.requestsPerMinute ?? scenario?.requestsPerMinute,
  trace: traffic.trace,
  rows,
});

const DEFAULT_SEED = 1;

const missingPlan = (): Refusal =>
  new Refusal(
    'A plan must be given: sluice rehearse PLAN.',
    [],
    'Try: sluice rehearse examples/ultra-fast-analyzer.yaml',
  );

const readNamedScenario = (name: string | undefined): Scenario | undefined | Refusal => {
  if (name === undefined) return undefined;
  const names = scenarioNames();
  if (!names.includes(name)) {
    const meant = nearest(name, names);
    const hint = meant === undefined ? `one of ${names.join(', ')}` : `a known name, did you mean ${meant}?`;
    return new Refusal(`--scenario must be ${hint}; given: ${name}`, [], 'All names: sluice rehearse --scenario list');
  }
  const scenario = readScenario(name);
  return isInputProblem(scenario) ? new Refusal(scenario.problem) : scenario;
};

const readNamedFault = (text: string): Behaviour | Refusal => {
  const fault = readFault(text);
  return isInputProblem(fault) ? new Refusal(`--fault: ${fault.problem}`) : fault;
};

const readSignOffs = (given: string | undefined): SignOffs | undefined | Refusal => {
  if (given === undefined) return undefined;
  return (
    SIGN_OFFS.find((each) => each === given) ??
    new Refusal(`--sign-offs must be ${SIGN_OFFS.join(', ')}; given: ${given}`)
  );
};

const RUNS_AT_MOST = 100_000;
const WORKERS_AT_MOST = 64;

const readMany = ({ runs, workers }: RehearseOptions): Many | undefined | Refusal => {
  const asked = readWhole('--runs', runs, 1, RUNS_AT_MOST);
  const threads = readWhole('--workers', workers, 1, WORKERS_AT_MOST);
  const refused = joinRefusals([asked, threads].filter(isRefusal));
  if (refused !== undefined) return refused;
  const count = accepted(asked);
  if (count === undefined)
    return workers === undefined
      ? undefined
      : new Refusal('--workers must be given with --runs N: one run has one thread.');
  return { runs: count, workers: accepted(threads) ?? Math.min(availableParallelism(), WORKERS_AT_MOST) };
};

const readRowsFile = async (path: string, { plan }: PlanFile): Promise<RecordedRows | Refusal> => {
  const text = await readTextFile(path, 'rows file', ROWS_BYTES_AT_MOST);
  if (isRefusal(text)) return text;
  const rows = readRows(text, plan);
  return isInputProblem(rows) ? new Refusal(`${path} is not a rows file for this plan.`, [rows.problem]) : rows;
};

/** Recorded minutes are used as they are: nothing can be done to them. */
const clashes = ({ rows, traffic, requestsPerMinute, scenario, fault, runs }: RehearseOptions): readonly Refusal[] => {
  if (rows === undefined) return [];
  const others = [
    ...(traffic === undefined ? [] : ['--traffic']),
    ...(requestsPerMinute === undefined ? [] : ['--requests-per-minute']),
    ...(scenario === undefined ? [] : ['--scenario']),
    ...(fault === undefined ? [] : ['--fault']),
  ];
  const bent = others.map(
    (other) => new Refusal(`--rows must not be given with ${other}: recorded minutes are used as they are.`),
  );
  if (runs === undefined) return bent;
  return [...bent, new Refusal('--rows must not be given with --runs: recorded minutes are the same in every run.')];
};
