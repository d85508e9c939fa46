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
  release: text(100).describe('Version label of what is shipped; reports and messages name it.'),
  mode: word(['release', 'aa'])
    .prefault('release')
    .describe(
      'release: the candidate is a new version. aa: both groups run the same release, to find out whether the measurement can be trusted; all phases are below 100%, and at the end all traffic goes back to the baseline.',
    ),
  traffic: trafficKeys.describe('Whose traffic is moved, and between what.'),
  zone: zone().prefault('UTC').describe('IANA zone of the local times in this plan.'),
  start: instant().describe('When the first phase begins, if preflight then finds nothing against it.'),
  startWithin: duration('0m', '30d')
    .prefault('1h')
    .describe("How late the rollout's start may be before an operator must confirm it."),
  lateBy: duration('0m', '30d')
    .prefault('4h')
    .describe("How late a phase's start may be before an operator must confirm it."),
  after: listOf(name(), 0, 20)
    .prefault([])
    .describe('Rollouts that must have finished before this one takes its rules.'),
  windows: listOf(windowKeys, 0, 50).prefault([]).describe('When the weight may rise; always, unless given.'),
  freezes: listOf(freezeKeys, 0, 100).prefault([]).describe('When the weight may not rise.'),
  phases: listOf(phaseKeys, 1, 20).describe(
    "One after the other; weights do not fall, names differ. At the end of each one's bake is its gate.",
  ),
  guards: listOf(guard, 0, 30)
    .prefault([])
    .describe('What must not happen while the candidate may have traffic; one that trips rolls back.'),
  regressionWatch: regressionWatch
    .prefault({})
    .describe('The statistical guard that compares the candidate with the baseline, minute by minute.'),
  metrics: metricsKeys.prefault({}).describe('What CloudWatch knows besides the load balancer.'),
  show: listOf(text(40), 0, 30)
    .prefault([])
    .describe('Metrics of the catalogue and gauges that are charted on the dashboard and not judged.'),
  incidents: z
    .strictObject({
      alarms: listOf(text(255), 0, 100)
        .prefault([])
        .describe(
          'Names of CloudWatch alarms, metric or composite, of the same region; one that is on holds every rise.',
        ),
    })
    .prefault({})
    .describe('What counts as an open incident, besides what operators open.'),
  healthyTargets: z
    .strictObject({
      baseline: whole(1, 10000).optional().describe('As many healthy targets of the baseline carry everything.'),
      candidate: whole(1, 10000)
        .optional()
        .describe('Shown, and not reckoned with: the candidate needs its share of what the baseline has.'),
    })
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
      "full: everything is read every minute. economic: after 24h in a phase the plan's own metrics are read every 5 minutes, and at weight 100 traffic every other minute and the candidate only.",
    ),
  ...peopleKeys,
});
