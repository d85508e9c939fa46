import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { type Fault, isFault } from '../controller/fault.ts';
import { type Deadline, outside } from './outside.ts';

export type Item = Readonly<Record<string, AttributeValue>>;

/** Written over attributes by their names, each as `#name`: many plain words are reserved in expressions. */
export interface Condition {
  readonly expression: string;
  /** The attributes that the expression names. */
  readonly names: readonly string[];
  readonly values?: Item;
}

/** Nothing is there under this name and revision. */
export const IS_NEW: Condition = { expression: 'attribute_not_exists(#revision)', names: ['revision'] };

/** `before`: the item that was replaced. `there`: the item that did not meet the condition. */
export type Put =
  | { readonly put: true; readonly before: Item | undefined }
  | { readonly put: false; readonly there: Item | undefined };

/** The journal's table: items of `rollout` and `revision`, and the index `directory` of those that have a `kind`. */
export interface JournalTable {
  put(operation: string, item: Item, condition: Condition): Promise<Put | Fault>;
  /** `kept`: there is no such item, or it does not meet the condition. */
  delete(operation: string, key: Item, condition: Condition): Promise<'deleted' | 'kept' | Fault>;
  /** Consistent read of the items of one `rollout`, in order of `revision`. */
  read(operation: string, rollout: string, range: Range): Promise<readonly Item[] | Fault>;
  /** All items of that kind with the attributes `rollout` and `owner`, in order of `rollout`; eventually consistent. */
  directory(operation: string, kind: 'rollout' | 'claim'): Promise<readonly Item[] | Fault>;
}

export interface Range {
  readonly from: number;
  readonly limit: number;
  readonly newestFirst?: boolean;
}

const named = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [`#${name}`, name]));

const conditionInput = ({ expression, names, values }: Condition) => ({
  ConditionExpression: expression,
  ExpressionAttributeNames: named(names),
  ...(values === undefined ? {} : { ExpressionAttributeValues: { ...values } }),
});

export const journalTableOf = (client: DynamoDBClient, TableName: string, deadline: Deadline): JournalTable => {
  const query = async (operation: string, input: Omit<QueryCommandInput, 'TableName'>, limit: number) => {
    const items: Item[] = [];
    let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
    do {
      const rest = Number.isFinite(limit) ? { Limit: limit - items.length } : {};
      const command = new QueryCommand({ TableName, ...input, ...rest, ExclusiveStartKey });
      const page = await outside(operation, deadline, (options) => client.send(command, options));
      if (isFault(page)) return page;
      items.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined && items.length < limit);
    return items;
  };
  const read: JournalTable['read'] = async (operation, rollout, { from, limit, newestFirst = false }) =>
    query(
      operation,
      {
        ConsistentRead: true,
        ScanIndexForward: !newestFirst,
        KeyConditionExpression: '#rollout = :rollout AND #revision >= :from',
        ExpressionAttributeNames: named(['rollout', 'revision']),
        ExpressionAttributeValues: { ':rollout': { S: rollout }, ':from': { N: `${from}` } },
      },
      limit,
    );
  return {
    read,
    directory: (operation, kind) =>
      query(
        operation,
        {
          IndexName: 'directory',
          KeyConditionExpression: '#kind = :kind',
          ExpressionAttributeNames: named(['kind']),
          ExpressionAttributeValues: { ':kind': { S: kind } },
        },
        Number.POSITIVE_INFINITY,
      ),
    put: async (operation, item, condition) => {
      const command = new PutItemCommand({
        TableName,
        Item: { ...item },
        ...conditionInput(condition),
        ReturnValues: 'ALL_OLD',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const put = await outside<Put>(
        operation,
        deadline,
        async (options) => ({ put: true, before: (await client.send(command, options)).Attributes }),
        (error) => (error instanceof ConditionalCheckFailedException ? { put: false, there: error.Item } : undefined),
      );
      if (isFault(put) || put.put || put.there !== undefined) return put;
      // The refusal did not bring the item along; a stand-in may not know how to.
      const there = await read(operation, item.rollout?.S ?? '', { from: Number(item.revision?.N), limit: 1 });
      return isFault(there) ? there : { put: false, there: there[0] };
    },
    delete: async (operation, key, condition) => {
      const command = new DeleteItemCommand({ TableName, Key: { ...key }, ...conditionInput(condition) });
      return outside<'deleted' | 'kept'>(
        operation,
        deadline,
        async (options) => {
          await client.send(command, options);
          return 'deleted';
        },
        (error) => (error instanceof ConditionalCheckFailedException ? 'kept' : undefined),
      );
    },
  };
};
