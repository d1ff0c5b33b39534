import { createHash } from "node:crypto"
import { describe, expect, test } from "vitest"
import type { WireRequest } from "../../kernel/wire.ts"
import type { AwsError } from "../aws-error.ts"
import { awsErrorOf } from "./error-wording.ts"
import type { ErrorFamily } from "./error-wording.ts"
import { AuthFailed } from "./failure.ts"
import type { AuthFailure } from "./failure.ts"
import { parseAuthorization } from "./parse.ts"
import { createSigningKeyCache } from "./signing-keys.ts"
import { verifySignature } from "./verify.ts"

const timeMs = Date.UTC(2015, 7, 30, 12, 36)
const amzDate = "20150830T123600Z"
const credential = "AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request"
const tail = `SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`
const good = `AWS4-HMAC-SHA256 Credential=${credential}, ${tail}`

function requestOf(headers: Record<string, string>, query = ""): WireRequest {
  return {
    method: "GET",
    path: "/",
    query,
    headers: { host: "iam.amazonaws.com", ...headers },
    body: new Uint8Array(),
    secure: true,
    remoteAddress: "127.0.0.1",
  }
}

function failureOf(request: WireRequest): AuthFailure {
  try {
    const parsed = parseAuthorization(request)
    throw new Error(`parsed as ${JSON.stringify(parsed)}`)
  } catch (error) {
    if (error instanceof AuthFailed) return error.failure
    throw error
  }
}

function shown(error: AwsError): readonly [code: string, status: number | undefined, text: string] {
  return [error.code, error.options.status, error.message]
}

function refused(request: WireRequest, family: ErrorFamily) {
  return shown(awsErrorOf(failureOf(request), family))
}

const hashed = (text: string) => createHash("sha256").update(text).digest("base64")
const withDate = (authorization: string) => requestOf({ authorization, "x-amz-date": amzDate })
const s3 = good.replace("/iam/", "/s3/")

