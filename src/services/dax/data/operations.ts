import type { AccessRequest } from "../../../iam/access.ts"
import type { ActionContext } from "../../../kernel/action.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { unchecked } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import type { ActionOperation } from "../../../registry/operation.ts"
import type { KeySchema } from "../protocol/key.ts"
import { describeKey, type Output } from "./dynamodb.ts"
import { accessTo, factsOf, type At } from "./facts.ts"
import { batchGetItem, getItem, queryLike, transactGetItems, type ReadOf } from "./reads.ts"
import { batchWriteItem, deleteItem, putItem, transactWriteItems, updateItem } from "./writes.ts"

/** What a client asks of a node: an input of DynamoDB's operation of the same name. */
export interface DataInput<Input = unknown> {
  readonly at: At
  readonly input: Input
  readonly schemas: Readonly<Record<string, KeySchema>>
}

type Asks = (input: never) => readonly string[]
type Run = (ctx: ActionContext, read: ReadOf<never>) => Promise<Output>

/** The same rights in DAX's own words: `dax:GetItem` on the cluster ("DAX access control"). */
const plain =
  (action: string): Asks =>
  () => [action]

const TRANSACTED = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
} as const

const transacted: Asks = ({ TransactItems }: { TransactItems: readonly object[] }) => {
  const kinds = new Set(TransactItems.flatMap((one) => Object.keys(one)))
  return Object.entries(TRANSACTED).flatMap(([kind, action]) => (kinds.has(kind) ? action : []))
}

function dataOperation(
  name: string,
  { asks, run }: { readonly asks: Asks; readonly run: Run },
): ActionOperation<DataInput, object> {
  const authorize = (tx: ReadTx, { at, input }: DataInput): readonly AccessRequest[] =>
    asks(input as never).map((action) => {
      const request = accessTo(tx, at.cluster, action)
      const isEnclosed = action !== name
      const context = { ...request.context, "dax:EnclosingOperation": name }
      return isEnclosed ? { ...request, context } : request
    })
  return Object.freeze({
    ...{ kind: "action" as const, name, authorize },
    async run(ctx: ActionContext, data: DataInput): Promise<object> {
      const facts = await ctx.read((tx) => factsOf(tx, data.at))
      return run(ctx, { ...data, facts, input: data.input as never })
    },
  })
}

/** What a node has to know of a table before it can read requests on it. */
const DefineKeySchema: ActionOperation<{ at: At; table: string }, object> = Object.freeze({
  ...{ kind: "action" as const, name: "DefineKeySchema" },
  authorize: unchecked("clients ask it before each request, for which rights are asked"),
  async run(ctx: ActionContext, { at, table }: { at: At; table: string }, { account }: Call) {
    const { cluster, moment } = await ctx.read((tx) => factsOf(tx, at))
    if (account !== cluster.account)
      throw new AwsError("AccessDeniedException", "The cluster is another account's.")
    const known = at.memory.schema(table, moment.now)
    if (known) return { schema: known }
    const schema = await describeKey(ctx, cluster, table)
    at.memory.keepSchema(table, schema, moment.now)
    return { schema }
  },
})

/** What nodes do for those who may: operations that the API of DAX does not have. */
export const dataOperations = {
  DefineKeySchema,
  GetItem: dataOperation("GetItem", { asks: plain("GetItem"), run: getItem }),
  BatchGetItem: dataOperation("BatchGetItem", { asks: plain("BatchGetItem"), run: batchGetItem }),
  Query: dataOperation("Query", { asks: plain("Query"), run: queryLike("Query") }),
  Scan: dataOperation("Scan", { asks: plain("Scan"), run: queryLike("Scan") }),
  TransactGetItems: dataOperation("TransactGetItems", {
    ...{ asks: plain("GetItem"), run: transactGetItems },
  }),
  PutItem: dataOperation("PutItem", { asks: plain("PutItem"), run: putItem }),
  UpdateItem: dataOperation("UpdateItem", { asks: plain("UpdateItem"), run: updateItem }),
  DeleteItem: dataOperation("DeleteItem", { asks: plain("DeleteItem"), run: deleteItem }),
  BatchWriteItem: dataOperation("BatchWriteItem", {
    ...{ asks: plain("BatchWriteItem"), run: batchWriteItem },
  }),
  TransactWriteItems: dataOperation("TransactWriteItems", {
    ...{ asks: transacted, run: transactWriteItems },
  }),
}
