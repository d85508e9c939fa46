import { Dashboard, type IWidget, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { formatDuration } from '../plan/duration.ts';
import type { Plan } from '../plan/plan.ts';
import { WIDTH } from './graph.ts';
import { incidentAlarms, ownGraphs } from './own-graphs.ts';
import { trafficGraphs } from './traffic-graphs.ts';

export interface PlanDashboardProps {
  readonly name: string;
  readonly plan: Plan;
}

/**
 * What the rollout is judged by and what its plan's `show` names, of both groups side by side and minute by minute, with the plan's own
 * limits as lines.
 */
export class PlanDashboard extends Construct {
  constructor(scope: Construct, id: string, { name, plan }: PlanDashboardProps) {
    super(scope, id);
    new Dashboard(this, 'Dashboard', {
      dashboardName: `${name}-${plan.rollout}`,
      widgets: [
        [heading(plan)],
        ...incidentAlarms(this, plan).map((widget) => [widget]),
        ...inRows([...trafficGraphs(plan), ...ownGraphs(plan)]),
      ],
    });
  }
}

const heading = ({ rollout, release, phases }: Plan): TextWidget =>
  new TextWidget({
    width: 2 * WIDTH,
    height: 2,
    markdown: `**${rollout}**, release ${release}: ${phases
      .map(({ name, weight, bakeMinutes }) => `${name} ${weight} % for ${formatDuration(bakeMinutes)}`)
      .join(', ')}. Minutes of the last three still change.`,
  });

const inRows = (widgets: readonly IWidget[]): IWidget[][] =>
  widgets.flatMap((left, index) => {
    const right = widgets[index + 1];
    if (index % 2 === 1) return [];
    return [right === undefined ? [left] : [left, right]];
  });