describe("an Authorization header", () => {
  test("without parameters names them all, and the date", () => {
    const request = requestOf({ authorization: "a" })
    const message = `Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 and encoded with Base64) Authorization=${hashed("a")}`
    expect(refused(request, "query")).toEqual(["IncompleteSignature", 400, message])
    expect(refused(request, "json")).toEqual(["IncompleteSignatureException", 400, message])
    expect(refused(request, "rest-json")).toEqual(["IncompleteSignatureException", 403, message])
    expect(refused(request, "s3")).toEqual([
      "InvalidArgument",
      400,
      "Authorization header is invalid -- one and only one ' ' (space) required",
    ])
  })

  test("that lacks one parameter names that one", () => {
    const header = good.replace(/, Signature=.*/, "")
    expect(refused(withDate(header), "query")[2]).toBe(
      `Authorization header requires 'Signature' parameter. (Hashed with SHA-256 and encoded with Base64) Authorization=${hashed(header)}`,
    )
    expect(refused(withDate(header), "s3")).toEqual([
      "AuthorizationHeaderMalformed",
      400,
      "The authorization header is malformed; the authorization header requires three components: Credential, SignedHeaders, and Signature.",
    ])
  })

  test("with something that is no key=value", () => {
    const header = good.replace("Credential=", "Credential= ").replace("= AKID", " AKID")
    expect(refused(withDate(header), "json")).toEqual([
      "IncompleteSignatureException",
      400,
      `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hashed(header)}'.`,
    ])
    expect(failureOf(withDate(good.replace("Credential=", "Credential= ")))).toMatchObject({
      kind: "not-key-value",
      component: credential,
    })
    expect(refused(withDate(header), "s3")[2]).toBe(
      'The authorization header is malformed; the authorization component "Credential" is malformed.',
    )
    for (const other of ["Bearer abc", "Basic U1Q6", "Basic YTpi=="]) {
      const error = awsErrorOf(failureOf(withDate(other)), "s3")
      expect(shown(error)).toEqual(["InvalidArgument", 400, "Unsupported Authorization Type"])
      expect(error.options.members).toEqual({
        ArgumentName: "Authorization",
        ArgumentValue: other,
      })
    }
  })

  test("with a credential of the wrong shape", () => {
    const header = good.replace("AKIDEXAMPLE/", "AKID/EXAMPLE/")
    const got = credential.replace("AKIDEXAMPLE", "AKID/EXAMPLE")
    const message = `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${got}'`
    expect(refused(withDate(header), "query")).toEqual(["IncompleteSignature", 400, message])
    expect(refused(withDate(header), "ec2")).toEqual(["AuthFailure", 401, message])
    expect(refused(withDate(header), "s3")[2]).toBe(
      'The authorization header is malformed; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    )
    for (const short of ["AKID", "AKID/20150830", "AKID/20150830/us-east-1/iam"]) {
      expect(failureOf(withDate(good.replace(credential, short))).kind).toBe("credential-malformed")
    }
    expect(refused(withDate(s3.replace("AKIDEXAMPLE", "")), "s3")[2]).toBe(
      "The authorization header is malformed; a non-empty Access Key (AKID) must be provided in the credential.",
    )
  })

  test("with another algorithm, another scheme or Signature Version 2", () => {
    expect(refused(withDate(good.replace("SHA256 ", "SHA25 ")), "json")).toEqual([
      "IncompleteSignatureException",
      400,
      "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25'",
    ])
    expect(refused(withDate(good.replace("SHA256 ", "SHA25 ")), "s3")).toEqual([
      "InvalidArgument",
      400,
      "Unsupported Authorization Type",
    ])
    const version2 = "AWS AKIDEXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg="
    expect(refused(withDate(version2), "s3")).toEqual([
      "InvalidRequest",
      400,
      "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    ])
    expect(refused(withDate(version2), "query")[2]).toBe(
      `Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. (Hashed with SHA-256 and encoded with Base64) Authorization=${hashed(version2)}`,
    )
    expect(refused(requestOf({}, "AWSAccessKeyId=AKID&Expires=1"), "s3")).toEqual([
      "AccessDenied",
      403,
      "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
    ])
  })

  test("without host among the signed headers, or with a header that is not there", () => {
    const noHost = withDate(good.replace("host;", ""))
    expect(refused(noHost, "query")).toEqual([
      "SignatureDoesNotMatch",
      403,
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    ])
    const request = withDate(good.replace("host;", "accept;host;"))
    const signed = parseAuthorization(request)
    if (signed === "anonymous") throw new Error("not signed")
    const with_ = { secret: "s", keys: createSigningKeyCache() }
    expect(() => verifySignature(signed, request, with_)).toThrow(AuthFailed)
    expect(awsErrorOf({ kind: "signed-header-absent", name: "accept" }, "json").message).toBe(
      "'accept' is named as a SignedHeader, but it does not exist in the HTTP request.",
    )
  })

  test("to S3 must sign every x-amz header but the payload hash", () => {
    const request = requestOf({
      authorization: s3.replace("host;x-amz-date", "host"),
      "x-amz-date": amzDate,
      "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
      "x-amz-meta-wrong": "1",
      "x-custom": "free",
    })
    const error = awsErrorOf(failureOf(request), "s3")
    expect(shown(error)).toEqual([
      "AccessDenied",
      403,
      "There were headers present in the request which were not signed",
    ])
    expect(error.options.members).toEqual({ HeadersNotSigned: "x-amz-date, x-amz-meta-wrong" })
  })

  test("without a date, or with one of another form", () => {
    expect(refused(requestOf({ authorization: good }), "query")[2]).toContain(
      "requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
    )
    const text = "Sun, 23 Nov 2014 04:07:43 GMT"
    const http = requestOf({ authorization: good.replace("x-amz-", ""), date: text })
    expect(refused(http, "query")).toEqual([
      "IncompleteSignature",
      400,
      `Date must be in ISO-8601 'basic format'. Got '${text}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    ])
    const toS3 = { ...http, headers: { ...http.headers, authorization: s3.replace("x-amz-", "") } }
    expect(parseAuthorization(toS3)).toMatchObject({
      requestTime: text,
      requestTimeMs: Date.UTC(2014, 10, 23, 4, 7, 43),
    })
    const bad = requestOf({ authorization: s3, "x-amz-date": "20150231T000000Z" })
    expect(refused(bad, "s3")).toEqual([
      "AccessDenied",
      403,
      "AWS authentication requires a valid Date or x-amz-date header",
    ])
  })

  test("beside a presigned query", () => {
    const request = requestOf({ authorization: good, "x-amz-date": amzDate }, "X-Amz-Algorithm=x")
    expect(refused(request, "json")).toEqual([
      "InvalidSignatureException",
      400,
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    ])
    expect(refused(request, "s3")[2]).toContain("Only one auth mechanism allowed; ")
  })
})

describe("a presigned query", () => {
  const presigned = (changes: Record<string, string | undefined>, service = "s3") => {
    const parameters: Record<string, string | undefined> = {
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": `AKIDEXAMPLE/20150830/us-east-1/${service}/aws4_request`,
      "X-Amz-Date": amzDate,
      "X-Amz-Expires": "60",
      "X-Amz-SignedHeaders": "host",
      "X-Amz-Signature": "0",
      ...changes,
    }
    const pairs = Object.entries(parameters).filter(([, value]) => value !== undefined)
    return requestOf(
      {},
      pairs.map(([name, value]) => `${name}=${encodeURIComponent(value ?? "")}`).join("&"),
    )
  }

  test("is read, session token and all", () => {
    expect(parseAuthorization(presigned({ "X-Amz-Security-Token": "a/+=" }))).toMatchObject({
      via: "query",
      accessKeyId: "AKIDEXAMPLE",
      region: "us-east-1",
      service: "s3",
      expiresSeconds: 60,
      sessionToken: "a/+=",
      requestTimeMs: timeMs,
    })
  })

  test("needs all its parameters", () => {
    for (const name of ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders"]) {
      expect(refused(presigned({ [`X-Amz-${name}`]: undefined }), "s3")).toEqual(
        [
          "AuthorizationQueryParametersError",
          400,
          "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
        ].slice(0, 3),
      )
    }
    const bare = presigned({ "X-Amz-Credential": undefined, "X-Amz-Date": "" }, "sts")
    expect(refused(bare, "query")).toEqual([
      "IncompleteSignature",
      400,
      "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
    ])
    expect(parseAuthorization(presigned({ "X-Amz-Expires": undefined }, "sts"))).toMatchObject({
      expiresSeconds: undefined,
    })
  })

  test.each([
    ["abc", "X-Amz-Expires should be a number"],
    ["1.5", "X-Amz-Expires should be a number"],
    ["-1", "X-Amz-Expires must be non-negative"],
    [
      "604801",
      "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
    ],
  ])("that expires after %s", (expires, message) => {
    expect(refused(presigned({ "X-Amz-Expires": expires }), "s3")).toEqual([
      "AuthorizationQueryParametersError",
      400,
      message,
    ])
  })

  test("may expire after a week at most", () => {
    expect(parseAuthorization(presigned({ "X-Amz-Expires": "604800" }))).toMatchObject({
      expiresSeconds: 604_800,
    })
  })

  test("with wrong values", () => {
    expect(refused(presigned({ "X-Amz-Algorithm": "AWS4-HMAC-SHA1" }), "s3")[2]).toBe(
      'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"',
    )
    expect(refused(presigned({ "X-Amz-Date": "2015-08-30" }), "s3")[2]).toBe(
      "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
    )
    expect(refused(presigned({ "X-Amz-Credential": "a/b/c/s3/d/e" }), "s3")[2]).toBe(
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    )
  })
})
