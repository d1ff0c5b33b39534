import type { AccessRequest } from "../../../iam/access.ts"
import { principalId } from "../../../iam/principal.ts"
import { NONCE_BYTES, SealBrokenError, Sealing } from "../../../kernel/sealing/sealing.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import {
  dataKeyAccess,
  decrypt,
  deliveryDataKey,
  generateDataKey,
  managedKey,
} from "../../kms/port.ts"
import { kmsRefusal } from "../errors.ts"
import { KMS_REUSE_SECONDS } from "../limits.ts"
import { arnOf, type Queue } from "../queue.ts"
import { bodyOf, type Message } from "../store/message.ts"
import type { Letter } from "./send.ts"

/**
 * SSE-KMS ("Encryption at rest in Amazon SQS"): bodies are encrypted with a data key that KMS makes
 * with the sender's rights and opens with the receiver's, and that each of them uses again until
 * its time is over. Metadata and attributes are not encrypted.
 */
export interface DataKey {
  readonly queue: number
  /** Whose rights have opened it. */
  readonly principal: string
  /** Base64, as KMS sealed it: what messages carry. */
  readonly blob: string
  /** Base64, as the store sealed it. */
  readonly sealed: string
  readonly untilMs: number
  /** The KMS key, of those that new messages are encrypted with. */
  readonly kmsKeyId?: string | undefined
  /** KMS has opened it for this principal: having made it does not show that. */
  readonly readable?: true | undefined
}

export const dataKeys = table<DataKey>("sqs/data-key", {
  key: ({ queue, principal, blob }) => [queue, principal, blob],
  indexes: {
    bySender: ({ queue, principal, kmsKeyId }) =>
      kmsKeyId !== undefined && [queue, principal, kmsKeyId],
  },
})

const MANAGED = "alias/aws/sqs"
const PURPOSE = "sqs/message-body"
/** Data keys that are thrown away in passing. */
const SWEPT = 20

export interface Where {
  readonly queue: Queue
  readonly call: Call
}

/** The letter with its body sealed, if the queue has a KMS key. Throws `Kms…` errors. */
export function sealLetter(tx: WriteTx, { queue, call }: Where, letter: Letter): Letter {
  const { kmsKeyId } = queue.settings
  if (kmsKeyId === undefined) return letter
  const context = contextOf(arnOf(queue))
  const make = () => generateDataKey(tx, call, { keyId: kmsKeyId, context })
  return sealed(tx, { queue, letter, kmsKeyId, principal: principalId(call.principal), make })
}

/** What another service delivers, in its own name: the key's policy must let it encrypt. */
export function accessToSeal(tx: ReadTx, queue: Queue, as: string): AccessRequest | undefined {
  const { kmsKeyId: keyId } = queue.settings
  if (keyId === undefined) return undefined
  return dataKeyAccess(tx, { ...queue, as }, { keyId, context: contextOf(arnOf(queue)) })
}

/** The same as `sealLetter`, for a delivery that was let in. */
export function sealDelivery(
  tx: WriteTx,
  { queue, as }: { readonly queue: Queue; readonly as: string },
  letter: Letter,
): Letter {
  const { kmsKeyId } = queue.settings
  if (kmsKeyId === undefined) return letter
  const asked = { keyId: kmsKeyId, context: contextOf(arnOf(queue)) }
  const make = () => deliveryDataKey(tx, { ...queue, as }, asked)
  return sealed(tx, { queue, letter, kmsKeyId, principal: as, make })
}

interface ToSeal {
  readonly queue: Queue
  readonly letter: Letter
  readonly kmsKeyId: string
  readonly principal: string
  readonly make: () => { readonly plain: Uint8Array; readonly blob: Uint8Array }
}

function sealed(tx: WriteTx, wanted: ToSeal): Letter {
  const { queue, letter } = wanted
  const { key, blob } = sendingKey(tx, wanted)
  const nonce = tx.random("sqs/nonce").bytes(NONCE_BYTES)
  const of = { purpose: PURPOSE, context: arnOf(queue), nonce }
  const body = new Sealing(key).seal(Buffer.from(letter.body), of).toString("base64")
  return { ...letter, stored: { body, dataKey: { blob, arn: arnOf(queue) } } }
}

