import { createHmac } from "node:crypto"
import type { WireRequest } from "../../kernel/wire.ts"
import { AuthFailed } from "./failure.ts"
import type { SignedRequest } from "./parse.ts"

/**
 * Signature Version 2 in queries and forms. AWS announced its end for new buckets in 2020, and takes
 * it all the same where it always did (recorded in 2026); boto3 makes URLs with it in us-east-1.
 */

/** As the condition key `s3:signatureversion` names it. */
export const VERSION_2 = "AWS"

/** Regions that opened before 2014: no other knows it ("Authenticating requests (AWS signature version 2)"). */
const REGIONS: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["us-east-1", "us-west-1", "us-west-2", "eu-west-1", "sa-east-1"],
    ...["ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "us-gov-west-1", "cn-north-1"],
  ]),
)

export const knowsVersion2 = (region: string): boolean => REGIONS.has(region)

/** Parameters that are part of what is signed, beside those that begin with `response-`. */
const SIGNED_PARAMETERS: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["accelerate", "acl", "analytics", "cors", "defaultObjectAcl", "delete", "inventory"],
    ...["lifecycle", "location", "logging", "metrics", "notification", "object-lock", "partNumber"],
    ...["policy", "replication", "requestPayment", "restore", "select", "select-type"],
    ...["storageClass", "tagging", "torrent", "uploadId", "uploads", "versionId", "versioning"],
    ...["versions", "website"],
    ...["response-cache-control", "response-content-disposition", "response-content-encoding"],
    ...["response-content-language", "response-content-type", "response-expires"],
  ]),
)

/** What a URL says of its signature; undefined where it is none of version 2. Throws AuthFailed. */
export function parseQueryVersion2(query: string): SignedRequest | undefined {
  if (!/(^|&)AWSAccessKeyId=/.test(query)) return undefined
  const parameters = new URLSearchParams(query)
  const accessKeyId = parameters.get("AWSAccessKeyId") ?? ""
  const [signature, expires] = [parameters.get("Signature"), parameters.get("Expires")]
  if (!signature || !expires)
    throw new AuthFailed({ kind: "signature-version-2", header: "", complete: false })
  if (!/^\d{1,12}$/.test(expires))
    throw new AuthFailed({ kind: "expires-invalid", reason: "not-a-number" })
  const sessionToken = parameters.get("x-amz-security-token") ?? undefined
  return signedByVersion2({ accessKeyId, signature, sessionToken, requestTime: expires })
}

/** A signature of version 2, which has no scope; `requestTime` is when it ends, in seconds. */
export function signedByVersion2(
  facts: Pick<SignedRequest, "accessKeyId" | "signature" | "sessionToken" | "requestTime">,
): SignedRequest {
  return {
    ...facts,
    algorithm: VERSION_2,
    via: "query",
    credential: facts.accessKeyId,
    ...{ scope: "", date: "", region: "", service: "s3", terminator: "", signedHeaders: "" },
    requestTimeMs: Number(facts.requestTime) * 1000,
    expiresSeconds: undefined,
    regionSet: undefined,
    express: false,
  }
}

/** What a URL's signature covers; `path` has the bucket in front. */
export function stringToSignVersion2(
  { method, headers, query }: Pick<WireRequest, "method" | "headers" | "query">,
  { path, expires }: { readonly path: string; readonly expires: string },
): string {
  // Headers may stand in the query (recorded: they then count as headers).
  const values = new Map<string, string>()
  const signed: string[] = []
  for (const [name, value] of new URLSearchParams(query)) {
    const lower = name.toLowerCase()
    if (lower.startsWith("x-amz-") || lower.startsWith("content-")) values.set(lower, value)
    if (SIGNED_PARAMETERS.has(name)) signed.push(value === "" ? name : `${name}=${value}`)
  }
  for (const [name, value] of Object.entries(headers)) values.set(name, value.trim())
  const own = [...values].filter(([name]) => name.startsWith("x-amz-")).toSorted(byName)
  const parameters = signed.toSorted()
  return [
    method,
    values.get("content-md5") ?? "",
    values.get("content-type") ?? "",
    expires,
    ...own.map(([name, value]) => `${name}:${value}`),
    `${path}${parameters.length > 0 ? `?${parameters.join("&")}` : ""}`,
  ].join("\n")
}

export const signVersion2 = (secret: string, text: string): string =>
  createHmac("sha1", secret).update(text).digest("base64")

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number =>
  a < b ? -1 : 1
