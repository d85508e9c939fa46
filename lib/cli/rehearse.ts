import { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import type { RehearseOptions } from './options.ts';

const EXAMPLES = `
The controller is the one of production, on a world in memory with a virtual clock: no AWS account
is needed. It ends with the rollout, or at the first hold that only an operator ends. Times of
faults count from the plan's start.

Examples:
  sluice rehearse examples/ultra-fast-analyzer.yaml
  sluice rehearse examples/ultra-fast-analyzer.yaml --fault 'failures x50 from 00:37'
  sluice rehearse plan.yaml --fault 'both failures 5% from 01:00 for 8m' --sign-offs none
  sluice rehearse plan.yaml --scenario slow-leak --seed 7
  sluice rehearse --scenario list                # the names of all scenarios
  sluice rehearse --fault list                   # all forms of faults
  sluice rehearse plan.yaml --traffic requests.csv --scale 200
  sluice rehearse plan.yaml --rows recorded.csv  # a backtest on minutes of both groups
  sluice rehearse plan.yaml --json | jq .outcome
  sluice rehearse plan.yaml --runs 1000          # how often a good release is rolled back
  sluice rehearse plan.yaml --runs 1000 --fault 'failures x5 from 01:00' --workers 4

A traffic file has the header timestamp,value: UTC times at equal distances, and the requests in
the time that begins there. A rows file has the header
minute,requests,failures,baselineRequests,baselineFailures and two more columns for each latency
threshold of the plan, such as slow:200ms,baselineSlow:200ms. Minute 0 is the first row of the first
bake; an empty cell is a missing datapoint. Optional, each with its twin for the baseline:
unavailable, responses, revenue, orders, segment:NAME:requests, segment:NAME:failures, gauge:NAME.

With --runs every run has a seed of its own, counted up from --seed; the table names the seeds of
runs that were rolled back, and --seed shows one of them. The exit code is then 0, whatever came.

Exit codes: 0 finished, 1 the report cannot be written, 2 usage or invalid plan, 3 rolled back,
4 held for an operator, 8 still running (the recorded rows ended).`;

const addFault = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

export const rehearseCommand = ({ io, settle }: CommandContext): Command =>
  new Command('rehearse')
    .summary('run a whole rollout in memory')
    .description('Runs a whole rollout in memory and says what would happen, when and why.')
    .argument('[plan]', 'a plan in YAML or JSON')
    .option('--scenario <name>', 'what goes wrong, by name; list shows all names')
    .option<readonly string[]>(
      '--fault <text>',
      'the same in words; may be given several times; list shows all forms',
      addFault,
    )
    .option('--traffic <file>', 'requests of the load balancer as CSV instead of simulated ones')
    .option('--scale <k>', 'multiplies the requests of --traffic')
    .option('--requests-per-minute <n>', 'of both groups together, mean over a day (default: 12000)')
    .option('--rows <file>', 'recorded minutes of both groups as CSV: a backtest')
    .option('--sign-offs <answers>', 'given, none or no-go: what the leads say (default: given)')
    .option('--seed <n>', 'same seed, same journal (default: 1)')
    .option('--runs <n>', 'rehearse so many times and count what came of it: a table and a picture')
    .option('--workers <n>', 'threads for --runs (default: one for each processor)')
    .option(
      '--out <dir>',
      'where report.md, report.html, schedule.md and journal.jsonl, or runs.md, go (default: out/ROLLOUT)',
    )
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string | undefined, options: RehearseOptions) => {
      const { runRehearsal } = await import('./run-rehearsal.ts');
      settle(await runRehearsal(path, options, io), options);
    });