/** The body of a message that the caller receives. Throws `Kms…` errors. */
export function openBody(tx: WriteTx, where: Where, message: Message): string {
  const text = bodyOf(tx, message)
  const { dataKey } = message
  if (!dataKey) return text
  const key = receivingKey(tx, where, dataKey)
  try {
    const of = { purpose: PURPOSE, context: dataKey.arn }
    return new Sealing(key).unseal(Buffer.from(text, "base64"), of).toString()
  } catch (error) {
    if (error instanceof SealBrokenError)
      throw new Error(`sqs: message ${message.seq} is damaged`, { cause: error })
    throw error
  }
}

type Opened = { readonly key: Buffer; readonly blob: string }

function sendingKey(tx: WriteTx, { queue, kmsKeyId, principal, make }: ToSeal): Opened {
  const prefix = [queue.id, principal, kmsKeyId]
  const { rows } = tx.scan(dataKeys, { index: "bySender", prefix, limit: SWEPT })
  const known = rows.find(({ untilMs }) => untilMs > tx.now)
  if (known) return { key: opened(tx, known), blob: known.blob }
  const { account, region } = queue
  if (kmsKeyId === MANAGED) managedKey(tx, { account, region, alias: "aws/sqs" })
  const made = told(make)
  const blob = Buffer.from(made.blob).toString("base64")
  keep(tx, { queue, principal, blob, plain: made.plain, kmsKeyId })
  return { key: Buffer.from(made.plain), blob }
}

function receivingKey(
  tx: WriteTx,
  { queue, call }: Where,
  { blob, arn }: NonNullable<Message["dataKey"]>,
): Buffer {
  const principal = principalId(call.principal)
  const found = tx.get(dataKeys, [queue.id, principal, blob])
  const known = found && found.untilMs > tx.now ? found : undefined
  if (known?.readable) return opened(tx, known)
  const asked = { blob: Buffer.from(blob, "base64"), context: contextOf(arn) }
  const { plain } = told(() => decrypt(tx, call, asked))
  if (known) tx.replace(dataKeys, known, { ...known, readable: true })
  else keep(tx, { queue, principal, blob, plain, readable: true })
  return Buffer.from(plain)
}

/** Not verified: the name of the key. */
const contextOf = (arn: string): Readonly<Record<string, string>> => ({ "aws:sqs:arn": arn })

const sealOf = ({ queue, principal, blob }: Pick<DataKey, "queue" | "principal" | "blob">) => ({
  purpose: "sqs/data-key",
  context: `${queue}/${principal}/${blob}`,
})

const opened = (tx: WriteTx, known: DataKey): Buffer =>
  tx.unseal(Buffer.from(known.sealed, "base64"), sealOf(known))

interface Kept {
  readonly queue: Queue
  readonly principal: string
  readonly blob: string
  readonly plain: Uint8Array
  readonly kmsKeyId?: string
  readonly readable?: true
}

function keep(tx: WriteTx, { queue, plain, ...rest }: Kept): void {
  const old = tx.scan(dataKeys, { prefix: [queue.id], limit: SWEPT }).rows
  for (const one of old) if (one.untilMs <= tx.now) tx.remove(dataKeys, one)
  const { kmsReuseSeconds = KMS_REUSE_SECONDS.default } = queue.settings
  const row = { ...rest, queue: queue.id }
  const sealed = tx.seal(plain, sealOf(row)).toString("base64")
  tx.put(dataKeys, { ...row, sealed, untilMs: tx.now + kmsReuseSeconds * 1000 })
}

/** More data keys than a queue has callers. */
const FORGOTTEN = 1_000

export function forgetDataKeys(tx: WriteTx, queue: Queue): void {
  for (const one of tx.scan(dataKeys, { prefix: [queue.id], limit: FORGOTTEN }).rows)
    tx.remove(dataKeys, one)
}

/** KMS's refusals in SQS's names. */
function told<T>(ask: () => T): T {
  try {
    return ask()
  } catch (error) {
    if (error instanceof AwsError) throw kmsRefusal(error)
    throw error
  }
}
