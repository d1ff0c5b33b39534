import { createPublicKey, hash, type KeyObject } from "node:crypto"

/** "The SSH public key must be encoded in ssh-rsa format or PEM format", of 2048 bits or more. */
const LEAST_BITS = 2_048
const TYPE = "ssh-rsa"

/** An RSA key in SSH's binary form (RFC 4253); nothing for what AWS does not take. */
export function parseRsaKey(text: string): Buffer | undefined {
  const blob = text.trimStart().startsWith("-----BEGIN") ? blobOfPem(text) : blobOfLine(text)
  if (!blob) return undefined
  const bits = keyOf(blob)?.asymmetricKeyDetails?.modulusLength ?? 0
  return bits >= LEAST_BITS ? blob : undefined
}

/** `ssh-rsa AAAA…`. */
export const sshForm = (blob: Buffer): string => `${TYPE} ${blob.toString("base64")}`

export const pemForm = (blob: Buffer): string =>
  keyOf(blob)?.export({ type: "spki", format: "pem" }).toString() ?? ""

/** MD5 in pairs of digits with colons, as `ssh-keygen -E md5` shows it. */
export const fingerprintOf = (blob: Buffer): string =>
  (hash("md5", blob, "hex").match(/../g) ?? []).join(":")

function blobOfLine(text: string): Buffer | undefined {
  const base64 = /^ssh-rsa\s+([A-Za-z0-9+/]+={0,2})(?:\s.*)?$/s.exec(text.trim())?.[1]
  return base64 === undefined ? undefined : Buffer.from(base64, "base64")
}

function blobOfPem(text: string): Buffer | undefined {
  try {
    const { kty, n = "", e = "" } = createPublicKey(text).export({ format: "jwk" })
    if (kty !== "RSA") return undefined
    const parts = [Buffer.from(TYPE), positive(e), positive(n)]
    return Buffer.concat(parts.flatMap((part) => [lengthOf(part), part]))
  } catch {
    return undefined
  }
}

/** A number that is not negative has no leading one bit (RFC 4251, mpint). */
function positive(base64: string): Buffer {
  const bytes = Buffer.from(base64, "base64url")
  return (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes
}

function lengthOf(part: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(part.length)
  return length
}

function keyOf(blob: Buffer): KeyObject | undefined {
  const parts: Buffer[] = []
  for (let at = 0; at + 4 <= blob.length && parts.length < 4;) {
    const end = at + 4 + blob.readUInt32BE(at)
    parts.push(blob.subarray(at + 4, end))
    at = end
  }
  const [type, e, n, ...more] = parts
  if (type?.toString() !== TYPE || !e || !n || more.length > 0) return undefined
  const number = (part: Buffer): string =>
    (part[0] === 0 ? part.subarray(1) : part).toString("base64url")
  try {
    return createPublicKey({ key: { kty: "RSA", e: number(e), n: number(n) }, format: "jwk" })
  } catch {
    return undefined
  }
}
