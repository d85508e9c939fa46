/** The report of a rollback: its times, what proved it, who was told, and what to do now. */
import type { Plan } from '../plan/plan.ts';
import { slackChannelsOf } from '../plan/slack-channels.ts';
import type { Notice } from '../rollout/entry.ts';
import { explain, instant } from '../rollout/explain.ts';
import type { Rollback } from '../rollout/rollout.ts';
import { type Block, list, type Section, section, table } from './blocks.ts';
import { decisive } from './decisive.ts';
import type { Ledger, Newest } from './ledger.ts';
import { nextUp } from './next-up.ts';
import { rollbackTimes } from './rollback-times.ts';
import { rootEvidence } from './root-evidence.ts';
import { groupName } from './wording.ts';

/** Undefined: nothing was rolled back. */
export const rollbackSection = (ledger: Ledger, newest: Newest): Section | undefined => {
  const times = rollbackTimes(ledger);
  const { wayBack } = ledger;
  const { rollback } = newest.state;
  if (times === undefined || wayBack === null || rollback === null) return undefined;
  const { by, numbers } = decisive(ledger, newest);
  const evidence = rootEvidence(rollback, wayBack);
  return section(
    'Rollback',
    table('The way back', ['what', 'when'], times),
    'Why:',
    list([`Decided by ${by}.`, numbers, ...because(ledger)]),
    ...(evidence === undefined
      ? []
      : ['The minutes before it was decided, at most 20; the journal has all:', evidence]),
    'Who was told:',
    toldTable(ledger, wayBack.detectedAt),
    'What to do now:',
    list([...nextUp(ledger, newest), ...whereToLook(ledger.plan, rollback)]),
  );
};

/** Where a fault is dated, the hour to read the logs of. */
const whereToLook = ({ traffic }: Plan, { faultBeganAt, decidedAt, verifiedAt }: Rollback): readonly string[] =>
  faultBeganAt === null
    ? []
    : [
        `Look at the logs and traces of ${groupName(traffic.candidate)} from ${instant(faultBeganAt)} to ${instant(verifiedAt ?? decidedAt)}, beside those of ${groupName(traffic.baseline)} in the same minutes.`,
      ];

/** What it was held for before nobody answered. */
const because = ({ newest, holds }: Ledger): readonly string[] => {
  const reason = newest?.state.rollback?.reason;
  if (reason?.code !== 'OUTAGE_AFTER_RISE') return [];
  const held = holds.findLast(({ code }) => code === 'SHARED_OUTAGE');
  return held === undefined ? [] : [explain(held.reason)];
};

const toldTable = ({ plan, people }: Ledger, since: number): Block => {
  const told = people.newest.filter(({ at }) => at >= since);
  if (told.length === 0) return 'Nobody yet.';
  return table(
    'Who was told',
    ['when', 'who', 'what'],
    told.map(({ at, audience, subject }) => [instant(at), whoIs(plan, audience), subject]),
  );
};

const whoIs = (plan: Plan, audience: Notice['audience']): string => {
  const { onCall, leads } = plan;
  switch (audience) {
    case 'onCall':
      return onCall === undefined
        ? 'on call: the operators'
        : `on call: ${[onCall.primary, onCall.secondary, onCall.escalation?.name].filter((each) => each !== undefined).join(', ')}`;
    case 'leads':
      return `leads: ${Object.keys(leads).join(', ') || 'there are none'}`;
    case 'everyone': {
      const channels = slackChannelsOf(plan);
      return channels === undefined ? 'everyone' : `everyone, ${channels.everyone}`;
    }
  }
};
