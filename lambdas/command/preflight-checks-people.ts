import type { Subscriptions } from '../../lib/aws/preflight-topics.ts';
import type { Check } from '../../lib/aws/request.ts';
import { type Fault, isFault } from '../../lib/controller/fault.ts';
import { fail, lineOf, type Part, pass, unknown, warn } from './preflight-lines.ts';
import type { Look } from './preflight-look.ts';

/** Who may ask the controller, and whom it can reach. */
export const peopleChecks = (look: Look): readonly Check[] => [
  lineOf('who may invoke', invokers(look)),
  lineOf('topics', topics(look)),
];

const invokers = ({ account }: Look): readonly Part[] => {
  const { invokers: principals } = account;
  if (isFault(principals)) return [unknown(principals)];
  if (principals.length === 0) return [pass('only identities of this account with lambda:InvokeFunction')];
  return [
    warn(
      `the command function's own policy also lets in ${principals.join(', ')}`,
      'remove what need not be there; each would still have to prove who asks, and the plan says what they may',
    ),
  ];
};

const topics = ({ plan, account }: Look): readonly Part[] => {
  const { onCall, leads, everyone } = account.topics;
  const nobody = 'subscribe somebody and confirm it: nobody would hear';
  return [
    ...reached('people on call', onCall, (found) => fail(found, nobody)),
    ...reached('leads', leads, (found) => (Object.keys(plan.leads).length === 0 ? pass(found) : warn(found, nobody))),
    ...reached('everyone', everyone, (found) => warn(found, nobody)),
  ];
};

const reached = (
  audience: string,
  subscriptions: Subscriptions | Fault,
  unheard: (found: string) => Part,
): readonly Part[] => {
  if (isFault(subscriptions)) return [unknown(subscriptions)];
  const [confirmed, pending] = [inWords(subscriptions.confirmed), inWords(subscriptions.pending)];
  return [
    confirmed === '' ? unheard(`${audience}: no confirmed subscription`) : pass(`${audience}: ${confirmed}`),
    ...(pending === ''
      ? []
      : [
          warn(
            `${audience}: ${pending} not confirmed`,
            'let them confirm: the message is in their mail, for three days',
          ),
        ]),
  ];
};

const inWords = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([protocol, count]) => `${count} ${protocol}`)
    .join(', ');
