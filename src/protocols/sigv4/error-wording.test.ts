import { createHash } from "node:crypto"
import { describe, expect, test } from "vitest"
import type { WireRequest } from "../../kernel/wire.ts"
import type { AwsError } from "../aws-error.ts"
import { awsErrorOf, errorFamily } from "./error-wording.ts"
import type { AuthFailure } from "./failure.ts"
import { parseAuthorization } from "./parse.ts"
import { checkScope, checkSkew } from "./scope.ts"
import { signRequest } from "./sign.ts"
import { createSigningKeyCache } from "./signing-keys.ts"
import { signatureFailure, verifySignature } from "./verify.ts"

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

function shown(error: AwsError): readonly [code: string, status: number | undefined, text: string] {
  return [error.code, error.options.status, error.message]
}

const withDate = (authorization: string) => requestOf({ authorization, "x-amz-date": amzDate })
const s3 = good.replace("/iam/", "/s3/")

function signedAs(header: string) {
  const signed = parseAuthorization(withDate(header))
  if (signed === "anonymous") throw new Error("not signed")
  return signed
}

describe("the credential scope", () => {
  test("is right, or all that is wrong is named", () => {
    expect(checkScope(signedAs(good), { services: ["iam"], region: "us-east-1" })).toBeUndefined()
    expect(checkScope(signedAs(good), { services: ["sts", "iam"] })).toBeUndefined()
    const wrong = signedAs(good.replace("20150830/us-east-1/iam/aws4_request", "b/c/d/e"))
    const failure = checkScope(wrong, { services: ["dynamodb"], region: "us-east-1" })
    if (failure === undefined) throw new Error("accepted")
    expect(shown(awsErrorOf(failure, "json"))).toEqual([
      "InvalidSignatureException",
      400,
      "Credential should be scoped to a valid region, not 'c'. Credential should be scoped to correct service: 'dynamodb'. Credential should be scoped with a valid terminator: 'aws4_request', not 'e'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: 'b' != '20150830', from '20150830T123600Z'.",
    ])
  })

  test.each([
    ["us-east-1/s3", "us-east-1/ec2", 'incorrect service "ec2". This endpoint belongs to "s3".'],
    ["aws4_request", "aws5", 'incorrect terminal "aws5". This endpoint uses "aws4_request".'],
    ["us-east-1", "eu-west-1", "the region 'eu-west-1' is wrong; expecting 'us-east-1'"],
    [
      "20150830",
      "2015083",
      'incorrect date format "2015083". This date in the credential must be in the format "yyyyMMdd".',
    ],
    ["20150830", "20150829", "Invalid credential date. Date is not the same as X-Amz-Date."],
  ])("of S3 with %s as %s", (from, to, message) => {
    const header = `AWS4-HMAC-SHA256 Credential=${credential.replace("iam", "s3").replace(from, to)}, ${tail}`
    const failure = checkScope(signedAs(header), { services: ["s3"], region: "us-east-1" })
    if (failure === undefined) throw new Error("accepted")
    const error = awsErrorOf(failure, "s3")
    expect(shown(error)).toEqual([
      "AuthorizationHeaderMalformed",
      400,
      `The authorization header is malformed; ${message}`,
    ])
    expect(error.options.members).toEqual(from === "us-east-1" ? { Region: from } : undefined)
  })
})

