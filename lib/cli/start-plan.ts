import type { Request } from '../aws/request.ts';
import { hashOf } from '../controller/record.ts';
import { formatDuration, MINUTE_MS } from '../plan/duration.ts';
import { instant } from '../rollout/explain.ts';
import { type Answered, askAccount } from './ask-account.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { checkReason } from './given-words.ts';
import type { StartOptions } from './options.ts';
import { readPlanFile } from './plan-file.ts';
import { accepted, isRefusal, joinRefusals, Refusal } from './refusal.ts';

const NEXT = 'A plan that was not deployed: deploy it with the stack, or start it with --unreviewed --reason WHY.';

export const startPlan = async (
  path: string,
  options: StartOptions,
  { surroundings, io }: CommandContext,
): Promise<ExitCode | Refusal> => {
  const file = await readPlanFile(path);
  const refused = joinRefusals([file, checkOptions(options)].filter(isRefusal));
  if (refused !== undefined) return refused;
  const { source, plan } = accepted(file);
  const operation = `start ${plan.rollout}`;
  const { unreviewed = false, reason = '' } = options;
  const request = unreviewed
    ? ({ ask: 'startUnreviewed', source, why: reason.trim() } as const)
    : ({ ask: 'start', hash: hashOf(source) } as const);
  const answered = await askAccount<StartRequest>(
    surroundings,
    options,
    operation,
    request,
    unreviewed ? undefined : NEXT,
  );
  if (isRefusal(answered)) return answered;
  const next = `Look at it: sluice status ${answered.rollout} --watch`;
  if (options.json === true) io.out(`${JSON.stringify(documentOf(answered))}\n`);
  else {
    io.out(`${sentenceOf(answered, surroundings.now())}\n`);
    io.err(`${next}\n`);
  }
  return EXIT.fine;
};

type StartRequest = Extract<Request, { ask: 'start' | 'startUnreviewed' }>;

const checkOptions = ({ unreviewed = false, reason }: StartOptions): Refusal | undefined => {
  if (unreviewed)
    return reason === undefined
      ? new Refusal('--unreviewed must be given with --reason WHY: nobody has reviewed this plan.')
      : checkReason(reason);
  return reason === undefined
    ? undefined
    : new Refusal('--reason must be given with --unreviewed: a deployed plan was reviewed and needs none.');
};

const documentOf = ({ rollout, start, as }: Answered<'start'>) => ({
  rollout,
  start: new Date(start).toISOString(),
  as,
});

const sentenceOf = ({ rollout, start, as }: Answered<'start'>, now: number): string => {
  const when = start <= now ? 'which is now' : `in ${formatDuration(Math.ceil((start - now) / MINUTE_MS))}`;
  return `${rollout} is scheduled by ${as}: it starts at ${instant(start)}, ${when}, if preflight then finds nothing against it.`;
};
