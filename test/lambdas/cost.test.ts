import { afterAll, beforeAll, expect, it } from 'vitest';
import { isFault } from '../../lib/controller/fault.ts';
import { ASSUMED, costOf } from '../../lib/report/cost.ts';
import { addEntry, emptyLedger } from '../../lib/report/ledger.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { billedFor } from '../report/billed-queries.ts';
import { metricsAsked } from '../stand-in/cloudwatch.ts';
import type { Asked } from '../stand-in/server.ts';
import { type LiveAccount, liveAccount, plan } from './live-account.ts';

const MINUTES = 75;
/** START, END and REPORT, as Lambda writes them of each invocation. */
const LAMBDA_LINES_BYTES = 350;

let account: LiveAccount;
let calls: readonly Asked[];
/** Bytes that ticks and the watchdog wrote to the log. */
const logged = { tick: 0, watchdog: 0 };
let unitsBefore = 0;
let counts: Readonly<Record<string, number>>;

/** Ticks and looks from a quarter of an hour before the start on, by the functions themselves. */
beforeAll(async () => {
  account = await liveAccount();
  account.cold();
  const { handler: tick } = await import('../../lambdas/tick/handler.ts');
  const { handler: watchdog } = await import('../../lambdas/watchdog/handler.ts');
  const bytesLogged = (): number =>
    account.logged().reduce((sum, line) => sum + Buffer.byteLength(JSON.stringify(line)) + 1, 0);
  for (let index = 0; index < MINUTES; index++) {
    account.pass(1);
    await tick({ rollout: plan.rollout, schedule: `${plan.rollout}.minute` });
    logged.tick += bytesLogged();
    await watchdog();
    logged.watchdog += bytesLogged();
  }
  calls = [...account.server.calls];
  const bodies = await account.world.journal.entries(plan.rollout, 0, 1000);
  if (isFault(bodies)) throw bodies;
  const ledger = emptyLedger(plan);
  for (const body of bodies) {
    addEntry(ledger, JSON.parse(body) as Entry, Buffer.byteLength(body));
    // The start and its claims were written before calls were counted; nobody announces here.
    if (ledger.entries === 1) unitsBefore = ledger.spending.writeUnits - ledger.spending.announced;
  }
  unitsBefore += ledger.spending.announced;
  counts = Object.fromEntries(costOf(plan, ledger.spending).map(({ what, count }) => [what, count]));
}, 60_000);
afterAll(() => account.close());

const named = (operation: string): readonly Asked[] => calls.filter((call) => call.operation === operation);

const near = (what: string, counted: number): void => {
  const told = counts[what] ?? Number.NaN;
  expect(Math.abs(told / counted - 1), `${what}: ${told} told, ${counted} counted`).toBeLessThan(0.03);
};

it('CloudWatch is asked for as many metrics as the report says, five statistics of a metric being one', () => {
  const billed = named('GetMetricData').map((call) => billedFor(metricsAsked(call)));
  near(
    'CloudWatch metrics read',
    billed.reduce((sum, count) => sum + count, 0),
  );
});

it('the journal is written in as many units as the report says', () => {
  const units = (put: Asked): number => Math.ceil(bytesIn(put.input.Item as Item) / 1024);
  near(
    'journal, write units of 1 KB',
    named('PutItem').reduce((sum, put) => sum + units(put), unitsBefore),
  );
});

/** As DynamoDB counts an item: names and values of its attributes, a number's digits in pairs. */
type Item = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;
const bytesIn = (item: Item): number =>
  Object.entries(item).reduce(
    (sum, [name, { S = '', N }]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength(S) + (N === undefined ? 0 : Math.ceil(N.length / 2) + 1),
    0,
  );

it('functions run as often as the report says', () => {
  const heads = named('Query').filter(({ input }) => input.ScanIndexForward === false);
  // One by the tick, one by the watchdog; a rise reads it once more.
  expect(heads.length).toBe(2 * MINUTES + 1);
  near('wake-ups', 2 * MINUTES);
});

it('functions log no more than is assumed', () => {
  expect(logged.tick / MINUTES + LAMBDA_LINES_BYTES).toBeLessThan(ASSUMED.tickLogBytes);
  expect(logged.watchdog / MINUTES + LAMBDA_LINES_BYTES).toBeLessThan(ASSUMED.watchdogLogBytes);
});
