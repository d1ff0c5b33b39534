import type { AccessRequest } from "../../../iam/access.ts"
import type { KeyParts } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { unchecked } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import {
  addUsed,
  chargeRead,
  chargeWrite,
  consumedCapacity,
  type Used,
} from "../capacity/consumed.ts"
import { op, type In, type Out } from "../define.ts"
import { validation } from "../errors.ts"
import { duplicates, someList } from "../batch/batch-get-item.ts"
import { writeUnits } from "../capacity/units.ts"
import { distinctItems } from "../items/distinct.ts"
import { itemKey } from "../items/keys.ts"
import { refusalOfWrite } from "../items/refusal.ts"
import { readItem } from "../items/rows.ts"
import { assertLeader } from "../global/strong.ts"
import { findTable, type Table } from "../tables/table.ts"
import type { Item } from "../values/attribute-value.ts"
import { accessOf, type Bound } from "./access.ts"
import { NO_STATEMENT, notWellFormed } from "./errors.ts"
import { onlyKey, readOne, type One } from "./select.ts"
import { parseStatement } from "./syntax/statement.ts"
import type { Returning } from "./syntax/tree.ts"
import { checkedParameters } from "./values.ts"
import { makeStatementWrite, returned, writeOf, type StatementWrite } from "./write.ts"

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
    const batch = new Batch(tx, input)
    const prepared = bounds.map((bound, i) =>
      bound instanceof AwsError
        ? bound
        : attempt(() => prepare(tx, { bound, given: input.Statements[i] as Given, call })),
    )
    // Recorded, reads included: before any of them is made.
    const distinct = distinctItems(duplicates)
    for (const one of prepared) if (!(one instanceof AwsError)) distinct(one.key)
    const Responses = prepared.map((one, i) => batch.answer(bounds[i] as Attempt, one))
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

/** A statement on one item of a table that is there. */
interface Prepared {
  readonly key: KeyParts
  readonly execute: (tx: WriteTx) => Executed
}

interface Executed {
  readonly item?: Item | undefined
  readonly used?: Used
  /** Of a write that was tried, with the units that it cost. */
  readonly refusal?: AwsError
  readonly failed?: number
}

interface Statement {
  readonly bound: Bound
  readonly given: Given
  readonly call: Call
}

function prepare(tx: ReadTx, { bound: { node, parameters }, given, call }: Statement): Prepared {
  const table = findTable(tx, node.table.name, call)
  if (node.kind === "select") {
    const consistent = given.ConsistentRead === true
    const key = onlyKey(table, { node, parameters, operation: OPERATION })
    return {
      key: itemKey(table, key),
      execute: (tx) => read(tx, table, { node, key, consistent }),
    }
  }
  // Recorded: `ReturnValuesOnConditionCheckFailure` changes nothing here, whatever its docs say.
  const write = writeOf(node, { table, parameters, tellOld: false })
  const asked = node.kind === "insert" ? undefined : node.returning
  return { key: write.key, execute: (tx) => make(tx, table, { write, asked }) }
}

function read(tx: WriteTx, table: Table, of: One): Executed {
  if (of.consistent) assertLeader(tx, table)
  const one = readOne(tx, table, of)
  chargeRead(tx, table, one.used)
  return one
}

function make(
  tx: WriteTx,
  table: Table,
  { write, asked }: { readonly write: StatementWrite; readonly asked: Returning | undefined },
): Executed {
  const refusal = refusalOfWrite(tx, table, write)
  if (refusal) throw refusal
  const outcome = attempt(() => makeStatementWrite(tx, table, write))
  if (outcome instanceof AwsError) {
    if (outcome.code === "ValidationException") throw outcome
    return { refusal: outcome, failed: chargeFailed(tx, table, write) }
  }
  chargeWrite(tx, table, outcome.used)
  return { item: returned(write, outcome, asked), used: outcome.used }
}

/** Recorded: what fails costs what a write of the item as it is, or would have been, costs. */
function chargeFailed(tx: WriteTx, table: Table, { write, key, holder }: StatementWrite): number {
  const there = readItem(tx, key)?.sizeBytes ?? 0
  const units = writeUnits(Math.max(there, write.kind === "put" ? write.sizeBytes : 0))
  chargeWrite(tx, table, { table: units, holder })
  return units
}

class Batch {
  readonly #tx: WriteTx
  readonly #input: Input
  readonly #used = new Map<string, Used>()
  readonly #failed = new Map<string, number>()

  constructor(tx: WriteTx, input: Input) {
    this.#tx = tx
    this.#input = input
  }

  /** Recorded: a statement that was not executed does not tell its table. */
  answer(bound: Attempt, prepared: Prepared | AwsError): Answer {
    if (bound instanceof AwsError) return refused(bound)
    const { name } = bound.node.table
    const executed =
      prepared instanceof AwsError ? prepared : attempt(() => prepared.execute(this.#tx))
    if (executed instanceof AwsError)
      return refused(executed, executed.code === "ValidationException" ? undefined : name)
    const { item, used, refusal, failed } = executed
    if (used) this.#used.set(name, addUsed(this.#used.get(name), used))
    if (failed) this.#failed.set(name, (this.#failed.get(name) ?? 0) + failed)
    return refusal ? refused(refusal, name) : { TableName: name, Item: item }
  }

  /** Recorded: of what failed only beside what did not, and in the total only. */
  capacity(): Out<"BatchExecuteStatement">["ConsumedCapacity"] {
    const asked = this.#input.ReturnConsumedCapacity
    return someList(
      [...this.#used].map(([name, used]) =>
        consumedCapacity(asked, name, { used, failed: this.#failed.get(name) ?? 0 }),
      ),
    )
  }
}

const refused = ({ code, message }: AwsError, TableName?: string): Answer => ({
  Error: { Code: CODES[code] as never, Message: message },
  ...(TableName !== undefined && { TableName }),
})
