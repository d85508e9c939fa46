/** The CDK app: `npx cdk synth`, `npx cdk deploy`. Everything that can be wrong with plans and settings is told before anything is made. */
import { App } from 'aws-cdk-lib';
import { readPlans } from '../lib/stack/deployed-plans.ts';
import { fixedCost, fixedCostText } from '../lib/stack/fixed-cost.ts';
import { noticesOf } from '../lib/stack/notices.ts';
import { readSettings } from '../lib/stack/settings.ts';
import { SluiceStack } from '../lib/stack/sluice-stack.ts';

const say = (...lines: readonly string[]): void => void process.stderr.write(`${lines.join('\n')}\n`);

// Nothing is synthesized unless it is asked for below.
const app = new App({ autoSynth: false });
// The CDK's command line sets them from the credentials; without an account the template fits any.
const env = {
  account: process.env.CDK_DEFAULT_ACCOUNT || undefined,
  region: process.env.CDK_DEFAULT_REGION || undefined,
};
const context: Readonly<Record<string, unknown>> = app.node.getAllContext();
const read = readSettings(context);
const folder = read.ok ? read.settings.plans : String(context.plans ?? 'plans');
const deployed = readPlans(folder, env);

if (!read.ok || !deployed.ok) {
  const problems = [...(read.ok ? [] : read.problems), ...(deployed.ok ? [] : deployed.problems)];
  say(`Nothing was synthesized: ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}.`, ...problems);
  process.exitCode = 1;
} else {
  const { name, emails, slack, tags, logRetentionDays, ticks, cloudTrail, runbook } = read.settings;
  const { plans } = deployed;
  const stack = new SluiceStack(app, name, {
    name,
    plans,
    emails,
    slack: slack?.channel,
    slackSecret: slack?.secret,
    tags,
    logRetentionDays,
    ticks,
    cloudTrail,
    runbook,
    env,
  });
  app.synth();
  const names = plans.map(({ plan }) => plan.rollout).join(', ');
  say(plans.length === 0 ? `No plans in ${folder}: only the controller is deployed.` : `Plans in ${folder}: ${names}.`);
  const onCall = emails.onCall.join(', ');
  say(onCall === '' ? 'NOBODY is on call: set emails in the context of cdk.json.' : `On call: ${onCall}.`);
  say(...noticesOf({ plans, settings: read.settings, context }, Date.now()));
  say(fixedCostText(fixedCost(stack.fixedParts)));
}
