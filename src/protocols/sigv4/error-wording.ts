import { hash } from "node:crypto"
import type { ProtocolName } from "../../models/schema.ts"
import { AwsError } from "../aws-error.ts"
import { formatAmzDate } from "./amz-date.ts"
import type { AuthFailure, CredentialScopeFailure, SkewFacts } from "./failure.ts"
import { isS3Signing } from "./parse.ts"
import { s3ErrorOf } from "./s3-error-wording.ts"

/**
 * How a service words what is wrong with a signature. `json` is AWS JSON (and CBOR), `rest-json`
 * stands behind the same front end as API Gateway and answers 403 where `json` answers 400.
 */
export type ErrorFamily = "s3" | "query" | "ec2" | "json" | "rest-json"

/** The family of a service; the REST-XML services other than S3 speak like the query services. */
export function errorFamily(protocol: ProtocolName, signingName: string): ErrorFamily {
  if (isS3Signing(signingName)) return "s3"
  if (protocol === "query" || protocol === "rest-xml") return "query"
  if (protocol === "ec2") return "ec2"
  return protocol === "rest-json" ? "rest-json" : "json"
}

/** The error that the caller gets for a failed authentication. */
export function awsErrorOf(failure: AuthFailure, family: ErrorFamily): AwsError {
  if (family === "s3") return s3ErrorOf(failure)
  const { code, message } = commonError(failure)
  if (family === "ec2") return ec2Error(failure, message)
  if (family === "query") {
    if (failure.kind === "missing-authentication") {
      return new AwsError(code, "Request is missing Authentication Token", { status: 403 })
    }
    return new AwsError(code, message, { status: code === "IncompleteSignature" ? 400 : 403 })
  }
  return new AwsError(JSON_CODES[code], message, { status: family === "json" ? 400 : 403 })
}

type CommonCode =
  | "IncompleteSignature"
  | "SignatureDoesNotMatch"
  | "MissingAuthenticationToken"
  | "InvalidClientTokenId"
  | "ExpiredToken"

/** Recorded: `com.amazon.coral.service#InvalidSignatureException` and its siblings. */
const JSON_CODES: Readonly<Record<CommonCode, string>> = {
  IncompleteSignature: "IncompleteSignatureException",
  SignatureDoesNotMatch: "InvalidSignatureException",
  MissingAuthenticationToken: "MissingAuthenticationTokenException",
  InvalidClientTokenId: "UnrecognizedClientException",
  ExpiredToken: "ExpiredTokenException",
}

interface Wording {
  readonly code: CommonCode
  readonly message: string
}

const NO_MATCH =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."

function incomplete(message: string): Wording {
  return { code: "IncompleteSignature", message }
}

function mismatch(message: string): Wording {
  return { code: "SignatureDoesNotMatch", message }
}

/** The words that query, JSON and REST-JSON services share. Recorded unless a comment says not. */
function commonError(failure: AuthFailure): Wording {
  switch (failure.kind) {
    case "missing-authentication":
      return { code: "MissingAuthenticationToken", message: "Missing Authentication Token" }
    case "unsupported-scheme":
      return failure.missing.length > 0
        ? incomplete(missingParameters(failure.missing, failure.header))
        : incomplete(unsupportedAlgorithm(failure.header.split(" ", 1)[0] ?? ""))
    case "unsupported-algorithm":
      return incomplete(unsupportedAlgorithm(failure.algorithm))
    case "signature-version-2":
      return signatureVersion2(failure.header)
    case "two-mechanisms":
      return mismatch(
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
      )
    case "not-key-value":
      return incomplete(
        `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hashed(failure.header)}'.`,
      )
    case "header-parameters-missing":
      return incomplete(missingParameters(failure.missing, failure.header))
    case "query-parameters-missing":
      return incomplete(
        `${failure.missing.map((name) => `AWS query-string parameters must include '${name}'. `).join("")}Re-examine the query-string parameters.`,
      )
    case "credential-malformed":
      return incomplete(
        `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${failure.credential}'`,
      )
    case "date-missing":
      return incomplete(missingParameters(["Date"], failure.header))
    case "date-malformed":
      return incomplete(
        `Date must be in ISO-8601 'basic format'. Got '${failure.got}'. See http://en.wikipedia.org/wiki/ISO_8601`,
      )
    default:
      return commonMismatch(failure)
  }
}

