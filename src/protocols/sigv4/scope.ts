import { formatAmzDate } from "./amz-date.ts"
import type { AuthFailure } from "./failure.ts"
import { ECDSA_ALGORITHM, isS3Signing } from "./parse.ts"
import type { SignedRequest } from "./parse.ts"

const MINUTE_MS = 60_000

/** S3 allows 15 minutes both ways and says so in its error (MaxAllowedSkewMilliseconds). */
const S3_TOLERANCE_MS = 15 * MINUTE_MS
/** Elsewhere 5 minutes, which the error names (recorded for STS, ELB, SSM, Kinesis …). */
const TOLERANCE_MS = 5 * MINUTE_MS
/**
 * A presigned request of a service other than S3 lives 15 minutes, whatever X-Amz-Expires says
 * (recorded for STS, aws-sdk-go issue 2167; EKS tokens depend on it).
 */
const PRESIGNED_LIFE_MS = 15 * MINUTE_MS

/** Compares the time of signing with the host's clock. Undefined when the request is current. */
export function checkSkew(signed: SignedRequest, hostNowMs: number): AuthFailure | undefined {
  const { requestTime, requestTimeMs, via } = signed
  const s3 = isS3Signing(signed.service)
  if (s3 && via === "query") return checkS3Presigned(signed, hostNowMs)
  const toleranceMs = s3 ? S3_TOLERANCE_MS : TOLERANCE_MS
  const lifeMs = via === "query" ? PRESIGNED_LIFE_MS : toleranceMs
  if (requestTimeMs > hostNowMs + toleranceMs)
    return { kind: "signature-not-yet-current", skew: { requestTime, hostNowMs, toleranceMs } }
  if (requestTimeMs >= hostNowMs - lifeMs) return undefined
  const skew = { requestTime, hostNowMs, toleranceMs: lifeMs }
  return { kind: "signature-expired", skew }
}

function checkS3Presigned(signed: SignedRequest, hostNowMs: number): AuthFailure | undefined {
  const expiresSeconds = signed.expiresSeconds ?? 0
  const expiresAtMs = signed.requestTimeMs + expiresSeconds * 1000
  if (signed.requestTimeMs > hostNowMs + S3_TOLERANCE_MS) return { kind: "presigned-not-yet-valid" }
  if (expiresAtMs >= hostNowMs) return undefined
  return { kind: "presigned-expired", expiresSeconds, expiresAtMs, hostNowMs }
}

/** What the called endpoint stands for. */
export interface ExpectedScope {
  /** Signing names that the endpoint answers to; the first is the one that errors name. */
  readonly services: readonly string[]
  /** Absent where the endpoint does not say: then the scope decides the region. */
  readonly region?: string
}

/**
 * Compares the credential scope with the endpoint and with the request's own date. AWS names all
 * that is wrong at once (recorded for DynamoDB). Undefined when all is right.
 */
export function checkScope(
  signed: SignedRequest,
  expected: ExpectedScope,
): AuthFailure | undefined {
  const { date, region, service, terminator, requestTime, via } = signed
  const ecdsa = signed.algorithm === ECDSA_ALGORITHM
  const regionWrong = !ecdsa && expected.region !== undefined && region !== expected.region
  const serviceWrong = !expected.services.includes(service)
  const terminatorWrong = terminator !== "aws4_request"
  const dateWrong = date !== requestDay(signed)
  if (regionWrong || serviceWrong || terminatorWrong || dateWrong) {
    return {
      kind: "credential-scope",
      via,
      ...(regionWrong && { region: { got: region, expected: expected.region ?? "" } }),
      ...(serviceWrong && { service: { got: service, expected: expected.services[0] ?? "" } }),
      ...(terminatorWrong && { terminator: { got: terminator } }),
      ...(dateWrong && { date: { got: date, requestTime } }),
    }
  }
  if (
    ecdsa &&
    expected.region !== undefined &&
    !matchesRegionSet(signed.regionSet, expected.region)
  ) {
    return {
      kind: "region-set-mismatch",
      regionSet: signed.regionSet ?? "",
      region: expected.region,
    }
  }
  return undefined
}

/** `YYYYMMDD` of the request's time, which may be an HTTP date. */
function requestDay(signed: SignedRequest): string {
  const basic = signed.requestTime.length === 16
  return (basic ? signed.requestTime : formatAmzDate(signed.requestTimeMs)).slice(0, 8)
}

/** Whether a region set (`us-east-1,eu-*`, `*`) covers a region. */
export function matchesRegionSet(regionSet: string | undefined, region: string): boolean {
  if (regionSet === undefined) return false
  return regionSet.split(",").some((pattern) => matchesWildcard(pattern.trim(), region))
}

function matchesWildcard(pattern: string, region: string): boolean {
  const parts = pattern.split("*")
  const last = parts.length - 1
  if (last === 0) return pattern === region
  let at = 0
  for (const [i, part] of parts.entries()) {
    if (i === 0) {
      if (!region.startsWith(part)) return false
      at = part.length
    } else if (i === last) {
      return region.length - part.length >= at && region.endsWith(part)
    } else {
      const found = region.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
  }
  return true
}
