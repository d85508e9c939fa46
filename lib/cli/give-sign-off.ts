import { assessmentsOf } from '../report/standing.ts';
import { verdictWord } from '../report/wording.ts';
import { explain } from '../rollout/explain.ts';
import type { CommandContext } from './command-context.ts';
import type { ExitCode } from './exit-code.ts';
import { giveCommand } from './give-command.ts';
import { checkReason, checkRollout } from './given-words.ts';
import type { SignOffOptions } from './options.ts';
import { readStatus } from './read-status.ts';
import { isRefusal, joinRefusals, Refusal } from './refusal.ts';

/** Gives the word of a role. Without --phase it is for the phase that is the present one now, and what it rests on is shown first. */
export const giveSignOff = async (
  rollout: string,
  options: SignOffOptions,
  context: CommandContext,
): Promise<ExitCode | Refusal> => {
  const refused = joinRefusals([checkRollout(rollout), ...checkAnswer(options)].filter((each) => each !== undefined));
  if (refused !== undefined) return refused;
  const phase = options.phase ?? (await presentPhase(rollout, options, context));
  if (isRefusal(phase)) return phase;
  const answer = options.go === true ? 'GO' : 'NO-GO';
  const why = options.reason?.trim() ?? '';
  return giveCommand(context, options, rollout, { kind: 'signOff', phase, role: options.as, answer, why });
};

const checkAnswer = ({ go, noGo, reason }: SignOffOptions): readonly (Refusal | undefined)[] => {
  if (go !== true && noGo !== true)
    return [new Refusal('A sign-off must say --go or --no-go; given: neither.', [], 'Next: sluice sign-off --help')];
  if (reason !== undefined) return [checkReason(reason)];
  return noGo === true ? [new Refusal('--no-go must be given with --reason WHY: it holds the rollout.')] : [];
};

const presentPhase = async (
  rollout: string,
  options: SignOffOptions,
  { surroundings, io }: CommandContext,
): Promise<string | Refusal> => {
  const view = await readStatus(rollout, options, surroundings);
  if (isRefusal(view)) return view;
  const { plan, state, decision } = view;
  const phase = plan.phases[state.phase]?.name;
  if (phase === undefined)
    return new Refusal(
      `Cannot sign off ${rollout}: sign-offs count from the beginning of a bake, and it is ${state.status}. ${explain(decision.reason)}`,
      [],
      `See how it stands: sluice status ${rollout}`,
    );
  const criteria = assessmentsOf(view).map(({ text, verdict }) => `${text} ${verdictWord(verdict)}`);
  io.err(`Phase ${phase}: ${criteria.length === 0 ? 'no criteria' : criteria.join(', ')}.\n`);
  return phase;
};
