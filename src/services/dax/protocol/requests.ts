import { setOwn } from "../../../protocols/own-property.ts"
import { attributeOf, type Attribute, type Item } from "./attribute.ts"
import { bytesOf, Input, integerOf, listOf, pairsOf, textOf, type Value } from "./decode.ts"
import { conditionText, Placeholders, projectionPaths, updateText } from "./expression.ts"
import { decodeKey, type KeySchema } from "./key.ts"
import { METHOD, TRANSACT } from "./methods.ts"
import { projectionText, readOptions, type Options, type Path } from "./options.ts"
import { ProtocolError } from "./protocol-error.ts"

/** What a node knows of tables and of names of attributes. */
export interface Lookups {
  schema(table: string): Promise<KeySchema>
  /** Rejects with ProtocolError for a number that stands for no list. */
  names(id: number): Promise<readonly string[]>
  id(names: readonly string[]): Promise<number>
}

/** A request as DynamoDB takes it, and what its answer is written by. */
export interface DataRequest {
  readonly operation: string
  readonly input: object
  readonly schemas: Readonly<Record<string, KeySchema>>
  /** By table, or by the place in a transaction: the paths that are wanted, if not all. */
  readonly paths: Readonly<Record<string, readonly Path[] | undefined>>
}

type Read = (values: readonly Value[], lookups: Lookups) => Promise<DataRequest>

/** Reads the request of a method; undefined where clients of DAX have no such method. */
export const requestReader = (method: number): Read | undefined => READERS[method]

const READERS: Readonly<Record<number, Read>> = {
  [METHOD.getItem]: readGetItem,
  [METHOD.putItem]: readPutItem,
  [METHOD.updateItem]: (values, lookups) => readKeyed("UpdateItem", values, lookups),
  [METHOD.deleteItem]: (values, lookups) => readKeyed("DeleteItem", values, lookups),
  [METHOD.batchGetItem]: readBatchGet,
  [METHOD.batchWriteItem]: readBatchWrite,
  [METHOD.query]: ([table, condition, options], lookups) =>
    readQuery("Query", { table, options, keyCondition: bytesOf(condition) }, lookups),
  [METHOD.scan]: ([table, options], lookups) => readQuery("Scan", { table, options }, lookups),
  [METHOD.transactGetItems]: readTransactGet,
  [METHOD.transactWriteItems]: readTransactWrite,
}

/** The item's attributes that are no key: the number of their names, then their values. */
async function readAttributes(value: Value | undefined, lookups: Lookups): Promise<Item> {
  const input = new Input(bytesOf(value))
  const names = await lookups.names(integerOf(input.value()))
  const item: Record<string, Attribute> = {}
  for (const name of names) setOwn(item, name, attributeOf(input.value()))
  if (!input.ended) throw new ProtocolError("more values than names")
  return item
}

const withExpressions = ({ members, expressions }: Options): object => ({
  ...members,
  ...expressions.members,
})

async function readGetItem([table, key, options]: readonly Value[], lookups: Lookups) {
  const TableName = textOf(table)
  const schema = await lookups.schema(TableName)
  const { members, paths } = readOptions(options)
  // The whole item is read, for the cache: what is wanted of it is cut out afterwards.
  const input = { TableName, Key: decodeKey(schema, bytesOf(key)), ...members }
  return { operation: "GetItem", input, ...about(TableName, schema, paths) }
}

const about = (table: string, schema: KeySchema, paths?: readonly Path[]) => ({
  schemas: { [table]: schema },
  paths: { [table]: paths },
})

async function readPutItem([table, key, rest, options]: readonly Value[], lookups: Lookups) {
  const TableName = textOf(table)
  const schema = await lookups.schema(TableName)
  const Item = { ...decodeKey(schema, bytesOf(key)), ...(await readAttributes(rest, lookups)) }
  const input = { TableName, Item, ...withExpressions(readOptions(options)) }
  return { operation: "PutItem", input, ...about(TableName, schema) }
}

async function readKeyed(
  operation: string,
  [table, key, options]: readonly Value[],
  lookups: Lookups,
) {
  const TableName = textOf(table)
  const schema = await lookups.schema(TableName)
  const Key = decodeKey(schema, bytesOf(key))
  const input = { TableName, Key, ...withExpressions(readOptions(options)) }
  return { operation, input, ...about(TableName, schema) }
}

interface QueryValues {
  readonly table: Value | undefined
  readonly options: Value | undefined
  readonly keyCondition?: Buffer
}

async function readQuery(
  operation: string,
  { table, options: given, keyCondition }: QueryValues,
  lookups: Lookups,
) {
  const TableName = textOf(table)
  const schema = await lookups.schema(TableName)
  const options = readOptions(given, { schema, ...(keyCondition && { keyCondition }) })
  const { paths, expressions } = options
  const projection = paths && { ProjectionExpression: projectionText(paths, expressions) }
  const input = { TableName, ...projection, ...withExpressions(options) }
  return { operation, input, ...about(TableName, schema, paths) }
}

