import { ANONYMOUS, type Principal } from "../iam/principal.ts"
import { isRegion } from "../kernel/places.ts"
import type { WireRequest } from "../kernel/wire.ts"
import type { ServiceModel } from "../models/schema.ts"
import { OBJECT_LAMBDA } from "./s3/object-lambda-address.ts"
import { s3Address } from "./s3/address.ts"
import { AuthFailed, type AuthFailure } from "../protocols/sigv4/failure.ts"
import { isS3Signing, S3_EXPRESS, type SignedRequest } from "../protocols/sigv4/parse.ts"
import { claimedPayloadHash, payloadMismatch } from "../protocols/sigv4/payload.ts"
import { checkScope, checkSkew } from "../protocols/sigv4/scope.ts"
import { hmacHex, type SigningKeyCache } from "../protocols/sigv4/signing-keys.ts"
import { signVersion2, stringToSignVersion2, VERSION_2 } from "../protocols/sigv4/version2.ts"
import { equalConstantTime, signatureFailure, verifySignature } from "../protocols/sigv4/verify.ts"

/** Keys that were made in this cloud. */
export interface Credential {
  readonly secret: string
  /** Temporary credentials have a token and an end, in cloud time. */
  readonly sessionToken?: string
  readonly expiresAt?: number
  /** A service, by its signing name, to which AWS does not let such keys be known. */
  readonly unknownTo?: string
  /** Keys of a session with a directory bucket of S3: known to nobody else. */
  readonly express?: boolean
  readonly principal: Principal
}

export interface AuthenticateParts {
  /** Looks up a key made here. */
  readonly findCredential: (
    accessKeyId: string,
    sessionToken: string | undefined,
  ) => Credential | undefined
  /** Whether a key with which nobody can sign now was one of this cloud. */
  readonly wasMadeHere: (accessKeyId: string) => boolean
  /** Whether an account was closed, so that nobody acts in it any more. */
  readonly isClosed: (account: string) => boolean
  /** Whether an account has enabled a Region, or need not. */
  readonly isRegionOpen: (account: string, region: string) => boolean
  readonly keys: SigningKeyCache
  /** Host time: it dates signatures. */
  readonly hostNow: () => number
  /** Cloud time: it ends sessions. */
  readonly cloudNow: () => number
  /** Whose root a dummy key is. */
  readonly defaultAccount: string
  /** Only keys made here. */
  readonly strict: boolean
  /** Those of dummy keys that called lately: what is known of a caller hangs on its principal. */
  readonly dummies: {
    get(key: string): Principal | undefined
    set(key: string, dummy: Principal): void
  }
}

/** S3's requests are signed for it, for its directory buckets, or for its Object Lambda. */
const S3_NAMES = Object.freeze(["s3", S3_EXPRESS, OBJECT_LAMBDA])

/** Forms of real keys: AWS's prefix, then 16 characters of base 32. */
const REAL_KEY = /^A(?:KIA|SIA)[A-Z2-7]{16}$/
/** AWS's documentation shows keys that end so; they are nobody's. */
const DOCUMENTED_KEY = /EXAMPLE$/

/**
 * Who calls. A 12-digit key is the root of that account, any other dummy key the root of the
 * default account; keys made here are verified, always. Throws AuthFailed.
 */
export function authenticate(
  parts: AuthenticateParts,
  request: WireRequest,
  { signed, model }: { signed: SignedRequest | "anonymous"; model: ServiceModel },
): Principal {
  if (signed === "anonymous") return ANONYMOUS
  if (signed.algorithm === VERSION_2) return authenticateVersion2(parts, request, { signed, model })
  refuse(checkSkew(signed, parts.hostNow()))
  refuse(
    checkScope(signed, { services: model.signingName === "s3" ? S3_NAMES : [model.signingName] }),
  )
  if (signed.region !== "" && !isRegion(signed.region))
    throw new AuthFailed({
      kind: "credential-scope",
      via: signed.via,
      region: { got: signed.region, expected: regionExpectedBy(model) },
    })
  const principal = principalOf(parts, request, signed)
  const region = model.globalRegion === undefined ? signed.region : undefined
  if (!mayCall(parts, principal.account, region))
    throw new AuthFailed({ kind: "access-key-unknown", accessKeyId: signed.accessKeyId })
  return principal
}

/** Recorded: S3's endpoint of no Region is that of the oldest. */
const regionExpectedBy = ({ signingName }: ServiceModel): string =>
  signingName === "s3" ? "us-east-1" : "a valid region"

/**
 * Nobody calls in a closed account, nor in a Region that the account has not enabled (undefined of
 * services that have none). That all keys are unknown there is as users of AWS describe it: not
 * verified.
 */
const mayCall = (parts: AuthenticateParts, account: string, region: string | undefined): boolean =>
  !parts.isClosed(account) && (region === undefined || parts.isRegionOpen(account, region))

function principalOf(
  parts: AuthenticateParts,
  request: WireRequest,
  signed: SignedRequest,
): Principal {
  const credential = parts.findCredential(signed.accessKeyId, signed.sessionToken)
  if (!credential) return dummy(parts, request, signed)
  const { unknownTo, express = false } = credential
  if (unknownTo === signed.service || (express && !signed.express))
    throw new AuthFailed({ kind: "access-key-unknown", accessKeyId: signed.accessKeyId })
  checkSession(parts, signed, credential)
  const verify = { secret: credential.secret, keys: parts.keys }
  if (!verifySignature(signed, request, verify))
    throw new AuthFailed(signatureFailure(signed, request, verify))
  return credential.principal
}

