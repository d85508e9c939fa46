import type { Replies, Request } from '../../lib/aws/request.ts';
import { command } from '../../lib/controller/command.ts';
import { isFault } from '../../lib/controller/fault.ts';
import { type Answered, type Asked, forbid, refuse, refuseFor } from './asked.ts';

/** What an operator or a lead asks of a rollout; what they may ask, its plan says. */
export const answerCommand = async (
  { world, as }: Asked,
  asked: Extract<Request, { readonly ask: 'command' }>,
): Promise<Answered<Replies['command']>> => {
  // The controller takes a head that cannot be read for a failure; whoever asks is told in words.
  const head = await world.journal.head(asked.rollout);
  if (isFault(head)) return refuseFor(head);
  if (head === undefined) return refuse(`there is no rollout ${asked.rollout}`);
  const commanded = await command(world, asked.rollout, asked.command, as);
  if (commanded.ok) return { sentence: commanded.sentence };
  if (commanded.forbidden === undefined) return refuse(commanded.refused);
  const { unrecorded } = commanded.forbidden;
  return forbid(commanded.refused, unrecorded === undefined ? [] : [`it could not be recorded: ${unrecorded}`]);
};
