import { createPrivateKey } from "node:crypto"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { SignatureAlgorithm, Signer } from "../../../engines/x509/signature.ts"
import { authorityArn, type AuthorityRef } from "./authority.ts"

/** An authority's private key: PKCS #8, sealed, in base64. It is kept nowhere else. */
export interface SealedKey extends AuthorityRef {
  readonly sealed: string
}

export const sealedKeys = table<SealedKey>("acm-pca/key", {
  key: ({ account, region, id }) => [account, region, id],
})

const sealOf = ({ account, id }: AuthorityRef) => ({
  purpose: "acm-pca/authority-key",
  context: `${account}/${id}`,
})

export function keepKey(tx: WriteTx, ref: AuthorityRef, privateKey: Uint8Array): void {
  const { account, region, id } = ref
  const sealed = tx.seal(privateKey, sealOf(ref)).toString("base64")
  tx.put(sealedKeys, { account, region, id, sealed })
}

/** What signs for an authority. */
export function signerOf(tx: ReadTx, ref: AuthorityRef, algorithm: SignatureAlgorithm): Signer {
  const row = tx.get(sealedKeys, [ref.account, ref.region, ref.id])
  if (!row) throw new Error(`${authorityArn(ref)} has no key`)
  const der = tx.unseal(Buffer.from(row.sealed, "base64"), sealOf(ref))
  return { key: createPrivateKey({ key: der, format: "der", type: "pkcs8" }), algorithm }
}
