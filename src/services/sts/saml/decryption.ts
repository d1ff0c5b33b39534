import { constants, createDecipheriv, createPrivateKey, hash, privateDecrypt } from "node:crypto"
import { XmlError } from "../../../protocols/xml/scanner.ts"
import { attributeOf, childElements, parseXml, type XmlElement } from "./xml-tree.ts"

const XENC = "http://www.w3.org/2001/04/xmlenc#"
const XENC11 = "http://www.w3.org/2009/xmlenc11#"
const DSIG = "http://www.w3.org/2000/09/xmldsig#"

/** "AES-GCM or AES-CBC encryption algorithm" (CreateSAMLProvider); lengths in bytes. */
interface Block {
  readonly cipher: "aes-128-cbc" | "aes-192-cbc" | "aes-256-cbc" | `aes-${128 | 192 | 256}-gcm`
  readonly keyBytes: number
}
const BLOCKS: Readonly<Record<string, Block>> = Object.freeze({
  [`${XENC}aes128-cbc`]: { cipher: "aes-128-cbc", keyBytes: 16 },
  [`${XENC}aes192-cbc`]: { cipher: "aes-192-cbc", keyBytes: 24 },
  [`${XENC}aes256-cbc`]: { cipher: "aes-256-cbc", keyBytes: 32 },
  [`${XENC11}aes128-gcm`]: { cipher: "aes-128-gcm", keyBytes: 16 },
  [`${XENC11}aes192-gcm`]: { cipher: "aes-192-gcm", keyBytes: 24 },
  [`${XENC11}aes256-gcm`]: { cipher: "aes-256-gcm", keyBytes: 32 },
})
const BLOCK_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16

const HASHES: Readonly<Record<string, string>> = Object.freeze({
  [`${DSIG}sha1`]: "sha1",
  [`${XENC}sha256`]: "sha256",
  "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
  [`${XENC}sha512`]: "sha512",
  [`${XENC11}mgf1sha1`]: "sha1",
  [`${XENC11}mgf1sha256`]: "sha256",
  [`${XENC11}mgf1sha384`]: "sha384",
  [`${XENC11}mgf1sha512`]: "sha512",
})

/** One for each key that may read it; more tell of nothing good. */
const MOST_ENCRYPTED_KEYS = 10

/**
 * The element inside an `EncryptedAssertion` (XML Encryption 1.1), read in the namespaces around it.
 * Its key is encrypted with RSA-OAEP; which ways AWS takes is not documented. Throws XmlError.
 */
export function decryptedElement(
  encrypted: XmlElement,
  privateKeys: readonly Buffer[],
): XmlElement {
  const data = only(encrypted, XENC, "EncryptedData")
  const block = named(BLOCKS, only(data, XENC, "EncryptionMethod"))
  const info = childElements(data, DSIG, "KeyInfo")
  const wrapped = [...info, encrypted].flatMap((one) => childElements(one, XENC, "EncryptedKey"))
  if (wrapped.length > MOST_ENCRYPTED_KEYS) throw new XmlError("too many encrypted keys")
  const sealed = cipherValue(data)
  for (const one of wrapped)
    for (const privateKey of privateKeys) {
      const key = unwrapped(one, privateKey)
      const plain = key?.length === block.keyBytes ? opened(sealed, key, block) : undefined
      if (plain !== undefined) return elementIn(plain.toString(), encrypted)
    }
  throw new XmlError("none of the provider's private keys decrypts the assertion")
}

function opened(sealed: Buffer, key: Buffer, { cipher }: Block): Buffer | undefined {
  try {
    if (cipher === "aes-128-gcm" || cipher === "aes-192-gcm" || cipher === "aes-256-gcm") {
      const end = sealed.length - TAG_BYTES
      const decipher = createDecipheriv(cipher, key, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
      decipher.setAuthTag(sealed.subarray(end))
      return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, end)), decipher.final()])
    }
    const decipher = createDecipheriv(cipher, key, sealed.subarray(0, BLOCK_BYTES))
    // Of the padding only the last byte, its length, is told (XML Encryption section 5.2.2).
    decipher.setAutoPadding(false)
    const padded = Buffer.concat([decipher.update(sealed.subarray(BLOCK_BYTES)), decipher.final()])
    const padding = padded.at(-1) ?? 0
    const right = padding >= 1 && padding <= Math.min(BLOCK_BYTES, padded.length)
    return right ? padded.subarray(0, -padding) : undefined
  } catch {
    // Node has words of its own for a wrong key, tag or length.
    return undefined
  }
}

