import { Argument, Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { EXIT } from './exit-code.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** How the script that a shell has read asks for what may follow; people never type it. */
export const COMPLETE = 'complete';

/** What the scripts understand: the shell completes nothing, or files. */
const NO_FILES = 4;
const FILES = 0;

const EXAMPLES = `
Prints a script. A shell that has read it completes commands, options, names of scenarios and files.
It asks \`sluice\` by that name, so sluice must be on the PATH, as after npm link.

Examples:
  source <(sluice completion bash)               # for this shell
  sluice completion zsh > ~/.zfunc/_sluice       # for all, in a folder of fpath
  sluice completion fish > ~/.config/fish/completions/sluice.fish

Exit codes: 0 printed, 2 the command line is wrong.`;

/** @param program with all its commands: what can be completed */
export const completionCommand = ({ settle }: CommandContext, program: () => Command): Command =>
  new Command('completion')
    .summary('a script that lets a shell complete commands')
    .description('Prints a script that lets a shell complete commands and options.')
    .addArgument(new Argument('<shell>', 'whose').choices(SHELLS))
    .addHelpText('after', EXAMPLES)
    .action(async (shell: (typeof SHELLS)[number]) => {
      (await completionsOf(program())).setup('sluice', 'sluice', shell);
      settle(EXIT.fine, {});
    });

/** Prints what may follow. @param typed the words after `sluice`, the last one as far as it was typed */
export const complete = async (program: Command, typed: readonly string[]): Promise<void> =>
  (await completionsOf(program)).parse([...typed]);

const completionsOf = async (program: Command) => {
  const [{ default: tab }, { scenarioNames }] = await Promise.all([
    import('@bomb.sh/tab/commander'),
    import('../sim/scenario.ts'),
  ]);
  const root = tab(program);
  root.commands.get('rehearse')?.option('scenario', 'what goes wrong, by name', (suggest) => {
    for (const name of scenarioNames()) suggest(name, '');
  });
  // The library forbids files everywhere; where nothing else may follow they are what a person wants.
  Object.defineProperty(root, 'directive', {
    get: () => (root.completions.length > 0 ? NO_FILES : FILES),
    set: () => {},
  });
  return root;
};
