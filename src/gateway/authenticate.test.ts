import { beforeEach, expect, test } from "vitest"
import { newAccessKeyId } from "../iam/access-key-id.ts"
import { RandomStream } from "../kernel/random.ts"
import { createSeededRandom } from "../kernel/sim/seeded-random.ts"
import type { WireRequest } from "../kernel/wire.ts"
import { authenticate, type AuthenticateParts, type Credential } from "./authenticate.ts"
import { AuthFailed } from "../protocols/sigv4/failure.ts"
import { awsErrorOf } from "../protocols/sigv4/error-wording.ts"
import { parseAuthorization } from "../protocols/sigv4/parse.ts"
import { createSigningKeyCache } from "../protocols/sigv4/signing-keys.ts"
import { formRequest, NOW, readModels, request, signed, type Signer } from "./testing/open-cloud.ts"

const models = readModels()
const MINUTE_MS = 60_000

/** Everything that a test may change. */
let known: Record<string, Credential>
let strict: boolean
let cloudNow: number

beforeEach(() => {
  known = {}
  strict = false
  cloudNow = NOW
})

const parts: AuthenticateParts = {
  findCredential: (accessKeyId) => known[accessKeyId],
  wasMadeHere: () => false,
  isClosed: () => false,
  isRegionOpen: () => true,
  keys: createSigningKeyCache(),
  hostNow: () => NOW,
  cloudNow: () => cloudNow,
  defaultAccount: "000000000000",
  dummies: new Map(),
  get strict() {
    return strict
  },
}

/** Account and kind of the caller, or the error in the words of the Query services. */
function caller(wire: WireRequest, service = "sts"): string {
  try {
    const model = models.loadModel(service)
    const principal = authenticate(parts, wire, { signed: parseAuthorization(wire), model })
    return `${principal.type} of ${principal.account}`
  } catch (error) {
    if (!(error instanceof AuthFailed)) throw error
    const family = service === "s3" ? "s3" : "query"
    const { code, message, options } = awsErrorOf(error.failure, family)
    return `${code} (${options.status}): ${message}`
  }
}

const FORM = formRequest({ Action: "GetCallerIdentity", Version: "2011-06-15" })

const by = (signer: Partial<Signer>): string => caller(signed(FORM, { service: "sts", ...signer }))

test("who signs nothing is anonymous", () => {
  expect(caller(FORM)).toBe("anonymous of anonymous")
})

test.each([
  ["111122223333", "111122223333"],
  ["test", "000000000000"],
  ["foo", "000000000000"],
  ["11112222333", "000000000000"],
  ["1111222233334", "000000000000"],
  // AWS's documentation shows these two.
  ["AKIAIOSFODNN7EXAMPLE", "000000000000"],
  ["ASIAIOSFODNN7EXAMPLE", "000000000000"],
  ["AKIA", "000000000000"],
])("the key %s is the root of account %s, whatever the secret", (accessKeyId, account) => {
  expect(by({ accessKeyId, secret: "one" })).toBe(`root of ${account}`)
  expect(by({ accessKeyId, secret: "two" })).toBe(`root of ${account}`)
})

test.each(["AKIA2QYZ7W3ABCDEFGHI", "ASIA2QYZ7W3ABCDEFGHI"])(
  "a key that looks real, %s, is refused, and the refusal says what to use",
  (accessKeyId) => {
    const answer = by({ accessKeyId })
    expect(answer).toMatch(/^InvalidClientTokenId \(403\): The security token .* is invalid\./)
    expect(answer).toContain(accessKeyId)
    expect(answer).toContain("AWS_ACCESS_KEY_ID=test")
    expect(answer).toContain("12-digit account id")
  },
)

test("keys that this cloud makes look real: forgotten ones are refused", () => {
  const random = new RandomStream(createSeededRandom(1), "test")
  const accessKeyId = newAccessKeyId("AKIA", "000000000000", random)
  expect(by({ accessKeyId })).toMatch(/^InvalidClientTokenId \(403\)/)
})

test("a strict cloud takes no dummy key", () => {
  strict = true
  for (const accessKeyId of ["test", "111122223333", "AKIAIOSFODNN7EXAMPLE"])
    expect(by({ accessKeyId })).toBe(
      "InvalidClientTokenId (403): The security token included in the request is invalid. This cloud runs with --auth strict and accepts only keys that were made in it.",
    )
})

