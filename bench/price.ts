/** Price of the seed plan's rollout: CloudWatch's metrics counted at the ports of a rehearsal, the rest from its journal. */
import { costOf, metricsRead } from '../lib/report/cost.ts';
import { PRICE_DATE, priceOf } from '../lib/report/prices.ts';
import { counted } from '../test/report/counted-rehearsal.ts';
import { seedSource } from '../test/rollout/fixture.ts';
import { tell } from './telling.ts';

const price = async (pace: 'economic' | 'full', limit: number): Promise<void> => {
  const { ledger, metrics, ticks, outcome } = await counted(
    seedSource.replace(/^release:/m, `pace: ${pace}\nrelease:`),
    {},
  );
  if (outcome !== 'finished') throw new Error(`the seed plan finishes, it is ${outcome}`);
  const { plan, spending } = ledger;
  const told = metricsRead(plan, spending);
  const inReport = costOf(plan, spending).at(-1)?.usd ?? Number.NaN;
  const usd = inReport + priceOf('getMetricData', metrics - told);
  const counts = `${metrics} metrics read in ${ticks} ticks; the report says ${told}, and ${inReport.toFixed(2)} USD; prices of ${PRICE_DATE}`;
  tell(`a rollout of the seed plan, pace ${pace}`, usd, limit, 'USD', counts);
};

await price('economic', 3);
await price('full', 12);