/** The key inside an EncryptedKey; undefined where the private key is not the one it was made for. */
function unwrapped(encrypted: XmlElement, privateKey: Buffer): Buffer | undefined {
  const method = only(encrypted, XENC, "EncryptionMethod")
  const how = attributeOf(method, "Algorithm")
  if (how !== `${XENC}rsa-oaep-mgf1p` && how !== `${XENC11}rsa-oaep`)
    throw new XmlError(`the algorithm ${how} is not known`)
  const digest = hashOf(method, DSIG, "DigestMethod")
  const mask = how === `${XENC11}rsa-oaep` ? hashOf(method, XENC11, "MGF") : "sha1"
  try {
    const key = createPrivateKey({ key: privateKey, format: "der", type: "pkcs8" })
    const padding = constants.RSA_NO_PADDING
    return withoutOaep(privateDecrypt({ key, padding }, cipherValue(encrypted)), digest, mask)
  } catch (error) {
    if (error instanceof XmlError) throw error
    return undefined
  }
}

/** SHA-1, unless an element says otherwise (XML Encryption section 5.5.2). */
function hashOf(method: XmlElement, namespace: string, local: string): string {
  const [told] = childElements(method, namespace, local)
  return told ? named(HASHES, told) : "sha1"
}

/**
 * EME-OAEP decoding with an empty label (RFC 8017 section 7.1.2): Node has it for one hash only, the
 * digest's, where XML Encryption has two.
 */
function withoutOaep(encoded: Buffer, digest: string, mask: string): Buffer | undefined {
  const label = hash(digest, "", "buffer")
  const seed = encoded.subarray(1, 1 + label.length)
  const block = encoded.subarray(1 + label.length)
  const plainSeed = xor(seed, masked(block, seed.length, mask))
  const plain = xor(block, masked(plainSeed, block.length, mask))
  const from = plain.indexOf(1, label.length)
  const zeros = plain.subarray(label.length, from).every((byte) => byte === 0)
  if (encoded[0] !== 0 || !plain.subarray(0, label.length).equals(label) || from === -1 || !zeros)
    return undefined
  return plain.subarray(from + 1)
}

/** MGF1 (RFC 8017 section B.2.1). */
function masked(seed: Buffer, length: number, digest: string): Buffer {
  const parts: Buffer[] = []
  for (let have = 0, counter = 0; have < length; counter++) {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    const part = hash(digest, Buffer.concat([seed, count]), "buffer")
    parts.push(part)
    have += part.length
  }
  return Buffer.concat(parts).subarray(0, length)
}

const xor = (a: Buffer, b: Buffer): Buffer => Buffer.from(a.map((byte, at) => byte ^ (b[at] ?? 0)))

function cipherValue(encrypted: XmlElement): Buffer {
  const { children } = only(only(encrypted, XENC, "CipherData"), XENC, "CipherValue")
  return Buffer.from(children.filter((child) => typeof child === "string").join(""), "base64")
}

/** The one element of a text that stands in place of another. */
function elementIn(text: string, place: XmlElement): XmlElement {
  const scope = [...place.scope].map(
    ([prefix, uri]) => ` xmlns${prefix === "" ? "" : `:${prefix}`}="${escaped(uri)}"`,
  )
  const around = parseXml(`<around${scope.join("")}>${text.replace(DECLARATION, "")}</around>`)
  const found = around.children.filter((child) => typeof child !== "string")
  const [element] = found
  if (!element || found.length > 1) throw new XmlError("what is encrypted is not one element")
  return element
}

const DECLARATION = /^\uFEFF?<\?xml[ \t\n][^>]*\?>/

const escaped = (uri: string): string =>
  uri.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;")

function named<Known>(names: Readonly<Record<string, Known>>, method: XmlElement): Known {
  const algorithm = attributeOf(method, "Algorithm") ?? ""
  const known = Object.hasOwn(names, algorithm) ? names[algorithm] : undefined
  if (known === undefined) throw new XmlError(`the algorithm ${algorithm} is not known`)
  return known
}

function only(parent: XmlElement, namespace: string, local: string): XmlElement {
  const [found, ...more] = childElements(parent, namespace, local)
  if (!found || more.length > 0) throw new XmlError(`not one ${local}`)
  return found
}
