import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { Keystream } from "./encryption.ts"

/** A small body, encrypted. */
interface BytesRow {
  /** The version's serial. */
  readonly id: number
  readonly bytes: Uint8Array
}

const ID_BYTES = 8

export const smallBytes = table<BytesRow>("s3/bytes", {
  key: (row) => [row.id],
  encode({ id, bytes }) {
    const value = Buffer.allocUnsafe(ID_BYTES + bytes.length)
    value.writeDoubleBE(id, 0)
    value.set(bytes, ID_BYTES)
    return value
  },
  decode(value) {
    const bytes = value as Uint8Array
    const view = new DataView(bytes.buffer, bytes.byteOffset, ID_BYTES)
    return { id: view.getFloat64(0), bytes: bytes.subarray(ID_BYTES) }
  },
})

const sealOf = (id: number) => ({ purpose: "s3/bytes", context: String(id) })

/** Keeps a small body under a key, or, with none, sealed by the cloud itself (SSE-S3). */
export function putBytes(
  tx: WriteTx,
  id: number,
  { plain, key }: { plain: Uint8Array; key?: Uint8Array | undefined },
): void {
  const bytes = key ? new Keystream(key).apply(plain) : tx.seal(plain, sealOf(id))
  tx.insert(smallBytes, { id, bytes })
}

export function getBytes(tx: ReadTx, id: number, key: Uint8Array | undefined): Uint8Array {
  const row = tx.get(smallBytes, [id])
  if (!row) throw new Error(`the bytes of version ${id} are gone`)
  return key ? new Keystream(key).apply(row.bytes) : tx.unseal(row.bytes, sealOf(id))
}

export const dropBytes = (tx: WriteTx, id: number): boolean => tx.delete(smallBytes, [id])
