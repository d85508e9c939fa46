import { readFileSync } from 'node:fs';
import { App, type Environment, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { assert } from '../../lib/plan/assert.ts';
import { parsePlan } from '../../lib/plan/parse.ts';
import type { DeployedPlan } from '../../lib/stack/deployed-plans.ts';
import { SluiceStack, type SluiceStackProps } from '../../lib/stack/sluice-stack.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The flags of cdk.json, which `new App()` does not read; without bundles, and without the CDK's own validation, which takes seconds. */
export const cdkApp = (): App => {
  process.env.CDK_VALIDATION = 'false';
  const { context } = JSON.parse(read('cdk.json'));
  return new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] }, autoSynth: false });
};

export const seedPlan = (): DeployedPlan => {
  const source = read('examples/ultra-fast-analyzer.yaml');
  const parsed = parsePlan(source);
  assert(parsed.ok, 'the example is valid');
  return { file: 'plans/ultra-fast-analyzer.yaml', source, plan: parsed.plan };
};

export const sluiceStack = (props: Partial<SluiceStackProps> = {}, env: Environment = {}): SluiceStack =>
  new SluiceStack(cdkApp(), 'sluice', {
    name: 'sluice',
    plans: [seedPlan()],
    emails: { everyone: ['all@example.org'], leads: [], onCall: ['ring@example.org'] },
    logRetentionDays: 30,
    runbook: 'docs/runbook.md',
    env,
    ...props,
  });

/** An empty stack for a construct by itself. */
export const emptyStack = (): Stack => new Stack(cdkApp(), 'service');

/** A resource of a template, as JSON. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of CloudFormation's own shapes, which the assertions state.
  readonly Properties: Readonly<Record<string, any>>;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
}

export const templateOf = (stack: Stack): Template => Template.fromStack(stack);

export const resourcesOf = (template: Template, type: string): readonly Resource[] =>
  Object.values(template.findResources(type)) as Resource[];

/** The only resource of its type whose logical id begins so. */
export const resourceOf = (template: Template, type: string, idPrefix = ''): Resource => {
  const found = Object.entries(template.findResources(type)).filter(([id]) => id.startsWith(idPrefix));
  assert(found.length === 1, `one ${type} has a logical id that begins with ${idPrefix}, not ${found.length}`);
  return found[0]?.[1] as Resource;
};

/** One action on one resource that a policy allows; ARNs with `Fn::Join` and the like written as `<…>`. */
export interface Allowed {
  readonly action: string;
  readonly resource: string;
  readonly conditions: unknown;
}

export const allowedBy = (role: Resource): readonly Allowed[] =>
  role.Properties.Policies.flatMap((policy: { PolicyDocument: { Statement: readonly Statement[] } }) =>
    policy.PolicyDocument.Statement.flatMap(({ Action, Resource, Condition }) =>
      [Action]
        .flat()
        .flatMap((action) =>
          [Resource].flat().map((resource) => ({ action, resource: written(resource), conditions: Condition })),
        ),
    ),
  );

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

export const written = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  if ('Ref' in value) return `<${value.Ref}>`;
  if ('Fn::GetAtt' in value) return `<${[value['Fn::GetAtt']].flat().join('.')}>`;
  if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) return value['Fn::Join'][1].map(written).join('');
  return JSON.stringify(value);
};
