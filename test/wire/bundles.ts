/** The real app, synthesized: its template, and the functions' bundles as a deployment would upload them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The stand-ins' own. */
export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of CloudFormation's own shapes.
  readonly Properties: Readonly<Record<string, any>>;
}

export interface Assembly {
  /** The plans' own, under the names that they were given. */
  readonly plansFolder: string;
  /** All resources of that type, with their logical ids. */
  of(type: string): readonly (Resource & { readonly id: string })[];
  /** Folder of the bundle of the function with that name. */
  bundleOf(functionName: string): string;
  /** The function's environment as CloudFormation would set it. */
  environmentOf(functionName: string): Readonly<Record<string, string>>;
  remove(): void;
}

/** @param plans by file name; all that is wrong with them fails it */
export const synthesize = (plans: Readonly<Record<string, string>>): Assembly => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-wire-'));
  const out = join(folder, 'cdk.out');
  mkdirSync(join(folder, 'plans'));
  for (const [name, source] of Object.entries(plans)) writeFileSync(join(folder, 'plans', name), source);
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  const { status, stderr } = spawnSync(process.execPath, ['--import', './bin/typescript.mjs', 'bin/app.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_DEFAULT_ACCOUNT: ACCOUNT,
      CDK_DEFAULT_REGION: REGION,
      CDK_OUTDIR: out,
      CDK_VALIDATION: 'false',
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, plans: join(folder, 'plans') }),
    },
  });
  if (status !== 0) throw new Error(`the app cannot be synthesized:\n${stderr}`);
  const resources = readJson<{ Resources: Record<string, Resource> }>(out, 'sluice.template.json').Resources;
  const assets = readJson<{ files: Record<string, { source: { path: string } }> }>(out, 'sluice.assets.json').files;
  const functionOf = (name: string): Resource => {
    const found = Object.values(resources).find(({ Properties }) => Properties?.FunctionName === name);
    if (found === undefined) throw new Error(`the template has no function ${name}`);
    return found;
  };
  return {
    plansFolder: join(folder, 'plans'),
    of: (type) =>
      Object.entries(resources).flatMap(([id, resource]) => (resource.Type === type ? [{ id, ...resource }] : [])),
    bundleOf: (name) => {
      const hash = String(functionOf(name).Properties.Code.S3Key).replace('.zip', '');
      return join(out, assets[hash]?.source.path ?? '');
    },
    environmentOf: (name) =>
      Object.fromEntries(
        Object.entries(functionOf(name).Properties.Environment.Variables).map(([key, value]) => [
          key,
          resolved(resources, value),
        ]),
      ),
    remove: () => rmSync(folder, { recursive: true }),
  };
};

const readJson = <T>(folder: string, name: string): T => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;

/** What is made without a name of its own is called by its logical id in the stand-ins, buckets in small letters. */
export const physicalName = (id: string): string => id.toLowerCase();

const arnOf = (service: string, resource: string, region = REGION): string =>
  `arn:aws:${service}:${region}:${ACCOUNT}:${resource}`;

/** `Ref` and `Arn` of the kinds of resources that the functions are told of. */
const REF: Readonly<Record<string, (id: string) => string>> = {
  'AWS::DynamoDB::Table': physicalName,
  'AWS::S3::Bucket': physicalName,
  'AWS::SNS::Topic': (id) => arnOf('sns', physicalName(id)),
};
const ARN: Readonly<Record<string, (id: string) => string>> = {
  'AWS::IAM::Role': (id) => arnOf('iam', `role/${physicalName(id)}`, ''),
  'AWS::SQS::Queue': (id) => arnOf('sqs', physicalName(id)),
};

const resolved = (resources: Readonly<Record<string, Resource>>, value: unknown): string => {
  if (typeof value === 'string') return value;
  const { Ref: ref, 'Fn::GetAtt': [id = '', attribute = ''] = [] } = value as {
    readonly Ref?: string;
    readonly 'Fn::GetAtt'?: readonly [string, string];
  };
  const of = ref === undefined ? (attribute === 'Arn' ? ARN : {}) : REF;
  const written = of[resources[ref ?? id]?.Type ?? ''];
  if (written === undefined) throw new Error(`this test does not know the value of ${JSON.stringify(value)}`);
  return written(ref ?? id);
};
