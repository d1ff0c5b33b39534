import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { archiveMissing, invalid } from "../errors.ts"
import { serialOf } from "../identity.ts"
import { DESCRIPTION_BYTES } from "../limits.ts"
import type { Vault } from "../vault/vault.ts"

/** An archive never changes. */
export interface Archive extends Content {
  /** The vault's own id. */
  readonly vault: number
  readonly id: string
  readonly description: string
  readonly createdMs: number
  /** When it came into the vault, as inventories order it: an upload's serial is older. */
  readonly added: number
  /** It stays as a row until the next inventory, which knows what was there before. */
  readonly deleted?: number | undefined
}

/** Where bytes lie, and how they are read. */
export interface Content {
  /** Its parts are kept under this. */
  readonly serial: number
  readonly sizeBytes: number
  /** Of each part but the last, which may be smaller. */
  readonly partBytes: number
  /** The archive's own key, sealed, base64. */
  readonly key: string
  /** SHA-256 tree hash, hexadecimal. */
  readonly treeHash: string
}

/** Bytes that came in one request. */
export interface Part {
  /** The serial of the archive, or of the upload that will be one. */
  readonly serial: number
  readonly index: number
  readonly blob: string
  /** 16 hexadecimal digits: what sets it apart from others under the same key. */
  readonly nonce: string
  readonly sizeBytes: number
  readonly treeHash: string
}

/** The hashes of each MiB of a part, one after another, base64. */
interface Leaves {
  readonly serial: number
  readonly index: number
  readonly hashes: string
}

export const archives = table<Archive>("glacier/archive", {
  key: ({ vault, serial }) => [vault, serial],
  indexes: {
    deleted: ({ vault, deleted }) => deleted !== undefined && [vault, deleted],
  },
})

export const parts = table<Part>("glacier/part", { key: ({ serial, index }) => [serial, index] })

export const leaves = table<Leaves>("glacier/leaves", {
  key: ({ serial, index }) => [serial, index],
})

/** Throws ResourceNotFoundException. */
export function findArchive(tx: ReadTx, vault: Vault, id: string): Archive {
  const archive = lookUpArchive(tx, vault, id)
  if (!archive) throw archiveMissing(id)
  return archive
}

export function lookUpArchive(tx: ReadTx, vault: Vault, id: string): Archive | undefined {
  const serial = serialOf("archive", vault.id, id)
  const archive = serial === undefined ? undefined : tx.get(archives, [vault.id, serial])
  return archive?.id === id && archive.deleted === undefined ? archive : undefined
}

/** Throws InvalidParameterValueException. "Leading spaces in archive descriptions are removed." */
export function readDescription(text = ""): string {
  const description = text.trimStart()
  if (description.length > DESCRIPTION_BYTES || !/^[\x20-\x7e]*$/.test(description))
    throw invalid("Invalid description: up to 1024 printable ASCII characters")
  return description
}

const KEY_BYTES = 32
const sealOf = (serial: number) => ({ purpose: "glacier/data-key", context: String(serial) })

export interface DataKey {
  readonly plain: Uint8Array
  /** Base64. */
  readonly sealed: string
}

/** Every archive has a key of its own, which is kept under the cloud's. */
export function newKey(tx: WriteTx, serial: number): DataKey {
  const plain = tx.random("glacier/data-key").bytes(KEY_BYTES)
  return { plain, sealed: tx.seal(plain, sealOf(serial)).toString("base64") }
}

export const openKey = (tx: ReadTx, { serial, key }: Pick<Content, "serial" | "key">): Uint8Array =>
  tx.unseal(Buffer.from(key, "base64"), sealOf(serial))
