import { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import type { DemoOptions } from './options.ts';

const EXAMPLES = `
Opens a page on this computer that shows a rollout while it happens, and has buttons: break the
candidate, slow it down, silence CloudWatch, edit the weights by hand, sign off. The controller is
the one of production, on a world in memory with a fast clock: no AWS account is needed, nothing is
written. Time passes while a page is open; several pages see the same. Ctrl-C ends it.

Examples:
  sluice demo                          # the plan examples/ultra-fast-analyzer.yaml
  sluice demo plan.yaml
  sluice demo --port 4711 --speed 10   # ten virtual minutes a second

Exit codes: 0 ended by Ctrl-C, 1 the port cannot be opened, 2 usage or invalid plan.`;

export const demoCommand = (context: CommandContext): Command =>
  new Command('demo')
    .summary('see the controller react: a page with buttons')
    .description('Shows a rollout in memory on a page of this computer, with buttons that break things.')
    .argument('[plan]', 'a plan in YAML or JSON (default: the example of the documentation)')
    .option('--speed <n>', 'virtual minutes in a second, 0.1 to 600 (default: 2)')
    .option('--port <n>', 'of 127.0.0.1 (default: one that is free)')
    .option('--json', 'the address as one JSON document on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string | undefined, options: DemoOptions) => {
      const { runDemo } = await import('./demo/run-demo.ts');
      context.settle(await runDemo(path, options, context), options);
    });
