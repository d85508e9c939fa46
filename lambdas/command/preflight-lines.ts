/** How a line of the checklist is put together. */
import type { Check } from '../../lib/aws/request.ts';
import type { Fault } from '../../lib/controller/fault.ts';
import type { Finding } from '../../lib/controller/preflight-findings.ts';
import type { Look } from './preflight-look.ts';

/** One thing that was found; a line may have several. */
export type Part = Omit<Check, 'what'>;

export const pass = (found: string): Part => ({ verdict: 'pass', found, next: '' });
export const warn = (found: string, next: string): Part => ({ verdict: 'warn', found, next });
export const fail = (found: string, next: string): Part => ({ verdict: 'fail', found, next });

/** What could not be asked is not known: never a pass. */
export const unknown = (fault: Fault): Part => warn(notKnown(fault), ASK_AGAIN);

export const notKnown = ({ operation, code }: Fault): string => `not known: cannot ${operation} (${code})`;

export const ASK_AGAIN = 'ask again; where a permission is missing, its own line says which';

/** As bad as the worst of its parts; what to do is said once. */
export const lineOf = (what: string, parts: readonly Part[]): Check => {
  const worst = (['fail', 'warn'] as const).find((verdict) => parts.some((part) => part.verdict === verdict));
  const next = new Set(parts.filter(({ verdict }) => verdict !== 'pass').map((part) => part.next));
  return {
    what,
    verdict: worst ?? 'pass',
    found: parts.map(({ found }) => found).join('; '),
    next: [...next].join('; '),
  };
};

/** What stands against a start, of one kind. */
export const problemsOf = ({ findings }: Look, about: Finding['about'], next: string): readonly Part[] =>
  findings.filter((finding) => finding.about === about && finding.isProblem).map(({ text }) => fail(text, next));

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
