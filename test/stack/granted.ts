/** What the synthesized roles allow, with the references of the template resolved as CloudFormation would. */
import type { Template } from 'aws-cdk-lib/assertions';
import { assert } from '../../lib/plan/assert.ts';
import { type Resource, resourceOf } from './synthesized.ts';

const REGION = 'us-east-1';
const ACCOUNT = '123456789012';

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::URLSuffix': 'amazonaws.com',
};

/** One action on one resource, both perhaps with `*`. */
export interface Grant {
  readonly action: string;
  readonly resource: string;
  /** Operator, key, value. */
  readonly conditions: readonly (readonly [string, string, string])[];
}

/** One use of AWS as IAM sees it: what is done to which resource, and what conditions may look at. */
export interface Use {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

/** Roles and environment of a template's functions. */
export interface Granted {
  /** @param name as in the logical id: `Tick` */
  of(name: string): readonly Grant[];
  environmentOf(name: string): Readonly<Record<string, string>>;
}

export const grantedBy = (template: Template): Granted => {
  const resources = template.toJSON().Resources as Readonly<Record<string, Resource>>;
  const resolved = (value: unknown): string => resolve(resources, value);
  return {
    of: (name) => {
      const role = resourceOf(template, 'AWS::IAM::Role', `Functions${name}Role`);
      const statements: readonly Statement[] = role.Properties.Policies.flatMap(
        (policy: { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }) =>
          policy.PolicyDocument.Statement,
      );
      return statements.flatMap(({ Effect, Action, Resource: on, Condition = {} }) => {
        assert(Effect === 'Allow', 'roles of functions only allow');
        const conditions = Object.entries(Condition).flatMap(([operator, values]) =>
          Object.entries(values).map(([key, value]) => [operator, key, resolved(value)] as const),
        );
        return [Action]
          .flat()
          .flatMap((action) =>
            [on].flat().map((resource): Grant => ({ action, resource: resolved(resource), conditions })),
          );
      });
    },
    environmentOf: (name) => {
      const { Properties } = resourceOf(template, 'AWS::Lambda::Function', `Functions${name}`);
      const variables: Readonly<Record<string, unknown>> = Properties.Environment.Variables;
      return Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, resolved(value)]));
    },
  };
};

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Only `StringEquals` is used; any other operator allows nothing here, so that a test shows it. */
export const allows = ({ action, resource, conditions }: Grant, use: Use): boolean =>
  matches(action, use.action) &&
  matches(resource, use.resource) &&
  conditions.every(([operator, key, value]) => operator === 'StringEquals' && use.context?.[key] === value);

const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+?^$()|[\]{}\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('\\?', '.')}$`,
  ).test(text);

const resolve = (resources: Readonly<Record<string, Resource>>, value: unknown): string => {
  if (typeof value === 'string') return value;
  assert(typeof value === 'object' && value !== null, `a reference, not ${value}`);
  if ('Ref' in value) return PSEUDO[String(value.Ref)] ?? nameOf(resources, String(value.Ref));
  if ('Fn::GetAtt' in value) {
    const [id = '', attribute = ''] = [value['Fn::GetAtt']].flat().map(String);
    return attributeOf(resources, id, attribute);
  }
  if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) {
    const [between, parts] = value['Fn::Join'];
    return parts.map((part: unknown) => resolve(resources, part)).join(between);
  }
  throw new Error(`no such reference is known here: ${JSON.stringify(value)}`);
};

/** What `Ref` gives. A resource that CloudFormation names itself is named by its logical id. */
const nameOf = (resources: Readonly<Record<string, Resource>>, id: string): string => {
  const { Type, Properties } = resourceNamed(resources, id);
  if (Type === 'AWS::SNS::Topic') return `arn:aws:sns:${REGION}:${ACCOUNT}:${id}`;
  return String(Properties.FunctionName ?? Properties.LogGroupName ?? id.toLowerCase());
};

const attributeOf = (resources: Readonly<Record<string, Resource>>, id: string, attribute: string): string => {
  const { Type } = resourceNamed(resources, id);
  const arn = ARNS[Type]?.(nameOf(resources, id));
  assert(arn !== undefined, `the ARN of a ${Type} is known here`);
  if (attribute === 'Arn') return arn;
  assert(attribute === 'StreamArn', `the attribute ${attribute} is known here`);
  return `${arn}/stream/2026-01-01T00:00:00.000`;
};

const ARNS: Readonly<Record<string, (name: string) => string>> = {
  'AWS::DynamoDB::Table': (name) => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`,
  'AWS::IAM::Role': (name) => `arn:aws:iam::${ACCOUNT}:role/${name}`,
  'AWS::KMS::Key': (name) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${name}`,
  'AWS::Logs::LogGroup': (name) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}:*`,
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::SQS::Queue': (name) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`,
};

const resourceNamed = (resources: Readonly<Record<string, Resource>>, id: string): Resource => {
  const found = resources[id];
  assert(found !== undefined, `${id} is a resource of the template`);
  return found;
};
