import type { ReadTx } from "../../../../kernel/transaction.ts"
import { partitionOf } from "../../../../kernel/places.ts"
import type { CORSRule } from "../../../../models/types/s3.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import type { CrossOrigin, CrossOriginRequest } from "../../../../registry/cross-origin.ts"
import { accessPointOf } from "../../access/points/access-point.ts"
import { nearestRegion } from "../../access/points/route.ts"
import { bucketNamed } from "../../buckets/bucket.ts"

/** Recorded. */
const VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"

/**
 * What a bucket's rules say to a page of another origin ("Using cross-origin resource sharing").
 * Undefined where no bucket is meant, or none that is there.
 */
export function judgeCrossOrigin(
  tx: ReadTx,
  { method, path, region, origin, preflight, isBucket }: CrossOriginRequest,
): CrossOrigin | undefined {
  const [name = "", ...key] = path.slice(1).split("/")
  const partition = partitionOf(region).id
  const point = accessPointOf(tx, decoded(name), {
    region: nearestRegion(tx, decoded(name), region),
  })
  const bucket = bucketNamed(tx, partition, point?.bucket ?? decoded(name))
  if (!bucket && !(isBucket && method === "OPTIONS")) return undefined
  const type = key.join("/") === "" ? "BUCKET" : "OBJECT"
  const asked = preflight?.method ?? method
  if (method === "OPTIONS" && origin === undefined) return { refusal: insufficient() }
  if (origin === undefined) return undefined
  // Recorded: before a preflight's method is missed.
  if (!bucket) return { refusal: forbidden("Bucket not found", asked, "BUCKET") }
  const { cors: rules } = bucket.config
  if (!rules) return { refusal: forbidden("CORS is not enabled for this bucket.", asked, "BUCKET") }
  if (method === "OPTIONS" && !preflight) return { refusal: methodMissing() }
  const rule = rules.find((one) =>
    matches(one, { origin, method: asked, headers: preflight?.headers }),
  )
  if (!rule) return { refusal: forbidden(NO_RULE, asked, type) }
  return { headers: headersOf(rule, { origin, asked: preflight?.headers }) }
}

interface Asked {
  readonly origin: string
  readonly method: string
  readonly headers: readonly string[] | undefined
}

function matches(rule: CORSRule, { origin, method, headers = [] }: Asked): boolean {
  return (
    rule.AllowedMethods.includes(method) &&
    rule.AllowedOrigins.some((pattern) => fits(pattern, origin)) &&
    headers.every((header) =>
      (rule.AllowedHeaders ?? []).some((pattern) => fits(pattern.toLowerCase(), header)),
    )
  )
}

/** With at most one star in the pattern. */
function fits(pattern: string, text: string): boolean {
  const star = pattern.indexOf("*")
  if (star < 0) return pattern === text
  return (
    text.length >= pattern.length - 1 &&
    text.startsWith(pattern.slice(0, star)) &&
    text.endsWith(pattern.slice(star + 1))
  )
}

/** Recorded, with the order of their lists. */
function headersOf(
  rule: CORSRule,
  { origin, asked }: { readonly origin: string; readonly asked: readonly string[] | undefined },
): Record<string, string> {
  const everyone = rule.AllowedOrigins.includes("*")
  const { ExposeHeaders: exposed = [], MaxAgeSeconds: seconds } = rule
  return {
    "Access-Control-Allow-Origin": everyone ? "*" : origin,
    "Access-Control-Allow-Methods": rule.AllowedMethods.join(", "),
    ...(asked && asked.length > 0 && { "Access-Control-Allow-Headers": asked.join(", ") }),
    ...(exposed.length > 0 && { "Access-Control-Expose-Headers": exposed.join(", ") }),
    ...(seconds !== undefined && { "Access-Control-Max-Age": String(seconds) }),
    ...(!everyone && { "Access-Control-Allow-Credentials": "true" }),
    Vary: VARY,
  }
}

const NO_RULE =
  "This CORS request is not allowed. This is usually because the evalution of Origin, request " +
  "method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted " +
  "by the resource's CORS spec."

/** Recorded. */
const forbidden = (why: string, Method: string, ResourceType: string): AwsError =>
  new AwsError("AccessForbidden", `CORSResponse: ${why}`, {
    status: 403,
    members: { Method, ResourceType },
  })

/** Recorded. */
const insufficient = (): AwsError =>
  new AwsError("BadRequest", "Insufficient information. Origin request header needed.", {
    status: 400,
  })

/** "OPTIONS object": the method is required; the text is not verified. */
const methodMissing = (): AwsError =>
  new AwsError("BadRequest", "Invalid Access-Control-Request-Method: null", { status: 400 })

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
