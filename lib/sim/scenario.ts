import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import * as z from 'zod';
import type { Behaviour } from './behaviour.ts';
import { readFault } from './fault-text.ts';
import { type InputProblem, isInputProblem } from './input-problem.ts';

/** A rehearsal with a name: what goes wrong, and how people behave. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly faults: readonly Behaviour[];
  readonly signOffs: 'given' | 'none' | 'no-go';
  readonly requestsPerMinute?: number | undefined;
  readonly seed?: number | undefined;
}

const schema = z.strictObject({
  description: z.string(),
  faults: z.array(z.string()).default([]),
  signOffs: z.enum(['given', 'none', 'no-go']).default('given'),
  requestsPerMinute: z.number().positive().optional(),
  seed: z.int().nonnegative().optional(),
});

/** The folder of this package, whether its sources run or a bundle that lies somewhere below it. */
const packageFolder = (): string => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
};

const FOLDER = join(packageFolder(), 'examples/scenarios/');

/** All names, in alphabetical order. */
export const scenarioNames = (folder = FOLDER): readonly string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();

export const readScenario = (name: string, folder = FOLDER): Scenario | InputProblem => {
  const names = scenarioNames(folder);
  if (!names.includes(name))
    return { problem: `Scenario "${name}" is not known. It must be one of: ${names.join(', ')}` };
  const read = schema.safeParse(parse(readFileSync(`${folder}/${name}.yaml`, 'utf8')));
  if (!read.success) return { problem: `Scenario ${name}: ${z.prettifyError(read.error)}` };
  const faults: Behaviour[] = [];
  for (const fault of read.data.faults.map(readFault)) {
    if (isInputProblem(fault)) return fault;
    faults.push(fault);
  }
  return { name, ...read.data, faults };
};
