import * as z from 'zod';
import { freezeKeys, windowKeys } from './calendar-schema.ts';
import { duration, instant, listOf, name, text, whole, word, zone } from './fields.ts';
import { guard, regressionWatch } from './guards-schema.ts';
import { metricsKeys } from './metrics-schema.ts';
import { peopleKeys } from './people-schema.ts';
import { phaseKeys } from './phase-schema.ts';
import { trafficKeys } from './traffic-schema.ts';

/** Every key of a plan, value by value; what only several keys together can break is in rules.ts. */
export const planKeys = z.strictObject({
  rollout: name().describe("The rollout's name, and its identity: a new attempt has a new name."),
  release: text(100).describe('Version label of what is shipped.'),
  mode: word(['release', 'aa'])
    .prefault('release')
    .describe(
      'aa: both groups run the same release, to find out whether the measurement can be trusted; all phases are below 100%, and at the end all traffic goes back to the baseline.',
    ),
  traffic: trafficKeys,
  zone: zone().prefault('UTC').describe('IANA zone of local times.'),
  start: instant().describe('When the first phase begins.'),
  startWithin: duration('0m', '30d')
    .prefault('1h')
    .describe("How late the rollout's start may be before an operator must confirm it."),
  lateBy: duration('0m', '30d')
    .prefault('4h')
    .describe("How late a phase's start may be before an operator must confirm it."),
  after: listOf(name(), 0, 20).prefault([]).describe('Rollouts that must have finished.'),
  windows: listOf(windowKeys, 0, 50).prefault([]).describe('When the weight may rise; always, unless given.'),
  freezes: listOf(freezeKeys, 0, 100).prefault([]).describe('When the weight may not rise.'),
  phases: listOf(phaseKeys, 1, 20),
  guards: listOf(guard, 0, 30).prefault([]).describe('What must not happen, at any time.'),
  regressionWatch: regressionWatch.prefault({}).describe('The statistical guard against the baseline.'),
  metrics: metricsKeys.prefault({}),
  show: listOf(text(40), 0, 30).prefault([]).describe('Metrics that are charted on the dashboard and not judged.'),
  incidents: z
    .strictObject({ alarms: listOf(text(255), 0, 100).prefault([]) })
    .prefault({})
    .describe('CloudWatch alarms that count as an open incident.'),
  healthyTargets: z
    .strictObject({ baseline: whole(1, 10000).optional(), candidate: whole(1, 10000).optional() })
    .prefault({})
    .describe('Healthy targets that carry all the traffic; measured at the start, unless given.'),
  availability: word(['answered', 'connectionErrors'])
    .prefault('answered')
    .describe('What counts as unavailable: requests without an answer, or connection errors (WebSockets, long polls).'),
  signOffWithin: duration('5m', '30d').prefault('24h').describe('How long sign-offs are waited for.'),
  separationOfDuty: z
    .boolean({ error: 'must be true or false' })
    .prefault(false)
    .describe(
      'Whoever started the rollout cannot give the only GO: a gate that asks people needs one from somebody else.',
    ),
  holdFor: duration('5m', '30d')
    .prefault('24h')
    .describe('How long what is proven bad is held before it is rolled back.'),
  pace: word(['full', 'economic'])
    .prefault('economic')
    .describe(
      "economic: after 24h in a phase the plan's own metrics are read every 5 minutes, and at weight 100 traffic every other minute and the candidate only.",
    ),
  ...peopleKeys,
});
