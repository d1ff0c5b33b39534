import { SealBrokenError } from "../../../kernel/sealing/sealing.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { op, type In } from "../define.ts"
import { keyArn, type Key } from "../key/key.ts"

export type WrappingAlgorithm = In<"GetParametersForImport">["WrappingAlgorithm"]

/** What an import token says: to whom it belongs, and the private half of the wrapping key. */
interface ImportToken {
  readonly arn: string
  readonly algorithm: WrappingAlgorithm
  /** Base64 of PKCS #8. */
  readonly privateKey: string
  readonly validToMs: number
}

const SEAL = Object.freeze({ purpose: "kms/import-token", context: "1" })

/** The wrapping key travels in the token, sealed: no row waits for an import that never comes. */
export const sealImportToken = (tx: WriteTx, token: ImportToken): Buffer =>
  tx.seal(Buffer.from(JSON.stringify(token)), SEAL)

/** Throws InvalidImportTokenException, ExpiredImportTokenException. */
export function readImportToken(tx: ReadTx, key: Key, bytes: Uint8Array): ImportToken {
  const token = open(tx, bytes)
  // Not verified: the words of both.
  if (token?.arn !== keyArn(key))
    throw op.error("InvalidImportTokenException", "The import token is not valid for this key.")
  if (token.validToMs <= tx.now)
    throw op.error("ExpiredImportTokenException", "The import token is expired.")
  return token
}

function open(tx: ReadTx, bytes: Uint8Array): ImportToken | undefined {
  try {
    return JSON.parse(tx.unseal(bytes, SEAL).toString()) as ImportToken
  } catch (error) {
    if (error instanceof SealBrokenError) return undefined
    throw error
  }
}
