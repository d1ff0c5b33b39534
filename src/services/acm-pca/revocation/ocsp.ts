import { hash } from "node:crypto"
import { readCertificate, sameBytes } from "../../../engines/x509/certificate.ts"
import { childrenOf, DerError, readBits, readOne } from "../../../engines/x509/der-reader.ts"
import {
  ocspFailure,
  readOcspRequest,
  signOcspResponse,
  type OcspCertificate,
  type OcspRequest,
  type OcspStatus,
} from "../../../engines/x509/ocsp.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { WireResponse } from "../../../kernel/wire.ts"
import { OCSP_PATH, type WebContext, type WebRequest } from "../../../registry/web.ts"
import { authorities, type Authority } from "../authority/authority.ts"
import { algorithmOf } from "../authority/configuration.ts"
import { signerOf } from "../authority/key.ts"
import { findIssued } from "../certificate/issued.ts"
import { OCSP_MS } from "../limits.ts"

/** The responder (RFC 6960 appendix A): anybody may ask, by POST or, in base64, by GET. */
export async function serveOcsp(ctx: WebContext, request: WebRequest): Promise<WireResponse> {
  const asked = askedOf(request)
  if (!asked) return answer(ocspFailure("malformedRequest"))
  return answer(await ctx.read((tx) => respond(tx, asked)))
}

const answer = (body: Uint8Array): WireResponse => ({
  status: 200,
  headers: { "content-type": "application/ocsp-response" },
  body,
})

function askedOf({ method, path, body }: WebRequest): OcspRequest | undefined {
  try {
    if (method === "POST") return readOcspRequest(body)
    const text = decodeURIComponent(path.slice(OCSP_PATH.length + 1))
    return readOcspRequest(Buffer.from(text, "base64"))
  } catch (error) {
    if (error instanceof DerError || error instanceof RangeError || error instanceof URIError)
      return undefined
    throw error
  }
}

/** An answer is one authority's: of others than the first it knows nothing. */
function respond(tx: ReadTx, { certificates, nonce }: OcspRequest): Uint8Array {
  const [first] = certificates
  const authority = first && issuerOf(tx, first)
  if (!authority?.installed) return ocspFailure("unauthorized")
  return signOcspResponse(
    {
      responderKeyId: Buffer.from(authority.keyId, "hex"),
      ...{ producedMs: tx.now, nextUpdateMs: tx.now + OCSP_MS, nonce },
      answers: certificates.map((certificate) => ({
        certificate,
        status: isIssuer(authority, certificate)
          ? statusOf(tx, authority, certificate)
          : { state: "unknown" },
      })),
    },
    signerOf(tx, authority, algorithmOf(authority.configuration)),
  )
}

/** More authorities that answer by OCSP than a cloud of tests has. */
const AUTHORITIES_MOST = 1_000

function issuerOf(tx: ReadTx, asked: OcspCertificate): Authority | undefined {
  // By SHA-1 the index knows it; other hashes are made of each.
  const keyId = Buffer.from(asked.issuerKeyHash).toString("hex")
  const range =
    asked.hash === "sha1"
      ? { index: "byKey", prefix: [keyId], limit: 10 }
      : { limit: AUTHORITIES_MOST }
  return tx.scan(authorities, range).rows.find((one) => answers(one) && isIssuer(one, asked))
}

/** Not verified: whether a disabled authority answers. */
const answers = ({ status, revocation }: Authority): boolean =>
  revocation.OcspConfiguration?.Enabled === true && (status === "ACTIVE" || status === "DISABLED")

function isIssuer({ publicKey, installed }: Authority, asked: OcspCertificate): boolean {
  if (!installed || asked.hash === undefined) return false
  const [, bits] = childrenOf(readOne(Buffer.from(publicKey, "base64")))
  const { subject } = readCertificate(Buffer.from(installed.certificate, "base64"))
  return (
    sameBytes(hash(asked.hash, readBits(bits), "buffer"), asked.issuerKeyHash) &&
    sameBytes(hash(asked.hash, subject, "buffer"), asked.issuerNameHash)
  )
}

function statusOf(tx: ReadTx, authority: Authority, { serial }: OcspCertificate): OcspStatus {
  const found = findIssued(tx, authority, Buffer.from(serial).toString("hex"))
  if (!found) return { state: "unknown" }
  return found.revoked ? { state: "revoked", ...found.revoked } : { state: "good" }
}
