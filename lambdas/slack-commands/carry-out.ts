/** What a person whom Slack has proven asked of a rollout: it is done or not, and they are told in words. */
import type { UsedRequests } from '../../lib/aws/used-requests.ts';
import { type Commanded, command } from '../../lib/controller/command.ts';
import { type Fault, isFault } from '../../lib/controller/fault.ts';
import type { World } from '../../lib/controller/ports.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { readEntry } from '../../lib/rollout/read-entry.ts';
import { actorOf, type Interaction } from '../../lib/slack/interaction.ts';
import { roleQuestion } from '../../lib/slack/role-button.ts';
import type { SignedRequest } from '../../lib/slack/signature.ts';
import type { Told } from '../../lib/slack/web.ts';
import { isWayDown, staleness, whatIsAsked } from '../../lib/slack/what-is-asked.ts';

export type Asking = Exclude<Interaction, { readonly kind: 'reasonAsked' }>;

export interface CarriedOut {
  /** For the log. */
  readonly outcome: string;
  /** Of somebody who may not ask this, or a request that was carried out before: it is counted. */
  readonly isForbidden: boolean;
  /** What who pressed is told; undefined: nothing, there is nobody. */
  readonly told?: Told;
}

export interface Hands {
  readonly world: World;
  readonly used: UsedRequests;
  readonly installation: string;
}

export const carryOut = async (
  { world, used, installation }: Hands,
  { signature }: SignedRequest,
  interaction: Asking,
): Promise<CarriedOut> => {
  if (interaction.button.installation !== installation)
    return said('This button is of another installation of Sluice, which this app does not ask. Nothing was done.');
  const use = await used.use(signature);
  if (use === 'again') return { outcome: 'forbidden: it was carried out before', isForbidden: true };
  // A rollback waits for nothing: it happens once by itself.
  if (isFault(use) && !isRollback(interaction)) return trouble(use);
  const known = await lookAt(world, interaction.button);
  if (isFault(known)) return trouble(known);
  if (known === undefined) return said(`There is no rollout ${interaction.button.rollout}. Nothing was done.`);
  const { plan, newest, shown } = known;
  if (isFault(shown) && !isWayDown(interaction)) return trouble(shown);
  const { rollout, revision } = interaction.button;
  const stale = staleness(isFault(shown) ? undefined : shown, revision);
  const asked = whatIsAsked(plan, newest, interaction, stale);
  if ('words' in asked) return said(asked.words);
  if ('roles' in asked) {
    const text = `${rollout} waits for several of your roles. One identity signs for one: for which is your GO?`;
    const buttons = asked.roles.map((role) => ({ installation, rollout, revision, role }));
    return { outcome: 'asked for the role', isForbidden: false, told: { text, blocks: roleQuestion(text, buttons) } };
  }
  const actor = actorOf(interaction);
  if (!isWayDown(interaction)) return answered(rollout, await command(world, rollout, asked.command, actor, stale));
  const was = isFault(shown) ? `What the message showed cannot be read now: ${shown}.` : stale(newest);
  return answered(
    rollout,
    await command(world, rollout, asked.command, actor),
    was && `${was}\nIt was done all the same.`,
  );
};

const isRollback = (interaction: Asking): boolean =>
  interaction.kind === 'reasoned' && interaction.button.ask === 'rollBack';

interface Known {
  readonly plan: Plan;
  readonly newest: Entry;
  /** The entry that the message showed; undefined: the journal does not have it. */
  readonly shown: Entry | undefined | Fault;
}

/** Undefined: there is no such rollout. */
const lookAt = async (
  { journal }: World,
  { rollout, revision }: Asking['button'],
): Promise<Known | undefined | Fault> => {
  const [head, then] = await Promise.all([journal.head(rollout), journal.entries(rollout, revision, 1)]);
  if (head === undefined || isFault(head)) return head;
  const plan = await journal.plan(rollout);
  if (isFault(plan)) return plan;
  const newest = readEntry(head.body);
  // Of another release: the controller says so, and fails.
  if (!newest.ok) throw new Error(`Cannot read the journal: ${newest.problem}`);
  const [body] = isFault(then) ? [] : then;
  const shown = body === undefined ? undefined : readEntry(body);
  return { plan, newest: newest.entry, shown: isFault(then) ? then : shown?.ok === true ? shown.entry : undefined };
};

/** @param note what else who pressed should know */
const answered = (rollout: string, commanded: Commanded, note?: string): CarriedOut => {
  if (commanded.ok)
    return said([`${rollout}: ${commanded.sentence}`, ...(note === undefined ? [] : [note])].join('\n'), 'done');
  const { refused, forbidden } = commanded;
  if (forbidden === undefined) return said(`${rollout}: nothing was done: ${refused}`, `refused: ${refused}`);
  const recorded = forbidden.unrecorded === undefined ? '' : ` It could not be recorded: ${forbidden.unrecorded}.`;
  return {
    outcome: `forbidden: ${refused}${recorded}`,
    isForbidden: true,
    told: { text: `${rollout}: you may not do this, and nothing was done: ${refused}.${recorded}` },
  };
};

const said = (text: string, outcome = `told: ${text}`): CarriedOut => ({ outcome, isForbidden: false, told: { text } });

const trouble = (fault: Fault): CarriedOut => said(`Nothing was done: ${fault}. Press again.`, `failed: ${fault}`);
