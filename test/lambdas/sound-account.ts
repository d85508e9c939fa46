import type { AccountFacts } from '../../lib/aws/preflight-account.ts';
import type { GroupSettings } from '../../lib/aws/preflight-groups.ts';
import type { Plan } from '../../lib/plan/plan.ts';

const group: GroupSettings = {
  isLambda: false,
  healthChecks: { isOn: true, intervalSeconds: 10, timeoutSeconds: 5, healthyAfter: 3, unhealthyAfter: 2 },
  dnsFailOver: { count: 'off', percentage: 'off' },
};

/** What the checklist reads of an account in which nothing is wrong. */
export const soundAccount = ({ traffic }: Plan): AccountFacts => ({
  tags: new Map(
    traffic.rules.map((rule) => [
      rule,
      { managed: 'true', restingTag: 'targetgroup/original', resting: 'baseline', keptBy: [] },
    ]),
  ),
  candidate: group,
  baseline: group,
  scalingGroups: { groups: [{ name: 'original', minimum: 20, desired: 20 }], isComplete: true },
  services: { services: [], looked: 3, isComplete: true },
  serviceMinimums: new Map(),
  topics: {
    onCall: { confirmed: { lambda: 1, email: 2 }, pending: {} },
    leads: { confirmed: { lambda: 1 }, pending: {} },
    everyone: { confirmed: { lambda: 1 }, pending: {} },
  },
  invokers: [],
});
