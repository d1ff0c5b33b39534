import { AwsError } from "../aws-error.ts"
import { AuthFailed } from "./failure.ts"
import { HMAC_ALGORITHM, type SignedRequest } from "./parse.ts"
import { parseAmzDate } from "./amz-date.ts"
import { signedByVersion2 } from "./version2.ts"

/** The fields of a signed form, in the order in which S3 misses them (recorded of two). */
const FIELDS = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"] as const

/**
 * Reads the signature of a form ("Authenticating requests in browser-based uploads using POST").
 * What is signed is the text of its policy. Throws AuthFailed, and AwsError for missing fields.
 */
export function parseFormSignature(
  fields: ReadonlyMap<string, string>,
): SignedRequest | "anonymous" {
  const policy = fields.get("policy")
  const keyId = fields.get("awsaccesskeyid")
  if (keyId !== undefined || (fields.has("signature") && !fields.has("x-amz-signature"))) {
    if (!keyId) throw missingField("AWSAccessKeyId")
    const signature = fields.get("signature")
    if (!signature) throw missingField("Signature")
    if (policy === undefined) throw missingField("policy")
    const sessionToken = fields.get("x-amz-security-token")
    return signedByVersion2({ accessKeyId: keyId, signature, sessionToken, requestTime: "0" })
  }
  // Recorded: a policy alone signs nothing.
  if (!FIELDS.some((name) => fields.has(name.toLowerCase()))) return "anonymous"
  for (const name of FIELDS) if (!fields.get(name.toLowerCase())) throw missingField(name)
  if (policy === undefined) throw missingField("policy")
  const algorithm = fields.get("x-amz-algorithm") ?? ""
  if (algorithm !== HMAC_ALGORITHM)
    throw new AuthFailed({
      kind: "unsupported-algorithm",
      algorithm,
      value: algorithm,
      via: "query",
    })
  return signedForm(fields)
}

function signedForm(fields: ReadonlyMap<string, string>): SignedRequest {
  const credential = fields.get("x-amz-credential") ?? ""
  const requestTime = fields.get("x-amz-date") ?? ""
  const requestTimeMs = parseAmzDate(requestTime)
  if (requestTimeMs === undefined)
    throw new AuthFailed({ kind: "date-malformed", got: requestTime, via: "query" })
  const parts = credential.split("/")
  if (parts.length !== 5)
    throw new AuthFailed({ kind: "credential-malformed", credential, via: "query" })
  const [accessKeyId = "", date = "", region = "", service = "", terminator = ""] = parts
  return {
    algorithm: HMAC_ALGORITHM,
    via: "query",
    credential,
    accessKeyId,
    scope: parts.slice(1).join("/"),
    ...{ date, region, service, terminator },
    signedHeaders: "",
    signature: fields.get("x-amz-signature") ?? "",
    requestTime,
    requestTimeMs,
    expiresSeconds: undefined,
    sessionToken: fields.get("x-amz-security-token"),
    regionSet: undefined,
    express: false,
  }
}

/** Recorded. */
const missingField = (name: string): AwsError =>
  new AwsError(
    "InvalidArgument",
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
    { status: 400, members: { ArgumentName: name, ArgumentValue: "" } },
  )
