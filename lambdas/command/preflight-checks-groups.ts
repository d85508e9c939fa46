import type { GroupSettings, HealthChecks } from '../../lib/aws/preflight-groups.ts';
import type { Check } from '../../lib/aws/request.ts';
import { type Fault, isFault } from '../../lib/controller/fault.ts';
import { lineOf, type Part, pass, unknown, warn } from './preflight-lines.ts';
import type { Look } from './preflight-look.ts';

/** How the target groups are set up, and what follows for a rollback. */
export const groupChecks = (look: Look): readonly Check[] => [
  lineOf('rollback form', rollbackForm(look)),
  lineOf('DNS fail-over', dnsFailOver(look.account.candidate)),
  lineOf('health checks', healthChecks(look.account.baseline, look.account.candidate)),
];

const rollbackForm = (look: Look): readonly Part[] => {
  const faults = [look.candidate, look.baseline].filter(isFault);
  if (faults.length > 0) return faults.map(unknown);
  const sticky = look.rules.flatMap((reading) => (reading.kind === 'weighted' && reading.sticky ? [reading.rule] : []));
  return [
    ...look.findings.filter(({ about }) => about === 'rollbackForm').map(({ text }) => pass(text)),
    ...sticky.map((rule) =>
      warn(
        `rule ${rule} has stickiness on: clients with its cookie stay where they are whatever the weight, until a rollback switches it off`,
        'switch rule stickiness off before the start, or expect shares of requests that lag behind the weights',
      ),
    ),
  ];
};

const dnsFailOver = (candidate: GroupSettings | Fault): readonly Part[] => {
  if (isFault(candidate)) return [unknown(candidate)];
  if (candidate.isLambda) return [pass("not for a function's target group")];
  const { count, percentage } = candidate.dnsFailOver;
  const set = [
    ...(count === 'off' ? [] : [`count is ${count ?? 'not said'}`]),
    ...(percentage === 'off' || percentage === undefined ? [] : [`percentage is ${percentage}`]),
  ];
  if (set.length === 0) return [pass("off for the candidate's target group")];
  return [
    warn(
      `minimum healthy targets: ${set.join(', ')}; a wholly unhealthy candidate may take zones out of DNS for everything behind the load balancer`,
      "set target_group_health.dns_failover.minimum_healthy_targets.count of the candidate's group to off, as RolloutRule does",
    ),
  ];
};

const healthChecks = (baseline: GroupSettings | Fault, candidate: GroupSettings | Fault): readonly Part[] => {
  if (isFault(baseline) || isFault(candidate)) return [baseline, candidate].filter(isFault).map(unknown);
  const [one, other] = [inWords(baseline.healthChecks), inWords(candidate.healthChecks)];
  if (one.includes('not said') || other.includes('not said'))
    return [warn(`baseline: ${one}; candidate: ${other}`, 'ask again')];
  if (one === other) return [pass(`both groups: ${one}`)];
  return [
    warn(
      `baseline: ${one}; candidate: ${other}`,
      'let both groups check in the same way, so that their healthy targets compare',
    ),
  ];
};

const inWords = (checks: HealthChecks): string => {
  if (!checks.isOn) return 'off: a registered target counts as healthy, and only its answers tell otherwise';
  const { intervalSeconds, timeoutSeconds, healthyAfter, unhealthyAfter } = checks;
  const after = (count: number | null): string =>
    count === null || intervalSeconds === null
      ? 'not said'
      : `${count * intervalSeconds} s (${count} × ${intervalSeconds} s)`;
  return `unhealthy after ${after(unhealthyAfter)}, healthy after ${after(healthyAfter)}, time-out ${timeoutSeconds ?? 'not said'} s`;
};