describe("the clock", () => {
  const minute = 60_000
  const after = (header: string, minutes: number) =>
    checkSkew(signedAs(header), timeMs + minutes * minute)

  test("may be five minutes off, both ways", () => {
    for (const minutes of [-5, 0, 5]) expect(after(good, minutes)).toBeUndefined()
    const late = after(good, 6)
    const early = after(good, -6)
    if (late === undefined || early === undefined) throw new Error("accepted")
    expect(shown(awsErrorOf(late, "query"))).toEqual([
      "SignatureDoesNotMatch",
      403,
      "Signature expired: 20150830T123600Z is now earlier than 20150830T123700Z (20150830T124200Z - 5 min.)",
    ])
    expect(shown(awsErrorOf(early, "json"))).toEqual([
      "InvalidSignatureException",
      400,
      "Signature not yet current: 20150830T123600Z is still later than 20150830T123500Z (20150830T123000Z + 5 min.)",
    ])
    expect(shown(awsErrorOf(late, "ec2"))).toEqual(["RequestExpired", 400, "Request has expired."])
  })

  test("may be fifteen minutes off for S3", () => {
    for (const minutes of [-15, 15]) expect(after(s3, minutes)).toBeUndefined()
    const failure = after(s3, 16)
    if (failure === undefined) throw new Error("accepted")
    const error = awsErrorOf(failure, "s3")
    expect(shown(error)).toEqual([
      "RequestTimeTooSkewed",
      403,
      "The difference between the request time and the current time is too large.",
    ])
    expect(error.options.members).toEqual({
      RequestTime: "20150830T123600Z",
      ServerTime: "2015-08-30T12:52:00Z",
      MaxAllowedSkewMilliseconds: 900_000,
    })
  })

  test("ends a presigned request when it says so, for S3, else after fifteen minutes", () => {
    const presigned = (service: string) => ({
      ...signedAs(good.replace("iam", service)),
      service,
      via: "query" as const,
      expiresSeconds: 60,
    })
    expect(checkSkew(presigned("s3"), timeMs + 60_000)).toBeUndefined()
    const late = checkSkew(presigned("s3"), timeMs + 61_000)
    if (late === undefined) throw new Error("accepted")
    const error = awsErrorOf(late, "s3")
    expect(shown(error)).toEqual(["AccessDenied", 403, "Request has expired"])
    expect(error.options.members).toEqual({
      "X-Amz-Expires": 60,
      Expires: "2015-08-30T12:37:00Z",
      ServerTime: "2015-08-30T12:37:01Z",
    })
    expect(checkSkew(presigned("s3"), timeMs - 16 * minute)?.kind).toBe("presigned-not-yet-valid")
    expect(checkSkew(presigned("sts"), timeMs + 15 * minute)).toBeUndefined()
    expect(checkSkew(presigned("sts"), timeMs + 16 * minute)?.kind).toBe("signature-expired")
  })
})

describe("a signature that does not match", () => {
  const secret = "right"
  const with_ = { secret: "wrong", keys: createSigningKeyCache() }
  const sign = (service: string) =>
    signRequest(
      { ...requestOf({}), body: Buffer.from("hello") },
      { credentials: { accessKeyId: "AKIDEXAMPLE", secret }, service, region: "us-east-1", timeMs },
    )

  test("is said in the words of the service", () => {
    const request = sign("iam")
    const signed = parseAuthorization(request)
    if (signed === "anonymous") throw new Error("not signed")
    expect(verifySignature(signed, request, with_)).toBe(false)
    const failure = signatureFailure(signed, request, with_)
    const words =
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
    expect(shown(awsErrorOf(failure, "query"))).toEqual(["SignatureDoesNotMatch", 403, words])
    expect(shown(awsErrorOf(failure, "json"))).toEqual(["InvalidSignatureException", 400, words])
    expect(shown(awsErrorOf(failure, "ec2"))).toEqual([
      "AuthFailure",
      401,
      "AWS was not able to validate the provided access credentials",
    ])
  })

  test("shows for S3 what was to be signed", () => {
    const request = sign("s3")
    const signed = parseAuthorization(request)
    if (signed === "anonymous") throw new Error("not signed")
    const error = awsErrorOf(signatureFailure(signed, request, with_), "s3")
    expect(shown(error)).toEqual([
      "SignatureDoesNotMatch",
      403,
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    ])
    const members = error.options.members ?? {}
    expect(Object.keys(members)).toEqual([
      "AWSAccessKeyId",
      "StringToSign",
      "SignatureProvided",
      "StringToSignBytes",
      "CanonicalRequest",
      "CanonicalRequestBytes",
    ])
    expect(members["SignatureProvided"]).toBe(signed.signature)
    expect(members["StringToSignBytes"]).toMatch(/^41 57 53 34 2d 48 4d 41 43 /)
    expect(members["CanonicalRequest"]).toMatch(/^GET\n\/\n\nhost:iam\.amazonaws\.com\n/)
  })

  test("because of the body is told apart by S3 only", () => {
    const right = { ...with_, secret }
    for (const service of ["s3", "iam"]) {
      const request = { ...sign(service), body: Buffer.from("hellp") }
      const signed = parseAuthorization(request)
      if (signed === "anonymous") throw new Error("not signed")
      expect(verifySignature(signed, request, right)).toBe(false)
      const failure = signatureFailure(signed, request, right)
      expect(failure.kind).toBe(service === "s3" ? "payload-hash-mismatch" : "signature-mismatch")
      if (service !== "s3") continue
      const error = awsErrorOf(failure, "s3")
      expect(shown(error)).toEqual([
        "XAmzContentSHA256Mismatch",
        400,
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      ])
      expect(error.options.members).toEqual({
        ClientComputedContentSHA256: request.headers["x-amz-content-sha256"],
        S3ComputedContentSHA256: createHash("sha256").update("hellp").digest("hex"),
      })
    }
  })
})

