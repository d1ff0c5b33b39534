import { createPrivateKey, type KeyObject } from "node:crypto"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { certificateArn, type CertificateRef } from "./certificate.ts"

/** A certificate's private key: PKCS #8, sealed, in base64. It is kept nowhere else. */
export interface SealedKey extends CertificateRef {
  readonly sealed: string
  /** Of the pair that waits for its certificate: SubjectPublicKeyInfo in base64. */
  readonly publicKey: string
}

export const sealedKeys = table<SealedKey>("acm/key", {
  key: ({ account, region, id }) => [account, region, id],
})

/** Pairs of renewals, until the new certificate is there. */
export const nextKeys = table<SealedKey>("acm/nextKey", {
  key: ({ account, region, id }) => [account, region, id],
})

const sealOf = ({ account, id }: CertificateRef) => ({
  purpose: "acm/certificate-key",
  context: `${account}/${id}`,
})

interface Pair {
  readonly privateKey: Uint8Array
  readonly publicKey: Uint8Array
}

export function sealPair(tx: WriteTx, ref: CertificateRef, pair: Pair): SealedKey {
  const { account, region, id } = ref
  return {
    ...{ account, region, id },
    sealed: tx.seal(pair.privateKey, sealOf(ref)).toString("base64"),
    publicKey: Buffer.from(pair.publicKey).toString("base64"),
  }
}

const keyRow = (tx: ReadTx, { account, region, id }: CertificateRef) =>
  tx.get(sealedKeys, [account, region, id])

export function privateKeyOf(tx: ReadTx, ref: CertificateRef): KeyObject {
  const row = keyRow(tx, ref)
  if (!row) throw new Error(`${certificateArn(ref)} has no key`)
  return openKey(tx, row)
}

export function openKey(tx: ReadTx, row: SealedKey): KeyObject {
  const der = tx.unseal(Buffer.from(row.sealed, "base64"), sealOf(row))
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" })
}
