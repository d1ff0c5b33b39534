import { createHash, createHmac } from "node:crypto"
import type { InProcessCloud } from "../../../index.ts"
import type { TcpConnection } from "../../../kernel/doors/tcp.ts"
import { CborOutput } from "../../../protocols/cbor/output.ts"
import { attributeOf, type Item } from "../protocol/attribute.ts"
import {
  decode,
  Input,
  integerOf,
  listOf,
  pairsOf,
  textOf,
  type Value,
} from "../protocol/decode.ts"
import { Frames } from "../protocol/frames.ts"
import { encodeKey } from "../protocol/key.ts"
import { MAGIC, METHOD } from "../protocol/methods.ts"
import { ACCOUNT } from "./open-dax.ts"

/** The key of the table of tests. */
const SCHEMA = [
  { name: "customer", type: "S" },
  { name: "number", type: "N" },
] as const

/** One connection to one node, without a client that chooses among them. */
export interface RawNode {
  /** The value of an item's `total`; null where there is no such item. Rejects when it hangs up. */
  total(number: number): Promise<string | null>
  setTotal(number: number, total: number): Promise<void>
  /** Names of the nodes, the primary's with a star. */
  endpoints(): Promise<readonly string[]>
}

export interface RawCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

const ROOT: RawCredentials = { accessKeyId: ACCOUNT, secretAccessKey: "test" }

export const rawNode = (
  cloud: InProcessCloud,
  port: number,
  credentials = ROOT,
): Promise<RawNode> => speak(cloud.connect(port), credentials)

export async function speak(connection: TcpConnection, credentials = ROOT): Promise<RawNode> {
  const frames = new Frames(connection.chunks)
  await connection.write(greeting(credentials))
  const ask = (write: (out: CborOutput) => void): Promise<Value> => ask1(connection, frames, write)
  const names = async (id: number): Promise<readonly string[]> =>
    (
      (await ask((out) => {
        method(out, METHOD.defineAttributeList)
        out.integer(id)
      })) as readonly Value[]
    ).map(textOf)
  return {
    async total(number) {
      const answer = await ask((out) => {
        method(out, METHOD.getItem)
        keyOf(out, number)
        out.null()
      })
      const item = pairsOf(answer).find(([member]) => member === 0)?.[1]
      if (item === undefined) return null
      const input = new Input(item as Buffer)
      const all = await names(integerOf(input.value()))
      const values: Item = Object.fromEntries(all.map((name) => [name, attributeOf(input.value())]))
      const { total } = values
      return total && "N" in total ? total.N : null
    },
    async setTotal(number, total) {
      const id = await ask((out) => {
        method(out, METHOD.defineAttributeListId)
        out.list(1)
        out.text("total")
      })
      const rest = new CborOutput()
      rest.integer(integerOf(id))
      rest.integer(total)
      await ask((out) => {
        method(out, METHOD.putItem)
        keyOf(out, number)
        out.blob(rest.finish())
        out.null()
      })
    },
    async endpoints() {
      const all = (await ask((out) => method(out, METHOD.endpoints))) as readonly Value[]
      return all.map((one) => {
        const members = new Map(pairsOf(one))
        return `${textOf(members.get(1))}${members.get(4) === 1 ? "*" : ""}`
      })
    },
  }
}

function greeting({ accessKeyId, secretAccessKey, sessionToken }: RawCredentials): Uint8Array {
  const out = new CborOutput()
  out.text(MAGIC)
  out.integer(0)
  out.null()
  out.map(0)
  out.integer(0)
  method(out, METHOD.authorizeConnection)
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "")
  const scope = [time.slice(0, 8), "us-east-1", "dax", "aws4_request"]
  const headers = `host:dax.amazonaws.com\nx-amz-date:${time}\n`
  const canonical = `POST\n/\n\n${headers}\nhost;x-amz-date\n${digest("")}`
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope.join("/")}\n${digest(canonical)}`
  const key = scope.reduce<string | Buffer>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    `AWS4${secretAccessKey}`,
  )
  out.text(accessKeyId)
  out.text(createHmac("sha256", key).update(text).digest("hex"))
  out.blob(Buffer.from(text))
  if (sessionToken === undefined) out.null()
  else out.text(sessionToken)
  out.null()
  return out.finish()
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex")

function method(out: CborOutput, number: number): void {
  out.integer(1)
  out.integer(number)
}

function keyOf(out: CborOutput, number: number): void {
  out.blob(Buffer.from("orders"))
  out.blob(encodeKey(SCHEMA, { customer: { S: "ann" }, number: { N: `${number}` } }))
}

async function ask1(
  connection: TcpConnection,
  frames: Frames,
  write: (out: CborOutput) => void,
): Promise<Value> {
  const out = new CborOutput()
  write(out)
  await connection.write(out.finish())
  const codes = await frames.next()
  if (!codes) throw new Error("the node hung up")
  const value = await frames.next()
  if (!value) throw new Error("the node hung up")
  if (codes[0] === 0x80) return decode(value)
  const details = await frames.next()
  const [, code] = details ? listOf(decode(details)) : []
  throw new Error(`${textOf(code)}: ${textOf(decode(value))}`)
}
