import type { Check } from '../aws/request.ts';
import { askAccount } from './ask-account.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import { type Mark, marked } from './marks.ts';
import type { PreflightOptions } from './options.ts';
import { type Paint, painter } from './paint.ts';
import { readPlanFile } from './plan-file.ts';
import { isRefusal, type Refusal } from './refusal.ts';
import { formatTable } from './table.ts';

export const askPreflight = async (
  path: string,
  options: PreflightOptions,
  { surroundings, io }: CommandContext,
): Promise<ExitCode | Refusal> => {
  const file = await readPlanFile(path);
  if (isRefusal(file)) return file;
  const { source, plan } = file;
  const { ring = false } = options;
  const answered = await askAccount(surroundings, options, `look ahead for ${plan.rollout}`, {
    ask: 'preflight',
    source,
    ring,
  });
  if (isRefusal(answered)) return answered;
  const { checks } = answered;
  if (options.json === true) io.out(`${JSON.stringify({ rollout: plan.rollout, checks })}\n`);
  else io.out(checklistText(plan.rollout, checks, io));
  if (ring && options.json !== true)
    io.err('A test page was asked for: see whether it arrived at the people on call.\n');
  return checks.some(({ verdict }) => verdict === 'fail') ? EXIT.fault : EXIT.fine;
};

const MARKS: Readonly<Record<Check['verdict'], Mark>> = { pass: 'good', warn: 'open', fail: 'bad' };

/** What was found; on a terminal what to do stands below it. */
const checklistText = (
  rollout: string,
  checks: readonly Check[],
  { outIsTerminal, colour }: Pick<Io, 'outIsTerminal' | 'colour'>,
): string => {
  if (!outIsTerminal)
    return formatTable(
      checks.map(({ verdict, what, found, next }) => [verdict, what, found, next]),
      false,
    )
      .map((line) => `${line}\n`)
      .join('');
  const paint = painter(colour);
  const table = formatTable(
    checks.map(({ verdict, what, found }) => [marked(MARKS[verdict], verdict, true, paint), what, found]),
    true,
  );
  const lines = table.flatMap((line, index) => {
    const next = checks[index]?.next ?? '';
    return next === '' ? [line] : [line, `      ${paint('dim', next)}`];
  });
  return `${[summaryOf(rollout, checks, paint), ...lines].join('\n')}\n`;
};

const summaryOf = (rollout: string, checks: readonly Check[], paint: Paint): string => {
  const count = (verdict: Check['verdict']): number => checks.filter((check) => check.verdict === verdict).length;
  const counts = `${count('pass')} pass, ${count('warn')} warn, ${count('fail')} fail.`;
  return count('fail') === 0
    ? paint('green', `${rollout} can start: ${counts}`)
    : paint('red', `${rollout} cannot start: ${counts}`);
};
