import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { unchecked } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { someList } from "../batch/batch-get-item.ts"
import {
  addUsed,
  chargeRead,
  chargeWrite,
  consumedCapacity,
  type Used,
} from "../capacity/consumed.ts"
import { op, type In, type Out } from "../define.ts"
import { validation } from "../errors.ts"
import { refusalOfWrite } from "../items/refusal.ts"
import { assertCurrent, isStrong } from "../global/strong.ts"
import { findTable, type Table } from "../tables/table.ts"
import type { Item } from "../values/attribute-value.ts"
import { accessOf, type Bound } from "./access.ts"
import { NO_STATEMENT, notWellFormed } from "./errors.ts"
import { readOne } from "./select.ts"
import { parseStatement } from "./syntax/statement.ts"
import { checkedParameters } from "./values.ts"
import { makeStatementWrite, returned, writeOf } from "./write.ts"

type Input = In<"BatchExecuteStatement">
type Given = Input["Statements"][number]
type Answer = NonNullable<Out<"BatchExecuteStatement">["Responses"]>[number]

const OPERATION = "BatchExecuteStatement"

/**
 * The codes of what a statement alone would end in (docs: "BatchStatementError"): of what is found
 * before anything is written. What comes later is the whole batch's.
 */
const CODES: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: "ConditionalCheckFailed",
  DuplicateItemException: "DuplicateItem",
  ProvisionedThroughputExceededException: "ProvisionedThroughputExceeded",
  ResourceNotFoundException: "ResourceNotFound",
  ThrottlingException: "ThrottlingError",
  ValidationException: "ValidationError",
}

/** Each statement by itself: one that fails says so in its place. */
export const BatchExecuteStatement = op.write("BatchExecuteStatement", {
  authorize(tx: ReadTx, { Statements }: Input, call: Call) {
    const asked: AccessRequest[] = []
    for (const given of Statements) {
      const bound = attempt(() => boundOf(given))
      if (!(bound instanceof AwsError)) asked.push(accessOf(tx, bound, { call, within: OPERATION }))
    }
    return asked.length > 0 ? asked : unchecked("each of the statements is refused as no statement")
  },
  run(tx, input, call): Out<"BatchExecuteStatement"> {
    const bounds = input.Statements.map((given) => attempt(() => boundOf(given)))
    const kinds = bounds.flatMap((bound) =>
      bound instanceof AwsError ? [] : [bound.node.kind === "select"],
    )
    // As users quote it.
    if (new Set(kinds).size > 1)
      throw validation("Read and write requests together in the same batch is not supported.")
    const batch = new Batch(tx, input, call)
    const Responses = input.Statements.map((given, i) => batch.answer(given, bounds[i] as Attempt))
    return { Responses, ConsumedCapacity: batch.capacity() }
  },
})

type Attempt = Bound | AwsError

function boundOf({ Statement, Parameters }: Given): Bound {
  const statement = parseStatement(Statement)
  const { node } = statement
  if (node.kind === "select" && node.exists) throw notWellFormed(NO_STATEMENT)
  return { node, parameters: checkedParameters(statement, Parameters) }
}

function attempt<Made>(make: () => Made): Made | AwsError {
  try {
    return make()
  } catch (error) {
    if (error instanceof AwsError && CODES[error.code] !== undefined) return error
    throw error
  }
}

class Batch {
  readonly #tx: WriteTx
  readonly #input: Input
  readonly #call: Call
  readonly #used = new Map<string, Used>()

  constructor(tx: WriteTx, input: Input, call: Call) {
    this.#tx = tx
    this.#input = input
    this.#call = call
  }

  answer(given: Given, bound: Attempt): Answer {
    if (bound instanceof AwsError) return refused(bound)
    const { name } = bound.node.table
    const outcome = attempt(() => this.#execute(given, bound))
    return outcome instanceof AwsError
      ? refused(outcome, name)
      : { TableName: name, Item: outcome.item }
  }

  #execute(given: Given, { node, parameters }: Bound): { readonly item: Item | undefined } {
    const tx = this.#tx
    const table = findTable(tx, node.table.name, this.#call)
    if (node.kind === "select") {
      const consistent = given.ConsistentRead === true
      if (consistent && isStrong(table)) assertCurrent(this.#tx, table)
      const one = readOne(tx, table, { node, parameters, consistent, operation: OPERATION })
      chargeRead(tx, table, one.used)
      this.#note(node.table.name, one.used)
      return one
    }
    const tellOld = given.ReturnValuesOnConditionCheckFailure === "ALL_OLD"
    const prepared = writeOf(node, { table, parameters, tellOld })
    const refusal = refusalOfWrite(tx, table, prepared)
    if (refusal) throw refusal
    const outcome = makeStatementWrite(tx, table, prepared)
    this.#charge(table, node.table.name, outcome.used)
    const asked = node.kind === "insert" ? undefined : node.returning
    return { item: returned(prepared, outcome, asked) }
  }

  #charge(table: Table, name: string, used: Used): void {
    chargeWrite(this.#tx, table, used)
    this.#note(name, used)
  }

  #note(name: string, used: Used): void {
    this.#used.set(name, addUsed(this.#used.get(name), used))
  }

  capacity(): Out<"BatchExecuteStatement">["ConsumedCapacity"] {
    const asked = this.#input.ReturnConsumedCapacity
    return someList([...this.#used].map(([name, used]) => consumedCapacity(asked, name, { used })))
  }
}

function refused({ code, message, options }: AwsError, TableName?: string): Answer {
  const Item = options.members?.["Item"] as Item | undefined
  const Error = { Code: CODES[code] as never, Message: message, ...(Item && { Item }) }
  return { Error, ...(TableName !== undefined && { TableName }) }
}
