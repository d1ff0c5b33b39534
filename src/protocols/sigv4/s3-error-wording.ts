import { AwsError } from "../aws-error.ts"
import { formatIsoSeconds, isScopeDate } from "./amz-date.ts"
import type {
  AuthFailure,
  CredentialScopeFailure,
  SignatureMismatch,
  SkewFacts,
  Via,
} from "./failure.ts"

/*
 * S3's own words and extra members, in S3's order of members. Recorded from S3 unless a comment
 * says otherwise; the codes are in the S3 API reference, "Error Responses".
 */

const NO_MATCH =
  "The request signature we calculated does not match the signature you provided. Check your key and signing method."

type Members = Readonly<Record<string, unknown>>

function refuse(status: 400 | 403, code: string, message: string, members?: Members): AwsError {
  return new AwsError(code, message, members === undefined ? { status } : { status, members })
}

function malformed(via: Via, headerText: string, queryText: string = headerText): AwsError {
  return via === "header"
    ? refuse(
        400,
        "AuthorizationHeaderMalformed",
        `The authorization header is malformed; ${headerText}`,
      )
    : refuse(400, "AuthorizationQueryParametersError", queryText)
}

function malformedCredential(via: Via, text: string): AwsError {
  return malformed(via, text, `Error parsing the X-Amz-Credential parameter; ${text}`)
}

function invalidArgument(name: string, value: string, message: string): AwsError {
  return refuse(400, "InvalidArgument", message, { ArgumentName: name, ArgumentValue: value })
}

/** S3's error for a failed authentication. */
export function s3ErrorOf(failure: AuthFailure): AwsError {
  switch (failure.kind) {
    case "missing-authentication":
      return refuse(403, "AccessDenied", "Access Denied")
    case "unsupported-scheme":
      return unsupportedScheme(failure.header)
    case "unsupported-algorithm":
      return failure.via === "header"
        ? invalidArgument("Authorization", failure.value, "Unsupported Authorization Type")
        : malformed(
            "query",
            "",
            `X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"`,
          )
    case "signature-version-2":
      return signatureVersion2(failure.complete)
    case "two-mechanisms":
      return invalidArgument(
        "Authorization",
        failure.header,
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
      )
    case "not-key-value":
      // S3 looks at the scheme before the components.
      if (!failure.header.startsWith("AWS4-")) return unsupportedScheme(failure.header)
      return malformed("header", `the authorization component "${failure.component}" is malformed.`)
    case "header-parameters-missing":
      return malformed(
        "header",
        "the authorization header requires three components: Credential, SignedHeaders, and Signature.",
      )
    case "query-parameters-missing":
      return malformed(
        "query",
        "",
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
      )
    default:
      return credentialError(failure)
  }
}

function unsupportedScheme(header: string): AwsError {
  return header.includes(" ")
    ? invalidArgument("Authorization", header, "Unsupported Authorization Type")
    : invalidArgument(
        "Authorization",
        header,
        "Authorization header is invalid -- one and only one ' ' (space) required",
      )
}

/** What is wrong with the credential, the dates and the expiry. */
function credentialError(failure: AuthFailure): AwsError {
  switch (failure.kind) {
    case "credential-malformed":
      return malformedCredential(
        failure.via,
        `the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`,
      )
    case "access-key-empty":
      return malformedCredential(
        failure.via,
        "a non-empty Access Key (AKID) must be provided in the credential.",
      )
    case "credential-scope":
      return scopeError(failure)
    case "region-set-mismatch":
      // Not verified.
      return malformed(
        "header",
        `the region set '${failure.regionSet}' does not contain '${failure.region}'`,
      )
    case "date-missing":
    case "date-malformed":
      return failure.kind === "date-malformed" && failure.via === "query"
        ? malformed(
            "query",
            "",
            `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`,
          )
        : refuse(
            403,
            "AccessDenied",
            "AWS authentication requires a valid Date or x-amz-date header",
          )
    case "expires-invalid":
      return malformed("query", "", EXPIRES_WORDING[failure.reason])
    case "presigned-expired":
      return refuse(403, "AccessDenied", "Request has expired", {
        ...(failure.expiresSeconds !== undefined && { "X-Amz-Expires": failure.expiresSeconds }),
        Expires: formatIsoSeconds(failure.expiresAtMs),
        ServerTime: formatIsoSeconds(failure.hostNowMs),
      })
    case "presigned-not-yet-valid":
      return refuse(403, "AccessDenied", "Request is not valid yet")
    case "signature-expired":
    case "signature-not-yet-current":
      return tooSkewed(failure.skew)
    default:
      return verificationError(failure)
  }
}

