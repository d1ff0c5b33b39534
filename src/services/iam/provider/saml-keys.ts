import { createPrivateKey } from "node:crypto"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { op, type In } from "../define.ts"
import { invalidInput } from "../errors.ts"
import { seconds } from "../names.ts"

/** A private key that decrypts a provider's assertions: PKCS #8, sealed, in base64. */
export interface SamlKey {
  readonly id: string
  readonly createdMs: number
  readonly sealed: string
}

/** How a provider's assertions may come; without keys in the clear only. */
export interface SamlEncryption {
  /** `Required` or `Allowed`. */
  readonly encryptionMode?: string | undefined
  readonly privateKeys?: readonly SamlKey[] | undefined
}

type Change = Pick<
  In<"UpdateSAMLProvider">,
  "AddPrivateKey" | "RemovePrivateKey" | "AssertionEncryptionMode"
>

/** "PrivateKeyList … maximum number of 2 items" (GetSAMLProvider). */
const MOST_KEYS = 2
const ID_LENGTH = 22

/**
 * What a provider's encryption becomes. The refusals are those of "Troubleshoot SAML federation with
 * IAM" (IAM user guide); their codes, and that a key without a mode makes none, are not verified.
 */
export function changedEncryption(
  tx: WriteTx,
  { encryptionMode, privateKeys = [] }: SamlEncryption,
  { AddPrivateKey: added, RemovePrivateKey: removed, AssertionEncryptionMode }: Change,
): SamlEncryption {
  if (added !== undefined && removed !== undefined)
    throw invalidInput(
      "Unable to add and remove private keys in the same request. Set a value for only one of the two parameters.",
    )
  const mode = AssertionEncryptionMode ?? encryptionMode
  const keys = [
    ...privateKeys.filter(({ id }) => id !== removed),
    ...(added === undefined ? [] : [newKey(tx, added)]),
  ]
  if (keys.length > MOST_KEYS)
    throw op.error("LimitExceededException", `Private key limit of ${MOST_KEYS} is reached.`)
  if (removed !== undefined && keys.length === privateKeys.length)
    throw invalidInput(
      "Failed to remove private key because the Key ID does not match a private key.",
    )
  if (mode === "Required" && keys.length === 0)
    throw invalidInput(
      removed === undefined
        ? "Unable to set assertion encryption mode to Required because no private key is provided."
        : "Failed to remove private key.",
    )
  return { encryptionMode: mode, privateKeys: keys }
}

const sealOf = (id: string) => ({ purpose: "iam/saml-key", context: id })

function newKey(tx: WriteTx, pem: string): SamlKey {
  const id = tx.random("iam/saml-key").string(ID_LENGTH, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
  const sealed = tx.seal(rsaKey(pem), sealOf(id)).toString("base64")
  return { id, createdMs: seconds(tx.now), sealed }
}

/** PKCS #8 of a PEM that needs no password. Which keys AWS takes but RSA is not known. */
function rsaKey(pem: string): Buffer {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === "rsa") return key.export({ type: "pkcs8", format: "der" })
  } catch {
    // Node tells in words of its own what is wrong with a key.
  }
  throw invalidInput("Invalid private key.")
}

/** The keys of a provider, to decrypt with: PKCS #8. */
export const openedKeys = (tx: ReadTx, { privateKeys = [] }: SamlEncryption): readonly Buffer[] =>
  privateKeys.map(({ id, sealed }) => tx.unseal(Buffer.from(sealed, "base64"), sealOf(id)))

/** What GetSAMLProvider tells of it. */
export const encryptionMember = ({ encryptionMode, privateKeys = [] }: SamlEncryption) => ({
  ...(encryptionMode !== undefined && { AssertionEncryptionMode: encryptionMode }),
  ...(privateKeys.length > 0 && {
    PrivateKeyList: privateKeys.map(({ id, createdMs }) => ({ KeyId: id, Timestamp: createdMs })),
  }),
})
