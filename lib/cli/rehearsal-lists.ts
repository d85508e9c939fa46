import { faultForms } from '../sim/fault-text.ts';
import { isInputProblem } from '../sim/input-problem.ts';
import { readScenario, scenarioNames } from '../sim/scenario.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import { Refusal } from './refusal.ts';
import { formatTable } from './table.ts';

export const showScenarios = (io: Io, json: boolean): ExitCode | Refusal => {
  const rows: { readonly name: string; readonly description: string }[] = [];
  for (const scenario of scenarioNames().map((name) => readScenario(name))) {
    if (isInputProblem(scenario)) return new Refusal(scenario.problem, [], undefined, 'fault');
    rows.push({ name: scenario.name, description: scenario.description });
  }
  if (json) io.out(`${JSON.stringify({ scenarios: rows })}\n`);
  else
    io.out(
      `${formatTable(
        rows.map(({ name, description }) => [name, description]),
        io.outIsTerminal,
      ).join('\n')}\n`,
    );
  return EXIT.fine;
};

export const showFaults = (io: Io, json: boolean): ExitCode => {
  if (json) io.out(`${JSON.stringify({ faults: faultForms })}\n`);
  else io.out(`${faultForms.join('\n')}\n`);
  if (!json)
    io.err(
      'Each may be followed by "from TIME" and "to TIME" or "for 8m"; TIME is HH:MM or "2d 03:00" after the plan\'s start.\nWhat stands in [] may be left out; | separates what may stand there.\n',
    );
  return EXIT.fine;
};