/** The failures of a request that could be read. */
function commonMismatch(failure: AuthFailure): Wording {
  switch (failure.kind) {
    case "credential-scope":
      return mismatch(scopeProblems(failure))
    case "region-set-mismatch":
      // Not verified: the wording is that of a wrong region.
      return mismatch(`Credential should be scoped to a valid region, not '${failure.regionSet}'. `)
    case "host-not-signed":
      return mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    case "signed-header-absent":
      return incomplete(
        `'${failure.name}' is named as a SignedHeader, but it does not exist in the HTTP request.`,
      )
    case "signature-expired":
      return mismatch(expired(failure.skew))
    case "signature-not-yet-current":
      return mismatch(notYetCurrent(failure.skew))
    case "access-key-unknown":
      return invalidToken(failure.message)
    case "access-key-empty":
    case "session-token-invalid":
      return invalidToken(undefined)
    case "session-token-expired":
      return {
        code: "ExpiredToken",
        message: "The security token included in the request is expired",
      }
    default:
      // What is left arises for S3 only, or is a signature that does not match.
      return mismatch(NO_MATCH)
  }
}

function invalidToken(message: string | undefined): Wording {
  return {
    code: "InvalidClientTokenId",
    message: message ?? "The security token included in the request is invalid.",
  }
}

/** AWS no longer echoes the header, which may hold a secret, but its hash. */
function hashed(header: string): string {
  return hash("sha256", header, "base64")
}

function missingParameters(missing: readonly string[], header: string): string {
  const sentences = missing.map((name) =>
    name === "Date"
      ? "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
      : `Authorization header requires '${name}' parameter. `,
  )
  return `${sentences.join("")}(Hashed with SHA-256 and encoded with Base64) Authorization=${hashed(header)}`
}

function unsupportedAlgorithm(algorithm: string): string {
  return `Unsupported AWS 'algorithm': '${algorithm}'`
}

/**
 * A SigV2 header reads as a header without parameters (recorded for CloudFront); a SigV2 query has
 * no wording of AWS's that we know, so it says what to do.
 */
function signatureVersion2(header: string): Wording {
  if (header !== "") {
    return incomplete(missingParameters(["Credential", "Signature", "SignedHeaders"], header))
  }
  return incomplete("AWS Signature Version 2 is not supported. Sign with AWS4-HMAC-SHA256.")
}

/** All that is wrong, one sentence each, every one followed by a space. */
function scopeProblems({ region, service, terminator, date }: CredentialScopeFailure): string {
  let out = ""
  if (region) out += `Credential should be scoped to a valid region, not '${region.got}'. `
  if (service) out += `Credential should be scoped to correct service: '${service.expected}'. `
  if (terminator) {
    out += `Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator.got}'. `
  }
  if (date) {
    out += `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date.got}' != '${date.requestTime.slice(0, 8)}', from '${date.requestTime}'.`
  }
  return out
}

function minutes(toleranceMs: number): number {
  return toleranceMs / 60_000
}

function expired({ requestTime, hostNowMs, toleranceMs }: SkewFacts): string {
  const limit = formatAmzDate(hostNowMs - toleranceMs)
  return `Signature expired: ${requestTime} is now earlier than ${limit} (${formatAmzDate(hostNowMs)} - ${minutes(toleranceMs)} min.)`
}

function notYetCurrent({ requestTime, hostNowMs, toleranceMs }: SkewFacts): string {
  const limit = formatAmzDate(hostNowMs + toleranceMs)
  return `Signature not yet current: ${requestTime} is still later than ${limit} (${formatAmzDate(hostNowMs)} + ${minutes(toleranceMs)} min.)`
}

/**
 * EC2 has one code for nearly everything (recorded: AuthFailure 401, also with the common words
 * for a malformed credential; RequestExpired 400; MissingParameter 400 for an unsigned request).
 */
function ec2Error(failure: AuthFailure, message: string): AwsError {
  switch (failure.kind) {
    case "missing-authentication":
      return new AwsError(
        "MissingParameter",
        "The request must contain the parameter AWSAccessKeyId",
        { status: 400 },
      )
    case "signature-expired":
    case "session-token-expired":
      return new AwsError("RequestExpired", "Request has expired.", { status: 400 })
    case "signature-mismatch":
    case "signature-not-yet-current":
    case "access-key-empty":
    case "session-token-invalid":
      return ec2AuthFailure(undefined)
    case "access-key-unknown":
      return ec2AuthFailure(failure.message)
    default:
      return ec2AuthFailure(message)
  }
}

function ec2AuthFailure(message: string | undefined): AwsError {
  return new AwsError(
    "AuthFailure",
    message ?? "AWS was not able to validate the provided access credentials",
    { status: 401 },
  )
}
