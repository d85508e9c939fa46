import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, test } from 'vitest';
import { readEnvironment, readSlackEnvironment } from '../../lib/aws/environment.ts';
import { allowedBy, type Resource, resourceOf, resourcesOf, sluiceStack, templateOf, written } from './synthesized.ts';

const APP = { secret: 'sluice/slack', decide: { teamId: 'T0EXAMPLE', appId: 'A0EXAMPLE' } };
const CHANNEL = { workspaceId: 'T0EXAMPLE', channelId: 'C0EXAMPLE' };
let template: ReturnType<typeof templateOf>;

const functionOf = (id: string): Resource => resourceOf(template, 'AWS::Lambda::Function', id);
const allowedTo = (id: string): readonly string[] =>
  allowedBy(resourceOf(template, 'AWS::IAM::Role', id))
    .filter(({ action }) => !action.startsWith('logs:'))
    .map(({ action, resource }) => `${action} ${resource.replace('arn:<AWS::Partition>:', '')}`);
const findings = (props: Parameters<typeof sluiceStack>[0]) => {
  const checked = sluiceStack(props);
  return new AwsSolutionsChecks(checked)
    .validateScope(checked)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map((resource) => `${ruleName} ${JSON.stringify(resource)}`),
    );
};

describe('the buttons of the Slack app', () => {
  beforeAll(() => {
    template = templateOf(sluiceStack({ slack: { app: APP } }));
  });

  test('are not there unless the app is named, nor is any address', () => {
    const bare = templateOf(sluiceStack());
    bare.resourceCountIs('AWS::Lambda::Url', 0);
    bare.resourceCountIs('AWS::Lambda::Permission', 0);
    expect(JSON.stringify(bare.toJSON())).not.toMatch(/slack|chat-actions|secretsmanager/);
  });

  test('have the only address, without leave for browsers of other pages', () => {
    const url = resourceOf(template, 'AWS::Lambda::Url').Properties;
    expect(url).toMatchObject({ AuthType: 'NONE' });
    expect(url.Cors).toBeUndefined();
    expect(written(url.TargetFunctionArn)).toMatch(/^<SlackActionsDoorFunction/);
    const permissions = resourcesOf(template, 'AWS::Lambda::Permission').map(({ Properties }) => Properties);
    expect(permissions).toHaveLength(2);
    for (const permission of permissions)
      expect(written(permission.FunctionName)).toMatch(/^<SlackActionsDoorFunction/);
    expect(permissions).toContainEqual(
      expect.objectContaining({ Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' }),
    );
    // https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html: by the address and in no other way.
    expect(permissions).toContainEqual(
      expect.objectContaining({ Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true }),
    );
  });

  test('have an address behind which nothing can be done but read the secret and hand on', () => {
    expect(allowedTo('SlackActionsDoor')).toEqual([
      'secretsmanager:GetSecretValue secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:sluice/slack-??????',
      'lambda:InvokeFunction lambda:<AWS::Region>:<AWS::AccountId>:function:sluice-slack-commands',
    ]);
    expect(() => readEnvironment(functionOf('SlackActionsDoor').Properties.Environment.Variables)).toThrow(
      'SLUICE_TABLE',
    );
  });

  test('are carried out by a function without an address, which starts nothing and reads no metrics', () => {
    const allowed = allowedTo('SlackActionsCommands').map((grant) => grant.split(' ')[0]);
    expect(allowed).toContain('elasticloadbalancing:ModifyRule');
    for (const never of ['cloudwatch:GetMetricData', 'lambda:InvokeFunction', 's3:GetObject', 'dynamodb:DeleteItem'])
      expect(allowed).not.toContain(never);
  });

  test('take few invocations at once, and none that is a minute old', () => {
    for (const id of ['SlackActionsDoor', 'SlackActionsCommands'])
      expect(functionOf(id).Properties.ReservedConcurrentExecutions).toBe(3);
    expect(resourceOf(template, 'AWS::Lambda::EventInvokeConfig', 'SlackActionsCommands').Properties).toMatchObject({
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });

  test('know their app', () => {
    for (const id of ['SlackActionsDoor', 'SlackActionsCommands']) {
      const { FunctionName, Environment } = functionOf(id).Properties;
      expect(FunctionName).toMatch(/^sluice-slack-(actions|commands)$/);
      expect(readSlackEnvironment(Environment.Variables)).toEqual({
        SLUICE_SLACK_SECRET: APP.secret,
        SLUICE_SLACK_TEAM: APP.decide.teamId,
        SLUICE_SLACK_APP: APP.decide.appId,
        SLUICE_SLACK_COMMANDS: 'sluice-slack-commands',
      });
    }
  });

  test('tell their address as an output', () => {
    expect(written(template.toJSON().Outputs.SlackRequestUrl.Value)).toMatch(/^<SlackActionsUrl.*FunctionUrl>$/);
  });

  test('bring no finding of AwsSolutions that is not acknowledged', () => {
    expect(findings({ slack: { app: APP, channel: { ...CHANNEL, buttons: true } } })).toEqual([]);
  });
});

describe("the channel's buttons", () => {
  beforeAll(() => {
    template = templateOf(sluiceStack({ slack: { channel: { ...CHANNEL, buttons: true } } }));
  });

  test('are two, of the channel and of what says which rollout it is about', () => {
    const buttons = resourcesOf(template, 'AWS::Chatbot::CustomAction').map(({ Properties }) => Properties);
    expect(
      buttons.map(({ Definition }) => written(Definition.CommandText).replace(/<ChatActionsFunction\w+>/, 'F')),
    ).toEqual(
      ['hold', 'rollBack'].map(
        (ask) =>
          `lambda invoke --function-name F --payload {"ask":"${ask}","rollout":"$rollout"} --region <AWS::Region>`,
      ),
    );
    for (const { Attachments } of buttons)
      expect(Attachments).toMatchObject([
        {
          NotificationType: 'Custom',
          Variables: { rollout: 'event.metadata.additionalContext.rollout' },
          Criteria: [{ Operator: 'HAS_VALUE', VariableName: 'rollout' }],
        },
      ]);
    const channel = resourceOf(template, 'AWS::Chatbot::SlackChannelConfiguration').Properties;
    expect(channel.CustomizationResourceArns).toHaveLength(2);
  });

  test('let the channel invoke their function and nothing else', () => {
    for (const [type, id] of [
      ['AWS::IAM::ManagedPolicy', 'ChatGuardrails'],
      ['AWS::IAM::Policy', 'ChatRole'],
    ] as const) {
      const statements: readonly { readonly Action: unknown; readonly Resource: unknown }[] = resourceOf(
        template,
        type,
        id,
      ).Properties.PolicyDocument.Statement;
      const invokes = statements.filter(({ Action }) => JSON.stringify(Action).includes('lambda:'));
      expect(invokes.map(({ Action, Resource }) => `${Action} ${written(Resource)}`)).toEqual([
        'lambda:InvokeFunction arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:sluice-chat-actions',
      ]);
      expect(statements).toHaveLength(2);
    }
  });

  test('have a function without an address that knows its channel', () => {
    template.resourceCountIs('AWS::Lambda::Url', 0);
    const { FunctionName, Environment, ReservedConcurrentExecutions } = functionOf('ChatActions').Properties;
    expect({ FunctionName, ReservedConcurrentExecutions }).toEqual({
      FunctionName: 'sluice-chat-actions',
      ReservedConcurrentExecutions: 1,
    });
    expect(Environment.Variables.SLUICE_CHAT_CHANNEL).toBe('C0EXAMPLE');
  });
});