async function readBatchGet([tables, options]: readonly Value[], lookups: Lookups) {
  const RequestItems: Record<string, object> = {}
  const schemas: Record<string, KeySchema> = {}
  const paths: Record<string, readonly Path[] | undefined> = {}
  for (const [name, asked] of pairsOf(tables)) {
    const table = textOf(name)
    const [consistent, projection = null, keys] = listOf(asked)
    const schema = await lookups.schema(table)
    schemas[table] = schema
    paths[table] = projection === null ? undefined : projectionPaths(bytesOf(projection))
    RequestItems[table] = {
      Keys: listOf(keys).map((key) => decodeKey(schema, bytesOf(key))),
      ...(consistent === true && { ConsistentRead: true }),
    }
  }
  const input = { RequestItems, ...withExpressions(readOptions(options)) }
  return { operation: "BatchGetItem", input, schemas, paths }
}

async function readBatchWrite([tables, options]: readonly Value[], lookups: Lookups) {
  const RequestItems: Record<string, object[]> = {}
  const schemas: Record<string, KeySchema> = {}
  for (const [name, asked] of pairsOf(tables)) {
    const table = textOf(name)
    const schema = await lookups.schema(table)
    schemas[table] = schema
    const requests: object[] = []
    const values = listOf(asked)
    // Keys and what goes with them take turns; a key without anything is to be deleted.
    for (let at = 0; at + 1 < values.length; at += 2) {
      const Key = decodeKey(schema, bytesOf(values[at]))
      const rest = values[at + 1]
      if (rest === null) requests.push({ DeleteRequest: { Key } })
      else {
        const Item = { ...Key, ...(await readAttributes(rest, lookups)) }
        requests.push({ PutRequest: { Item } })
      }
    }
    RequestItems[table] = requests
  }
  const input = { RequestItems, ...withExpressions(readOptions(options)) }
  return { operation: "BatchWriteItem", input, schemas, paths: {} }
}

async function readTransactGet(
  [tables, keys, projections, options]: readonly Value[],
  lookups: Lookups,
) {
  const names = listOf(tables).map(textOf)
  const [allKeys, allPaths] = [listOf(keys), listOf(projections)]
  const schemas: Record<string, KeySchema> = {}
  const paths: Record<string, readonly Path[] | undefined> = {}
  const TransactItems: object[] = []
  for (const [at, TableName] of names.entries()) {
    const schema = (schemas[TableName] ??= await lookups.schema(TableName))
    const projection = allPaths[at] ?? null
    const wanted = projection === null ? undefined : projectionPaths(bytesOf(projection))
    paths[at] = wanted
    const all = new Placeholders()
    const text = wanted && { ProjectionExpression: projectionText(wanted, all) }
    const Key = decodeKey(schema, bytesOf(allKeys[at]))
    TransactItems.push({ Get: { TableName, Key, ...text, ...all.members } })
  }
  const input = { TransactItems, ...withExpressions(readOptions(options)) }
  return { operation: "TransactGetItems", input, schemas, paths }
}

const KINDS: Readonly<Record<number, string>> = {
  [TRANSACT.put]: "Put",
  [TRANSACT.delete]: "Delete",
  [TRANSACT.update]: "Update",
  [TRANSACT.check]: "ConditionCheck",
}
const RETURN_OLD = 2

async function readTransactWrite(values: readonly Value[], lookups: Lookups) {
  const [kinds, tables, keys, items, , returns, conditions, updates, options] = values
  const lists = [keys, items, returns, conditions, updates].map((one) => listOf(one))
  const schemas: Record<string, KeySchema> = {}
  const TransactItems: object[] = []
  const names = listOf(tables).map(textOf)
  for (const [at, kindNumber] of listOf(kinds).entries()) {
    const kind = KINDS[integerOf(kindNumber)]
    const TableName = names[at]
    if (kind === undefined || TableName === undefined)
      throw new ProtocolError("an unknown part of a transaction")
    const schema = (schemas[TableName] ??= await lookups.schema(TableName))
    const [key, item, returned, condition = null, update = null] = lists.map((list) => list[at])
    const all = new Placeholders()
    const Key = decodeKey(schema, bytesOf(key))
    const what =
      kind === "Put" ? { Item: { ...Key, ...(await readAttributes(item, lookups)) } } : { Key }
    TransactItems.push({
      [kind]: {
        ...{ TableName, ...what },
        ...(condition !== null && {
          ConditionExpression: conditionText(bytesOf(condition), all, "c"),
        }),
        ...(update !== null && { UpdateExpression: updateText(bytesOf(update), all, "u") }),
        ...(returned === RETURN_OLD && { ReturnValuesOnConditionCheckFailure: "ALL_OLD" }),
        ...all.members,
      },
    })
  }
  const input = { TransactItems, ...withExpressions(readOptions(options)) }
  return { operation: "TransactWriteItems", input, schemas, paths: {} }
}
