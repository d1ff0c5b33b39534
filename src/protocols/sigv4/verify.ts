import type { WireRequest } from "../../kernel/wire.ts"
import { canonicalRequest, isS3Control, stringToSign } from "./canonical.ts"
import type { AuthFailure } from "./failure.ts"
import { ECDSA_ALGORITHM, isS3Signing } from "./parse.ts"
import type { SignedRequest } from "./parse.ts"
import { claimedPayloadHash, payloadHash, payloadMismatch } from "./payload.ts"
import { hmacHex } from "./signing-keys.ts"
import type { SigningKeyCache } from "./signing-keys.ts"
import { verifyEcdsa } from "./sigv4a.ts"

/**
 * Whether the request was signed with the secret, and its buffered body is the one that was
 * signed. A streamed body is not read: wrap it in `hashedStream` or decode it with `chunked.ts`.
 * Throws AuthFailed where the request cannot even be made canonical. Time, scope and the age of
 * the credentials are not looked at: see `scope.ts`.
 */
export function verifySignature(
  signed: SignedRequest,
  request: WireRequest,
  credentials: VerifyWith,
): boolean {
  const text = stringToSign(signed, canonicalOf(signed, request, credentials))
  const matches =
    signatureMatches(signed, text, credentials) || matchesPlainSlashes(signed, request, credentials)
  return matches && payloadMismatch(signed, request) === undefined
}

/**
 * Clients differ over a slash that is escaped in a path of S3 Control: the SDKs sign `%2F`, others the
 * slash that it stands for, as of all of S3. Both are taken; what AWS does is not verified.
 */
function matchesPlainSlashes(
  signed: SignedRequest,
  request: WireRequest,
  credentials: VerifyWith,
): boolean {
  if (!isS3Signing(signed.service) || !isS3Control(request)) return false
  if (!/%2f/i.test(request.path)) return false
  const plain = { ...request, path: request.path.replace(/%2f/gi, "/") }
  const text = stringToSign(signed, canonicalOf(signed, plain, credentials))
  return signatureMatches(signed, text, credentials)
}

export interface VerifyWith {
  readonly secret: string
  readonly keys: SigningKeyCache
}

function canonicalOf(signed: SignedRequest, request: WireRequest, { keys }: VerifyWith): string {
  return canonicalRequest(signed, request, {
    payloadHash: payloadHash(signed, request),
    headers: keys.headers(signed.signedHeaders),
  })
}

function signatureMatches(
  signed: SignedRequest,
  text: string,
  { secret, keys }: VerifyWith,
): boolean {
  if (signed.algorithm === ECDSA_ALGORITHM) {
    return verifyEcdsa(keys.ecdsa(signed, secret), text, signed.signature)
  }
  return equalConstantTime(hmacHex(keys.hmac(signed, secret), text), signed.signature)
}

/** Compares all of it, so that the time taken does not say where the difference is. */
export function equalConstantTime(expected: string, got: string): boolean {
  if (expected.length !== got.length) return false
  let difference = 0
  for (let i = 0; i < expected.length; i++) {
    difference |= expected.charCodeAt(i) ^ got.charCodeAt(i)
  }
  return difference === 0
}

/**
 * Why `verifySignature` said no. S3 tells a wrong body from a wrong signature; other services hash
 * the body themselves and can only see that the signature does not match.
 */
export function signatureFailure(
  signed: SignedRequest,
  request: WireRequest,
  credentials: VerifyWith,
): AuthFailure {
  const canonical = canonicalOf(signed, request, credentials)
  const text = stringToSign(signed, canonical)
  const matches =
    signatureMatches(signed, text, credentials) || matchesPlainSlashes(signed, request, credentials)
  if (matches && isS3Signing(signed.service)) {
    const computed = payloadMismatch(signed, request)
    const claimed = claimedPayloadHash(signed, request)
    if (computed !== undefined && claimed !== undefined) {
      return { kind: "payload-hash-mismatch", claimed, computed }
    }
  }
  return {
    kind: "signature-mismatch",
    accessKeyId: signed.accessKeyId,
    signatureProvided: signed.signature,
    stringToSign: text,
    canonicalRequest: canonical,
  }
}
