import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { SealBrokenError } from "../../../kernel/sealing/sealing.ts"
import { op } from "../define.ts"
import type { Grant } from "./grant.ts"

const SEAL = Object.freeze({ purpose: "kms/grant-token", context: "1" })

type GrantRef = Pick<Grant, "account" | "region" | "keyId" | "id">

/** A token that nobody can make or read: it names the grant, sealed. */
export function grantToken(tx: WriteTx, { account, region, keyId, id }: GrantRef): string {
  return tx.seal(Buffer.from([account, region, keyId, id].join(" ")), SEAL).toString("base64")
}

/** The grant that a token names, there or not. Throws InvalidGrantTokenException. */
export function readGrantToken(tx: ReadTx, token: string): GrantRef {
  try {
    const text = tx.unseal(Buffer.from(token, "base64"), SEAL).toString()
    const [account = "", region = "", keyId = "", id = ""] = text.split(" ")
    return { account, region, keyId, id }
  } catch (error) {
    // Not verified: the words.
    if (error instanceof SealBrokenError)
      throw op.error("InvalidGrantTokenException", "The grant token is not valid.")
    throw error
  }
}

/** Grants act at once here, so tokens add nothing: but a false one is refused. */
export function assertGrantTokens(tx: ReadTx, tokens: readonly string[] | undefined): void {
  if (tokens) for (const token of tokens) readGrantToken(tx, token)
}
