import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto"
import { op } from "../define.ts"
import { SPECS, type KeySpec } from "../key/spec.ts"
import type { FreshMaterial } from "../material/material.ts"

/** Not verified: the words. */
export const incorrectMaterial = (message: string) =>
  op.error("IncorrectKeyMaterialException", message)

/** Secret bytes of the right length, or a private key of the right kind as PKCS #8. */
export function foreignMaterial(spec: KeySpec, bytes: Buffer): FreshMaterial {
  const wanted = SPECS[spec].bytes
  if (wanted !== undefined) {
    if (bytes.length !== wanted)
      throw incorrectMaterial(`Key material for ${spec} must have ${wanted} bytes.`)
    return { secret: bytes }
  }
  const key = readPrivateKey(bytes)
  if (!key || specOf(key) !== spec)
    throw incorrectMaterial(`Key material for ${spec} must be such a private key in PKCS #8.`)
  // As OpenSSL writes it: the id of the material follows from its bytes.
  return {
    secret: key.export({ type: "pkcs8", format: "der" }),
    publicKey: createPublicKey(key).export({ type: "spki", format: "der" }),
  }
}

function readPrivateKey(bytes: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey({ key: bytes, format: "der", type: "pkcs8" })
  } catch {
    return undefined
  }
}

function specOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject) {
  const name: string = type ?? ""
  const entry = Object.entries(SPECS).find(([spec, { family, bits, curve }]) => {
    if (family === "rsa") return name === "rsa" && bits === details?.modulusLength
    if (family === "ec") return name === "ec" && curve === details?.namedCurve
    return (
      name === spec.toLowerCase().replaceAll("_", "-") || (family === "ed25519" && name === family)
    )
  })
  return entry?.[0]
}
