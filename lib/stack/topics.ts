import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export const AUDIENCES = ['everyone', 'leads', 'onCall'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** Addresses that are subscribed to each topic; every one of them must confirm by the mail that it gets. */
export type Emails = Readonly<Record<Audience, readonly string[]>>;

/**
 * One topic for each audience, under one key of our own. Under the key that AWS manages for SNS alarms would go silent: its policy cannot
 * let CloudWatch use it (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html).
 */
export class Topics extends Construct {
  readonly key: Key;
  readonly of: Readonly<Record<Audience, Topic>>;

  constructor(scope: Construct, id: string, { name, emails }: { readonly name: string; readonly emails: Emails }) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: `${name}: messages of rollouts and alarms on their way`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
      // Nothing is kept under it: a message is delivered or lost.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // CloudWatch encrypts what alarms publish; SNS decrypts what it delivers, also to Amazon Q.
    for (const service of ['cloudwatch.amazonaws.com', 'sns.amazonaws.com']) {
      this.key.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal(service)],
          actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          resources: ['*'],
          conditions: this.#ofThisAccount(),
        }),
      );
    }
    this.of = {
      everyone: this.#topic('Everyone', `${name}: everyone`, emails.everyone),
      leads: this.#topic('Leads', `${name}: leads`, emails.leads),
      onCall: this.#topic('OnCall', `${name}: on call`, emails.onCall),
    };
  }

  #topic(id: string, displayName: string, emails: readonly string[]): Topic {
    const topic = new Topic(this, id, { displayName, masterKey: this.key, enforceSSL: true });
    for (const email of emails) topic.addSubscription(new EmailSubscription(email));
    // A policy of its own replaces the one every topic begins with, under which CloudWatch could publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: this.#ofThisAccount(),
      }),
    );
    return topic;
  }

  #ofThisAccount(): Record<string, Record<string, string>> {
    return { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
  }
}