/** A URL of version 2, which only S3 takes. */
function authenticateVersion2(
  parts: AuthenticateParts,
  request: WireRequest,
  { signed, model }: { signed: SignedRequest; model: ServiceModel },
): Principal {
  if (model.signingName !== "s3")
    throw new AuthFailed({ kind: "signature-version-2", header: "", complete: true })
  const [expiresAtMs, hostNowMs] = [signed.requestTimeMs, parts.hostNow()]
  if (expiresAtMs < hostNowMs)
    refuse({ kind: "presigned-expired", expiresSeconds: undefined, expiresAtMs, hostNowMs })
  const path = s3Address(request, true)?.path ?? request.path
  const text = stringToSignVersion2(request, { path, expires: signed.requestTime })
  return signerOf(parts, request, { signed, text })
}

/** Whose key signed the text. Throws AuthFailed. */
function signerOf(
  parts: AuthenticateParts,
  request: WireRequest,
  { signed, text }: { signed: SignedRequest; text: string },
): Principal {
  const found = parts.findCredential(signed.accessKeyId, signed.sessionToken)
  const credential = found?.express ? undefined : found
  const principal = credential?.principal ?? dummy(parts, request, signed)
  if (!mayCall(parts, principal.account, signed.region))
    throw new AuthFailed({ kind: "access-key-unknown", accessKeyId: signed.accessKeyId })
  if (!credential) return principal
  checkSession(parts, signed, credential)
  const computed =
    signed.algorithm === VERSION_2
      ? signVersion2(credential.secret, text)
      : hmacHex(parts.keys.hmac(signed, credential.secret), text)
  if (equalConstantTime(computed, signed.signature)) return principal
  throw new AuthFailed({
    kind: "signature-mismatch",
    accessKeyId: signed.accessKeyId,
    signatureProvided: signed.signature,
    stringToSign: text,
  })
}

/**
 * Who signed a form, by the text of its policy. How old the signature may be its policy says.
 * Throws AuthFailed.
 */
export function authenticateForm(
  parts: AuthenticateParts,
  request: WireRequest,
  { signed, policy }: { signed: SignedRequest | "anonymous"; policy: string },
): Principal {
  if (signed === "anonymous") return ANONYMOUS
  if (signed.algorithm !== VERSION_2) refuse(checkScope(signed, { services: ["s3"] }))
  return signerOf(parts, request, { signed, text: policy })
}

function refuse(failure: AuthFailure | undefined): void {
  if (failure) throw new AuthFailed(failure)
}

function checkSession(
  parts: AuthenticateParts,
  { accessKeyId, sessionToken }: SignedRequest,
  credential: Credential,
): void {
  if (credential.sessionToken === undefined) return
  // Temporary keys without their token are unknown keys to AWS.
  if (sessionToken === undefined) throw new AuthFailed({ kind: "access-key-unknown", accessKeyId })
  if (sessionToken !== credential.sessionToken)
    throw new AuthFailed({ kind: "session-token-invalid", token: sessionToken })
  if (credential.expiresAt !== undefined && credential.expiresAt <= parts.cloudNow())
    throw new AuthFailed({ kind: "session-token-expired", token: sessionToken })
}

/** Any secret will do for a dummy key, but the body must be the one that was signed. */
function dummy(parts: AuthenticateParts, request: WireRequest, signed: SignedRequest): Principal {
  const { accessKeyId } = signed
  // In AWS's own words: whoever made the key here inactive or deleted it knows why.
  if (REAL_KEY.test(accessKeyId) && parts.wasMadeHere(accessKeyId))
    throw new AuthFailed({ kind: "access-key-unknown", accessKeyId })
  if (REAL_KEY.test(accessKeyId) && !DOCUMENTED_KEY.test(accessKeyId))
    throw new AuthFailed({
      kind: "access-key-unknown",
      accessKeyId,
      message: `The security token included in the request is invalid. The access key ${accessKeyId} looks like a real AWS key and was not made in this cloud; nothing was sent to AWS. Use AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test, a 12-digit account id as the key, or a key made here.`,
    })
  if (parts.strict)
    throw new AuthFailed({
      kind: "access-key-unknown",
      accessKeyId,
      message: `The security token included in the request is invalid. This cloud runs with --auth strict and accepts only keys that were made in it.`,
    })
  const computed = payloadMismatch(signed, request)
  if (computed !== undefined) {
    const claimed = claimedPayloadHash(signed, request) ?? ""
    if (isS3Signing(signed.service)) refuse({ kind: "payload-hash-mismatch", claimed, computed })
    refuse(signatureFailure(signed, request, { secret: "", keys: parts.keys }))
  }
  return parts.dummies.get(accessKeyId) ?? newDummy(parts, accessKeyId)
}

function newDummy({ dummies, defaultAccount }: AuthenticateParts, accessKeyId: string): Principal {
  const account = /^\d{12}$/.test(accessKeyId) ? accessKeyId : defaultAccount
  const dummy: Principal = { type: "root", account, accessKeyId }
  dummies.set(accessKeyId, dummy)
  return dummy
}
