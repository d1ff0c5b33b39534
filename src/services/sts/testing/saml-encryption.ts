import {
  constants,
  createCipheriv,
  generateKeyPairSync,
  publicEncrypt,
  type CipherGCM,
} from "node:crypto"

const XENC = "http://www.w3.org/2001/04/xmlenc#"
const XENC11 = "http://www.w3.org/2009/xmlenc11#"
const DSIG = "http://www.w3.org/2000/09/xmldsig#"

/** A pair whose private key a provider gives to AWS: a short one, for it is made in tests. */
export const newEncryptionPair = () =>
  generateKeyPairSync("rsa", {
    modulusLength: 1_024,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  })

type Hash = "sha1" | "sha256"

/** A key as it was wrapped with OAEP. */
interface Wrapped {
  readonly digest: Hash
  /** The hash of its mask (MGF1). */
  readonly mask: Hash
  readonly bytes: Buffer
}

export interface Encrypting {
  readonly publicKey: string
  /** By default AES-256-GCM. */
  readonly cipher?: `aes${128 | 192 | 256}-${"cbc" | "gcm"}`
  /** The hash of both of OAEP's parts. */
  readonly oaep?: Hash
  /** The key's wrapping instead of one by the public key. */
  readonly wrapped?: Wrapped
  /** Where the key stands: inside the data by default, or behind it. */
  readonly behind?: boolean
  readonly prefix?: string
}

/** The response with its assertion, signature and all, encrypted. */
export function encryptedXml(xml: string, how: Encrypting): string {
  return xml.replace(/<saml:Assertion[^]*<\/saml:Assertion>/, (assertion) => {
    const { cipher = "aes256-gcm", oaep = "sha1", behind = false, prefix = "" } = how
    const key = Buffer.alloc(Number(cipher.slice(3, 6)) / 8, 7)
    const { digest, mask, bytes } = how.wrapped ?? wrapped(key, how.publicKey, oaep)
    const method =
      mask === "sha1"
        ? `<xenc:EncryptionMethod Algorithm="${XENC}rsa-oaep-mgf1p">${told(digest)}</xenc:EncryptionMethod>`
        : `<xenc:EncryptionMethod Algorithm="${XENC11}rsa-oaep">${told(digest)}<e11:MGF xmlns:e11="${XENC11}" Algorithm="${XENC11}mgf1${mask}"/></xenc:EncryptionMethod>`
    const encryptedKey = `<xenc:EncryptedKey xmlns:xenc="${XENC}">${method}${cipherData(bytes)}</xenc:EncryptedKey>`
    const namespace = cipher.endsWith("gcm") ? XENC11 : XENC
    return (
      `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">` +
      `<xenc:EncryptedData xmlns:xenc="${XENC}" Type="${XENC}Element">` +
      `<xenc:EncryptionMethod Algorithm="${namespace}${cipher}"/>` +
      (behind ? "" : `<ds:KeyInfo xmlns:ds="${DSIG}">${encryptedKey}</ds:KeyInfo>`) +
      `${cipherData(encrypted(prefix + assertion, key, cipher))}</xenc:EncryptedData>` +
      `${behind ? encryptedKey : ""}</saml:EncryptedAssertion>`
    )
  })
}

/** Node's own OAEP has one hash for both its parts. */
function wrapped(key: Buffer, publicKey: string, oaep: Hash): Wrapped {
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const bytes = publicEncrypt({ key: publicKey, padding, oaepHash: oaep }, key)
  return { digest: oaep, mask: oaep, bytes }
}

/** SHA-1 need not be told. */
const told = (digest: Hash): string =>
  digest === "sha1" ? "" : `<ds:DigestMethod xmlns:ds="${DSIG}" Algorithm="${XENC}${digest}"/>`

const cipherData = (bytes: Buffer): string =>
  `<xenc:CipherData><xenc:CipherValue>${bytes.toString("base64")}</xenc:CipherValue></xenc:CipherData>`

function encrypted(text: string, key: Buffer, cipher: string): Buffer {
  const gcm = cipher.endsWith("gcm")
  const first = Buffer.alloc(gcm ? 12 : 16, 3)
  const how = createCipheriv(`aes-${cipher.slice(3)}`, key, first)
  const body = Buffer.concat([how.update(text), how.final()])
  return Buffer.concat([first, body, gcm ? (how as CipherGCM).getAuthTag() : Buffer.alloc(0)])
}
