import type { Replies, Reply, Request } from '../../lib/aws/request.ts';
import { unreachable } from '../../lib/plan/assert.ts';
import { answerCommand } from './answer-command.ts';
import { answerExport } from './answer-export.ts';
import { answerJournal } from './answer-journal.ts';
import { answerList } from './answer-list.ts';
import { answerReport, answerReportLink } from './answer-report.ts';
import { answerStart, answerStartUnreviewed } from './answer-start.ts';
import { answerStatus } from './answer-status.ts';
import type { Answered, Asked } from './asked.ts';

/** Every request of somebody whose identity is proven. Reading is for whoever may invoke the function; a change asks the plan. */
export const answer = async (asked: Asked, request: Request): Promise<Reply<keyof Replies>> => {
  const answered = await answerTo(asked, request);
  return 'refused' in answered ? answered : { ok: true, as: asked.as, ...answered };
};

const answerTo = async (asked: Asked, request: Request): Promise<Answered<Replies[keyof Replies]>> => {
  switch (request.ask) {
    case 'start':
      return answerStart(asked, request);
    case 'startUnreviewed':
      return answerStartUnreviewed(asked, request);
    case 'command':
      return answerCommand(asked, request);
    case 'list':
      return answerList(asked);
    case 'status':
      return answerStatus(asked, request);
    case 'journal':
      return answerJournal(asked, request);
    case 'report':
      return answerReport(asked, request);
    case 'reportLink':
      return answerReportLink(asked, request);
    case 'export':
      return answerExport(asked, request);
    case 'preflight': {
      // A fifth of the function is for this alone.
      const { answerPreflight } = await import('./answer-preflight.ts');
      return answerPreflight(asked, request);
    }
    default:
      return unreachable(request);
  }
};
