import { generateKeyPair, type KeyObject } from "node:crypto"
import { promisify } from "node:util"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { SPECS, type KeySpec } from "../key/spec.ts"
import type { FreshMaterial } from "./material.ts"

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject }

/**
 * A pair of keys, made beside the event loop. OpenSSL draws it: of a seeded world these are the only
 * secrets that do not come from the seed.
 */
export async function generatePair(spec: KeySpec): Promise<Required<FreshMaterial>> {
  const { publicKey, privateKey } = await pairOf(spec)
  return {
    secret: privateKey.export({ type: "pkcs8", format: "der" }),
    publicKey: publicKey.export({ type: "spki", format: "der" }),
  }
}

function pairOf(spec: KeySpec): Promise<Pair> {
  const { family, bits, curve } = SPECS[spec]
  if (family === "rsa") return make("rsa", { modulusLength: bits ?? 0 })
  if (family === "ec") return make("ec", { namedCurve: curve ?? "" })
  if (family === "ed25519") return make("ed25519", {})
  if (family === "ml-dsa") return makeMlDsa(spec)
  throw new Error(`${spec} is no pair of keys`)
}

/** Node's types do not know all kinds that its OpenSSL has. */
const make = promisify(generateKeyPair) as unknown as (
  type: string,
  options: object,
) => Promise<Pair>

/** Node has ML-DSA since 24.6, with OpenSSL 3.5. */
async function makeMlDsa(spec: KeySpec): Promise<Pair> {
  try {
    return await make(spec.toLowerCase().replaceAll("_", "-"), {})
  } catch {
    throw notImplemented(`keys of the spec ${spec} on this version of Node.js`)
  }
}
