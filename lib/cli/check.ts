import { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import type { CheckOptions } from './options.ts';
import { accepted, isRefusal, joinRefusals, type Refusal } from './refusal.ts';

const EXAMPLES = `
It says what happens when, how many requests each criterion needs, and how often each guard would
trip on a healthy candidate. With the traffic it also says whether the plan can decide at all,
which criterion binds, which weight or bake would suffice, the likely finish, and which regressions
the watch will see. Without --failure-rate and --clumpiness the baseline fails as in rehearsals.

Examples:
  sluice check examples/ultra-fast-analyzer.yaml
  sluice check examples/ultra-fast-analyzer.yaml --requests-per-minute 317
  sluice check plan.yaml --traffic requests.csv --scale 200
  sluice check plan.yaml --requests-per-minute 317 --failure-rate 0.1% --clumpiness 2
  sluice check plan.yaml --json | jq .phases

A traffic file has the header timestamp,value: UTC times at equal distances, and the requests in
the time that begins there.

Exit codes: 0 the plan is valid, also where it cannot be decided at this traffic; 2 it is not, or
a gate can never pass at the --failure-rate given, or the command line is wrong.`;

export const checkCommand = ({ io, settle }: CommandContext): Command =>
  new Command('check')
    .summary('validate a plan and say what it needs')
    .description('Validates a plan, with all its problems at once, and says what it needs to be decided.')
    .argument('<plan>', 'a plan in YAML or JSON')
    .option('--traffic <file>', 'requests of the load balancer as CSV')
    .option('--scale <k>', 'multiplies the requests of --traffic')
    .option('--requests-per-minute <n>', 'requests of both groups together, the same in every minute')
    .option('--failure-rate <p%>', "the share of the baseline's requests that fail, such as 0.1%")
    .option('--clumpiness <n>', 'how many failures come together, 1 to 20')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, options: CheckOptions) => {
      settle(await check(path, options, io), options);
    });

const check = async (path: string, options: CheckOptions, io: Io): Promise<ExitCode | Refusal> => {
  const [{ readPlanFile }, { readTraffic }, { readRates }] = await Promise.all([
    import('./plan-file.ts'),
    import('./given-traffic.ts'),
    import('./given-rates.ts'),
  ]);
  const [file, traffic] = await Promise.all([readPlanFile(path), readTraffic(options)]);
  const rates = readRates(options);
  const refused = joinRefusals([file, traffic, rates].filter(isRefusal));
  if (refused !== undefined) return refused;
  const [{ examine }, { checkText }] = await Promise.all([import('./examine.ts'), import('./check-text.ts')]);
  const { plan } = accepted(file);
  const isGiven = options.requestsPerMinute !== undefined || options.traffic !== undefined;
  const live = io.errIsTerminal && isGiven ? await io.liveLine() : undefined;
  live?.show('Rehearsing how soon the watch sees a fault, for some seconds');
  const examination = examine(plan, accepted(traffic), accepted(rates));
  live?.clear();
  if (options.json === true)
    io.out(`${JSON.stringify({ valid: true, rollout: plan.rollout, release: plan.release, ...examination })}\n`);
  else io.out(checkText(plan, examination, { path, terminal: io.outIsTerminal, colour: io.colour }));
  return examination.refused ? EXIT.usage : EXIT.fine;
};
