/** A transaction's part for one list. */
export interface Plan {
  readonly key: string
  /** It goes on only if this is what the list holds. */
  readonly seen?: readonly number[] | undefined
  readonly append?: readonly number[] | undefined
}

export const TABLES = Object.freeze(["even", "odd"])

/** Lists live in two tables. */
const tableOf = (key: string): string => TABLES[Number(key.slice(1)) % 2] as string

export interface Request {
  readonly operation: string
  readonly input: object
}

const listOf = (values: readonly number[]): object => ({
  L: values.map((value) => ({ N: String(value) })),
})

const place = (key: string) => ({ TableName: tableOf(key), Key: { id: { S: key } } })

/** The list that an item holds, as it is answered. */
export function valuesOf(item: unknown): readonly number[] {
  const { entries } = (item ?? {}) as { entries?: { L: readonly { N: string }[] } }
  return (entries?.L ?? []).map(({ N }) => Number(N))
}

export const getItem = (key: string): Request => ({
  operation: "GetItem",
  input: { ...place(key), ConsistentRead: true },
})

export const transactGet = (keys: readonly string[]): Request => ({
  operation: "TransactGetItems",
  input: { TransactItems: keys.map((key) => ({ Get: place(key) })) },
})

export const selectAll = (keys: readonly string[]): Request => ({
  operation: "ExecuteTransaction",
  input: {
    TransactStatements: keys.map((key) => ({
      Statement: `SELECT id, entries FROM "${tableOf(key)}" WHERE id = ?`,
      Parameters: [{ S: key }],
    })),
  },
})

const TELL_OLD = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" }

/** An append, by UpdateItem: its answer tells the list. */
export function updateItem({ key, seen, append = [] }: Plan): Request {
  const { Update } = actionOf({ key, seen, append }) as { Update: object }
  return { operation: "UpdateItem", input: { ...Update, ReturnValues: "ALL_NEW" } }
}

export const transactWrite = (plans: readonly Plan[], ClientRequestToken: string): Request => ({
  operation: "TransactWriteItems",
  input: { TransactItems: plans.map(actionOf), ClientRequestToken },
})

function actionOf({ key, seen, append }: Plan): object {
  const missing = seen?.length === 0
  const condition = missing ? "attribute_not_exists(id)" : "entries = :seen"
  const terms = {
    ...(seen && { ConditionExpression: condition, ...TELL_OLD }),
  }
  const given = { ...(seen && !missing && { ":seen": listOf(seen) }) }
  if (!append) return { ConditionCheck: { ...place(key), ...terms, ...valuesIn(given) } }
  if (missing) {
    const Item = { id: { S: key }, entries: listOf(append) }
    return { Put: { TableName: tableOf(key), Item, ...terms } }
  }
  return {
    Update: {
      ...place(key),
      ...terms,
      UpdateExpression: "SET entries = list_append(if_not_exists(entries, :none), :more)",
      ...valuesIn({ ...given, ":none": listOf([]), ":more": listOf(append) }),
    },
  }
}

const valuesIn = (given: object): object =>
  Object.keys(given).length > 0 ? { ExpressionAttributeValues: given } : {}

export const executeTransaction = (
  plans: readonly Plan[],
  ClientRequestToken: string,
): Request => ({
  operation: "ExecuteTransaction",
  input: { TransactStatements: plans.map(statementOf), ClientRequestToken },
})

function statementOf({ key, seen, append }: Plan): object {
  const table = `"${tableOf(key)}"`
  const id = { S: key }
  if (!append) {
    const found = seen?.length === 0 ? "id IS MISSING" : "entries = ?"
    return {
      Statement: `EXISTS(SELECT * FROM ${table} WHERE id = ? AND ${found})`,
      Parameters: [id, ...(seen?.length ? [listOf(seen)] : [])],
    }
  }
  if (seen?.length === 0)
    return {
      Statement: `INSERT INTO ${table} VALUE {'id': ?, 'entries': ?}`,
      Parameters: [id, listOf(append)],
    }
  return {
    Statement:
      `UPDATE ${table} SET entries = list_append(entries, ?) WHERE id = ?` +
      (seen ? " AND entries = ?" : ""),
    Parameters: [listOf(append), id, ...(seen ? [listOf(seen)] : [])],
    ...TELL_OLD,
  }
}
