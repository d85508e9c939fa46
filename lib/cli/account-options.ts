import type { Command } from 'commander';

/** The options of every command that asks an account. */
export const withAccountOptions = (command: Command): Command =>
  command
    .option('--function <name>', 'the command function (default: $SLUICE_FUNCTION, else sluice-command)')
    .option('--json', 'one JSON document on stdout');

/** Said in the help of every command that asks an account. */
export const ACCOUNT_NOTE = `Credentials and region come from the standard environment (AWS_PROFILE, AWS_REGION …).`;
