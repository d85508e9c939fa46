import type { CommandContext } from './command-context.ts';
import type { ExitCode } from './exit-code.ts';
import type { StatusOptions } from './options.ts';
import { readStatus } from './read-status.ts';
import { isRefusal, type Refusal } from './refusal.ts';
import { statusDocument } from './status-document.ts';
import { statusText } from './status-text.ts';
import { exitOf } from './status-view.ts';

export const showStatus = async (
  rollout: string,
  options: StatusOptions,
  { surroundings, io }: CommandContext,
): Promise<ExitCode | Refusal> => {
  const view = await readStatus(rollout, options, surroundings);
  if (isRefusal(view)) return view;
  io.out(options.json === true ? `${JSON.stringify(statusDocument(view))}\n` : statusText(view, io));
  return exitOf(view);
};