test("a key made here is verified, in an open cloud as in a strict one", () => {
  known = {
    AKIAMADEHERE: {
      secret: "right",
      principal: { type: "root", account: "111122223333", accessKeyId: "AKIAMADEHERE" },
    },
  }
  for (strict of [false, true]) {
    expect(by({ accessKeyId: "AKIAMADEHERE", secret: "right" })).toBe("root of 111122223333")
    expect(by({ accessKeyId: "AKIAMADEHERE", secret: "wrong" })).toMatch(
      /^SignatureDoesNotMatch \(403\)/,
    )
  }
})

test("a made key's signature covers the body", () => {
  known = {
    AKIAMADEHERE: {
      secret: "right",
      principal: { type: "root", account: "111122223333", accessKeyId: "AKIAMADEHERE" },
    },
  }
  const wire = signed(FORM, { service: "sts", accessKeyId: "AKIAMADEHERE", secret: "right" })
  const body = Buffer.from("Action=GetSessionToken&Version=2011-06-15")
  expect(caller({ ...wire, body })).toMatch(/^SignatureDoesNotMatch \(403\)/)
})

test("temporary keys need their token, and end in cloud time", () => {
  known = {
    ASIAMADEHERE: {
      secret: "right",
      sessionToken: "token",
      expiresAt: NOW + MINUTE_MS,
      principal: { type: "root", account: "111122223333", accessKeyId: "ASIAMADEHERE" },
    },
  }
  const key = { accessKeyId: "ASIAMADEHERE", secret: "right" }
  expect(by({ ...key, sessionToken: "token" })).toBe("root of 111122223333")
  expect(by(key)).toMatch(/^InvalidClientTokenId \(403\)/)
  expect(by({ ...key, sessionToken: "other" })).toMatch(/^InvalidClientTokenId \(403\)/)
  cloudNow = NOW + MINUTE_MS
  expect(by({ ...key, sessionToken: "token" })).toMatch(/^ExpiredToken \(403\)/)
})

test("a Region that there is not is refused in AWS's words", () => {
  expect(by({ region: "xx" })).toBe(
    "SignatureDoesNotMatch (403): Credential should be scoped to a valid region, not 'xx'. ",
  )
  expect(by({ region: "eu-central-2" })).toBe("root of 000000000000")
})

test("a signature for another service is refused", () => {
  expect(by({ service: "sqs" })).toBe(
    "SignatureDoesNotMatch (403): Credential should be scoped to correct service: 'sts'. ",
  )
})

test("signatures are dated by the machine's clock, five minutes either way", () => {
  cloudNow = NOW + 400 * 24 * 60 * MINUTE_MS
  expect(by({ timeMs: NOW - 5 * MINUTE_MS })).toBe("root of 000000000000")
  expect(by({ timeMs: NOW + 5 * MINUTE_MS })).toBe("root of 000000000000")
  expect(by({ timeMs: NOW - 5 * MINUTE_MS - 1000 })).toBe(
    "SignatureDoesNotMatch (403): Signature expired: 20260115T115459Z is now earlier than 20260115T115500Z (20260115T120000Z - 5 min.)",
  )
  expect(by({ timeMs: NOW + 5 * MINUTE_MS + 1000 })).toMatch(
    /^SignatureDoesNotMatch \(403\): Signature not yet current: /,
  )
})

test("a dummy key's body must be the one that was signed", () => {
  const wire = request({ method: "PUT", path: "/bucket/key", text: "right" })
  const put = signed(wire, { service: "s3" })
  expect(caller(put, "s3")).toBe("root of 000000000000")
  expect(caller({ ...put, body: Buffer.from("wrong") }, "s3")).toMatch(/^XAmzContentSHA256Mismatch/)
  const unsignedBody = { ...put.headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" }
  const open = { ...put, headers: unsignedBody, body: Buffer.from("wrong") }
  expect(caller(open, "s3")).toBe("root of 000000000000")
  // Other services hash the body themselves: to them it is the signature that is wrong.
  const claim = { ...FORM, headers: { ...FORM.headers, "x-amz-content-sha256": "0".repeat(64) } }
  expect(caller(signed(claim, { service: "sts" }))).toMatch(/^SignatureDoesNotMatch \(403\)/)
})
