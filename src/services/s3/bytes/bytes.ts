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
/** In front of an id: no number from 1 on begins with it. */
const ENVELOPE = 1

export const smallBytes = table<BytesRow>("s3/bytes", {
  key: (row) => [row.id],
  encode({ id, form, bytes }) {
    const idAt = form === "envelope" ? 1 : 0
    const value = Buffer.allocUnsafe(idAt + ID_BYTES + bytes.length)
    if (form === "envelope") value[0] = ENVELOPE
    value.writeDoubleBE(id, idAt)
    value.set(bytes, idAt + ID_BYTES)
    return value
  },
  decode(value) {
    const bytes = value as Uint8Array
    const form = bytes[0] === ENVELOPE ? "envelope" : "sealed"
    const idAt = form === "envelope" ? 1 : 0
    const view = new DataView(bytes.buffer, bytes.byteOffset + idAt, ID_BYTES)
    return { id: view.getFloat64(0), form, bytes: bytes.subarray(idAt + ID_BYTES) }
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
