import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

/** Lists rollouts and claims; its items are copies, so it is eventually consistent. */
const DIRECTORY = 'directory';

/**
 * The journal: one item for each entry, one for each claim on a rule or a target group, and markers of what was told and of proofs that were
 * used. It outlives the stack, and nothing in it
 * expires: items that DynamoDB deletes on its own may stay readable for two days, which is no way to release a claim.
 */
export class JournalTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'rollout', type: AttributeType.STRING },
      sortKey: { name: 'revision', type: AttributeType.NUMBER },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      stream: StreamViewType.NEW_IMAGE,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: DIRECTORY,
      partitionKey: { name: 'kind', type: AttributeType.STRING },
      sortKey: { name: 'rollout', type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['owner'],
    });
  }

  get indexArn(): string {
    return `${this.table.tableArn}/index/${DIRECTORY}`;
  }
}