/** What the keys, the headers and the body say. */
function verificationError(failure: AuthFailure): AwsError {
  switch (failure.kind) {
    case "host-not-signed":
      return headersNotSigned(["host"])
    case "headers-not-signed":
      return headersNotSigned(failure.names)
    case "access-key-unknown":
      return refuse(
        403,
        "InvalidAccessKeyId",
        failure.message ?? "The AWS Access Key Id you provided does not exist in our records.",
        { AWSAccessKeyId: failure.accessKeyId },
      )
    case "session-token-invalid":
      return refuse(400, "InvalidToken", "The provided token is malformed or otherwise invalid.", {
        "Token-0": failure.token,
      })
    case "session-token-expired":
      return refuse(400, "ExpiredToken", "The provided token has expired.", {
        "Token-0": failure.token,
      })
    case "payload-hash-absent":
      return refuse(
        400,
        "InvalidRequest",
        "Missing required header for this request: x-amz-content-sha256",
      )
    case "payload-hash-invalid":
      return invalidArgument(
        "x-amz-content-sha256",
        failure.value,
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
      )
    case "payload-hash-mismatch":
      return refuse(
        400,
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        {
          ClientComputedContentSHA256: failure.claimed,
          S3ComputedContentSHA256: failure.computed,
        },
      )
    case "signature-mismatch":
      return signatureMismatch(failure)
    default:
      return refuse(403, "SignatureDoesNotMatch", NO_MATCH)
  }
}

const EXPIRES_WORDING = {
  "not-a-number": "X-Amz-Expires should be a number",
  negative: "X-Amz-Expires must be non-negative",
  "too-large":
    "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
} as const

/** The Regions opened since 2014 never knew SigV2; this cloud does as they do. */
function signatureVersion2(complete: boolean): AwsError {
  return complete
    ? refuse(
        400,
        "InvalidRequest",
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
      )
    : refuse(
        403,
        "AccessDenied",
        "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
      )
}

/** S3 names the first of the elements that is wrong. */
function scopeError({ via, region, service, terminator, date }: CredentialScopeFailure): AwsError {
  if (service) {
    return malformedCredential(
      via,
      `incorrect service "${service.got}". This endpoint belongs to "${service.expected}".`,
    )
  }
  if (terminator) {
    return malformedCredential(
      via,
      `incorrect terminal "${terminator.got}". This endpoint uses "aws4_request".`,
    )
  }
  if (region) {
    const text = `the region '${region.got}' is wrong; expecting '${region.expected}'`
    const error = malformedCredential(via, text)
    return refuse(400, error.code, error.message, { Region: region.expected })
  }
  const got = date?.got ?? ""
  if (!isScopeDate(got)) {
    return malformedCredential(
      via,
      `incorrect date format "${got}". This date in the credential must be in the format "yyyyMMdd".`,
    )
  }
  return malformed(
    via,
    "Invalid credential date. Date is not the same as X-Amz-Date.",
    `Invalid credential date "${got}". This date is not the same as X-Amz-Date: "${date?.requestTime.slice(0, 8)}".`,
  )
}

function tooSkewed({ requestTime, hostNowMs, toleranceMs }: SkewFacts): AwsError {
  return refuse(
    403,
    "RequestTimeTooSkewed",
    "The difference between the request time and the current time is too large.",
    {
      RequestTime: requestTime,
      ServerTime: formatIsoSeconds(hostNowMs),
      MaxAllowedSkewMilliseconds: toleranceMs,
    },
  )
}

function headersNotSigned(names: readonly string[]): AwsError {
  return refuse(
    403,
    "AccessDenied",
    "There were headers present in the request which were not signed",
    { HeadersNotSigned: names.join(", ") },
  )
}

function signatureMismatch(failure: SignatureMismatch): AwsError {
  const { accessKeyId, stringToSign, signatureProvided, canonicalRequest } = failure
  return refuse(403, "SignatureDoesNotMatch", NO_MATCH, {
    AWSAccessKeyId: accessKeyId,
    StringToSign: stringToSign,
    SignatureProvided: signatureProvided,
    StringToSignBytes: spacedHex(stringToSign),
    ...(canonicalRequest !== undefined && {
      CanonicalRequest: canonicalRequest,
      CanonicalRequestBytes: spacedHex(canonicalRequest),
    }),
  })
}

/** `41 57 53 34 2d …` */
function spacedHex(text: string): string {
  return Buffer.from(text, "latin1")
    .toString("hex")
    .replace(/..(?=.)/g, "$& ")
}
