import { serialOf } from "../../../kernel/sealing/envelopes.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { Keystream } from "./encryption.ts"

/** A small body, encrypted. */
interface BytesRow {
  /** The version's serial. */
  readonly id: number
  /**
   * `envelope`: SSE-S3, with the object's own key. `sealed`: under a key that lies elsewhere, which
   * is that of the version, or, in rows that were written before objects had their own, the cloud's.
   */
  readonly form: "envelope" | "sealed"
  readonly bytes: Uint8Array
}

const ID_BYTES = 8

export const smallBytes = table<BytesRow>("s3/bytes", {
  key: (row) => [row.id],
  encode({ id, form, bytes }) {
    // It begins with its id.
    if (form === "envelope") return bytes
    const value = Buffer.allocUnsafe(ID_BYTES + bytes.length)
    value.writeDoubleBE(id, 0)
    value.set(bytes, ID_BYTES)
    return value
  },
  decode(value) {
    const bytes = value as Uint8Array
    const id = serialOf(bytes)
    if (id !== undefined) return { id, form: "envelope", bytes }
    const view = new DataView(bytes.buffer, bytes.byteOffset, ID_BYTES)
    return { id: view.getFloat64(0), form: "sealed", bytes: bytes.subarray(ID_BYTES) }
  },
})

const sealOf = (id: number) => ({ purpose: "s3/bytes", context: String(id) })
const envelopeOf = (id: number) => ({ purpose: "s3/object", serial: id })

/** Keeps a small body under a key, or, with none, in an envelope with its own (SSE-S3). */
export function putBytes(
  tx: WriteTx,
  id: number,
  { plain, key }: { plain: Uint8Array; key?: Uint8Array | undefined },
): void {
  if (key) tx.insert(smallBytes, { id, form: "sealed", bytes: new Keystream(key).apply(plain) })
  else tx.insert(smallBytes, { id, form: "envelope", bytes: tx.envelop(plain, envelopeOf(id)) })
}

export function getBytes(tx: ReadTx, id: number, key: Uint8Array | undefined): Uint8Array {
  const row = tx.get(smallBytes, [id])
  if (!row) throw new Error(`the bytes of version ${id} are gone`)
  if (key) return new Keystream(key).apply(row.bytes)
  return row.form === "envelope"
    ? tx.openEnvelope(row.bytes, envelopeOf(id))
    : tx.unseal(row.bytes, sealOf(id))
}

export const dropBytes = (tx: WriteTx, id: number): boolean => tx.delete(smallBytes, [id])
