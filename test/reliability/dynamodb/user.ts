import {
  DeleteItemCommand,
  paginateQuery,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb"
import type { Dice } from "../../simulation/dice.ts"
import { Asking } from "../asking.ts"
import { checkRecords, type Change } from "./check-records.ts"

export const TABLE = "kept"
export const INDEX = "by-owner"
const ABSENT = "absent"
/** These two are written in transactions only, both at once. */
const PAIR = ["left", "right"] as const
const COUNTER = "counter"

type Item = Readonly<Record<string, AttributeValue>>

interface Transaction {
  readonly token: string
  readonly mark: string
}

/** Writes items of one partition, each time with a mark of its own, and knows what may be there. */
export class DynamoDBUser extends Asking {
  readonly #dice: Dice
  readonly #pk: string
  /** The last mark that was acknowledged, and those that may have come since. */
  readonly #keys = new Map<string, { sure: string; maybe: Set<string> }>()
  /** Marks whose writes were acknowledged, by their keys. */
  readonly #acknowledged: { readonly sk: string; readonly mark: string }[] = []
  /** It was sent, and nobody knows what became of it: its token decides. */
  #open: Transaction | undefined
  readonly #counted = { sure: 0, maybe: 0 }
  #marks = 0
  /** Transactions that were sent again, and done. */
  repeated = 0

  constructor(pk: string, dice: Dice) {
    super()
    this.#pk = pk
    this.#dice = dice
  }

  async step(client: DynamoDBClient): Promise<void> {
    const wanted = this.#dice.weighted({ put: 4, count: 2, remove: 1, pair: 3, check: 1 })
    if (wanted === "check") return this.check(client)
    if (wanted === "pair") return this.#transact(client, this.#transaction())
    if (wanted === "count") return this.#count(client)
    const sk = `key ${this.#dice.integer(6)}`
    if (wanted === "put") return this.#put(client, sk)
    const Key = this.#key(sk)
    await this.#write(sk, ABSENT, () =>
      client.send(new DeleteItemCommand({ TableName: TABLE, Key })),
    )
  }

  /** Sends the transaction again that was under way: it is done once, whatever became of it. */
  async resume(client: DynamoDBClient): Promise<void> {
    if (!this.#open) return
    await this.#transact(client, this.#open)
    this.repeated += 1
  }

  /** Every item is what was acknowledged last, or what may have come since; its index says the same. */
  async check(client: DynamoDBClient): Promise<void> {
    const found = await this.ask(() => this.#read(client))
    const marks = new Map(found.map((item) => [String(item["sk"]?.S), String(item["mark"]?.S)]))
    const [left, right] = PAIR.map((sk) => marks.get(sk))
    if (left !== right) throw new Error(`${this.#pk}: half a transaction: ${left} and ${right}`)
    for (const sk of new Set([...marks.keys(), ...this.#keys.keys()])) {
      const { sure, maybe } = this.#stateOf(sk)
      const mark = marks.get(sk) ?? ABSENT
      if (mark !== sure && !maybe.has(mark))
        throw new Error(`${this.#pk}/${sk}: ${mark}, not ${sure} nor any of ${[...maybe].join()}`)
      this.#keys.set(sk, { sure: mark, maybe: new Set() })
    }
    const count = Number(found.find((item) => item["sk"]?.S === COUNTER)?.["n"]?.N ?? 0)
    const { sure, maybe } = this.#counted
    if (count < sure || count > sure + maybe)
      throw new Error(`${this.#pk} counted ${count}: ${sure} were acknowledged, ${maybe} lost`)
    Object.assign(this.#counted, { sure: count, maybe: 0 })
  }

  /** All that was ever acknowledged is in the stream once, in order, up to what is there now. */
  checkStream(changes: readonly Change[]): void {
    const mine = changes.filter(({ pk }) => pk === this.#pk)
    const now = new Map([...this.#keys].map(([sk, { sure }]) => [sk, sure]))
    const wrong = checkRecords(mine, { acknowledged: this.#acknowledged, now, absent: ABSENT })
    if (wrong.length > 0) throw new Error(`${this.#pk}: ${wrong.slice(0, 10).join("\n")}`)
  }

  async #put(client: DynamoDBClient, sk: string): Promise<void> {
    const mark = this.#mark()
    const pad = { S: "x".repeat(this.#dice.pick([0, 100, 20_000])) }
    const Item = { ...this.#key(sk), ...this.#fields(mark), pad }
    await this.#write(sk, mark, () => client.send(new PutItemCommand({ TableName: TABLE, Item })))
  }

  async #count(client: DynamoDBClient): Promise<void> {
    const mark = this.#mark()
    this.#counted.maybe += 1
    await this.#write(COUNTER, mark, () =>
      client.send(new UpdateItemCommand(this.#counting(COUNTER, mark))),
    )
    this.#counted.sure += 1
    this.#counted.maybe -= 1
  }

  #transaction(): Transaction {
    if (this.#open) return this.#open
    const mark = this.#mark()
    return { mark, token: `token ${mark}` }
  }

  async #transact(client: DynamoDBClient, transaction: Transaction): Promise<void> {
    const { mark, token: ClientRequestToken } = transaction
    this.#open = transaction
    // What is done twice would count twice.
    const TransactItems = PAIR.map((sk) => ({ Update: this.#counting(sk, mark) }))
    for (const sk of PAIR) this.#expect(sk, mark)
    await this.ask(() =>
      client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken })),
    )
    this.#open = undefined
    for (const sk of PAIR) this.#know(sk, mark)
  }

  /** What is acknowledged is sure; what is lost may have been done. */
  async #write(sk: string, mark: string, send: () => Promise<unknown>): Promise<void> {
    this.#expect(sk, mark)
    await this.ask(send)
    this.#know(sk, mark)
  }

  #expect(sk: string, mark: string): void {
    const { sure, maybe } = this.#stateOf(sk)
    this.#keys.set(sk, { sure, maybe: new Set([...maybe, mark]) })
  }

  #know(sk: string, mark: string): void {
    this.#keys.set(sk, { sure: mark, maybe: new Set() })
    if (mark !== ABSENT) this.#acknowledged.push({ sk, mark })
  }

  /** The partition, which must be the same in the index. */
  async #read(client: DynamoDBClient): Promise<Item[]> {
    const ofTable = await this.#query(client, { attribute: "pk", ConsistentRead: true })
    const ofIndex = await this.#query(client, { attribute: "owner", IndexName: INDEX })
    const told = (items: Item[]) => JSON.stringify(items.map(({ sk, mark }) => [sk?.S, mark?.S]))
    if (told(ofTable) !== told(ofIndex))
      throw new Error(`${this.#pk}: ${told(ofTable)}, by index ${told(ofIndex)}`)
    return ofTable
  }

  async #query(
    client: DynamoDBClient,
    { attribute, ...more }: { attribute: string; IndexName?: string; ConsistentRead?: boolean },
  ): Promise<Item[]> {
    const items: Item[] = []
    const input = {
      ...{ TableName: TABLE, KeyConditionExpression: "#key = :key", ...more },
      ExpressionAttributeNames: { "#key": attribute },
      ExpressionAttributeValues: { ":key": { S: this.#pk } },
    }
    for await (const { Items = [] } of paginateQuery({ client }, input)) items.push(...Items)
    return items
  }

  #stateOf(sk: string) {
    return this.#keys.get(sk) ?? { sure: ABSENT, maybe: new Set<string>() }
  }

  #key(sk: string) {
    return { pk: { S: this.#pk }, sk: { S: sk } }
  }

  /** An update that marks an item and counts it. */
  #counting(sk: string, mark: string) {
    return {
      ...{ TableName: TABLE, Key: this.#key(sk) },
      UpdateExpression: "SET mark = :mark, #owner = :owner ADD n :one",
      ExpressionAttributeNames: { "#owner": "owner" },
      ExpressionAttributeValues: {
        ...{ ":mark": { S: mark }, ":owner": { S: this.#pk }, ":one": { N: "1" } },
      },
    }
  }

  #fields(mark: string) {
    return { mark: { S: mark }, owner: { S: this.#pk } }
  }

  #mark(): string {
    this.#marks += 1
    return `${this.#pk} ${this.#marks}`
  }
}