test("keys, tokens and the payload header of S3", () => {
  const unknown: AuthFailure = { kind: "access-key-unknown", accessKeyId: "AKIAX" }
  expect(shown(awsErrorOf(unknown, "query"))).toEqual([
    "InvalidClientTokenId",
    403,
    "The security token included in the request is invalid.",
  ])
  expect(awsErrorOf(unknown, "json").code).toBe("UnrecognizedClientException")
  expect(shown(awsErrorOf(unknown, "s3"))).toEqual([
    "InvalidAccessKeyId",
    403,
    "The AWS Access Key Id you provided does not exist in our records.",
  ])
  expect(awsErrorOf({ ...unknown, message: "use test" }, "ec2").message).toBe("use test")
  const token: AuthFailure = { kind: "session-token-expired", token: "t" }
  expect(shown(awsErrorOf(token, "s3"))).toEqual([
    "ExpiredToken",
    400,
    "The provided token has expired.",
  ])
  expect(awsErrorOf(token, "json").code).toBe("ExpiredTokenException")
  const missing: AuthFailure = { kind: "missing-authentication" }
  expect(shown(awsErrorOf(missing, "query"))).toEqual([
    "MissingAuthenticationToken",
    403,
    "Request is missing Authentication Token",
  ])
  expect(shown(awsErrorOf(missing, "rest-json"))).toEqual([
    "MissingAuthenticationTokenException",
    403,
    "Missing Authentication Token",
  ])
  expect(shown(awsErrorOf({ kind: "payload-hash-absent" }, "s3"))).toEqual([
    "InvalidRequest",
    400,
    "Missing required header for this request: x-amz-content-sha256",
  ])
  expect(awsErrorOf({ kind: "payload-hash-invalid", value: "x" }, "s3").options.members).toEqual({
    ArgumentName: "x-amz-content-sha256",
    ArgumentValue: "x",
  })
})

test("the family of a service", () => {
  expect(errorFamily("rest-xml", "s3")).toBe("s3")
  expect(errorFamily("rest-xml", "cloudfront")).toBe("query")
  expect(errorFamily("query", "sts")).toBe("query")
  expect(errorFamily("ec2", "ec2")).toBe("ec2")
  expect(errorFamily("rest-json", "lambda")).toBe("rest-json")
  expect(errorFamily("smithy-rpc-v2-cbor", "monitoring")).toBe("json")
})
