import type { ActionContext } from "../../../../kernel/action.ts"
import { handover } from "../../../../kernel/store/handover.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import { Verbatim } from "../../../../registry/verbatim.ts"
import type { Call } from "../../../../registry/call.ts"
import { serviceUnavailable } from "../../errors.ts"
import { LIMIT_MS } from "./answer.ts"
import { lambdaInvalidResponse, lambdaTimeout } from "./errors.ts"
import { invoke } from "./invoke.ts"
import { listOutput } from "./list-result.ts"
import type { Plan } from "./plan.ts"

type Returned = { readonly payload: Uint8Array | undefined } | { readonly error: unknown }

const returned = handover<Returned>("s3/object-lambda-returned")

/** The contexts of the operations that a function answers by what it returns. */
const CONTEXTS: Readonly<Record<string, string>> = {
  HeadObject: "headObjectContext",
  ListObjects: "listObjectsContext",
  ListObjectsV2: "listObjectsV2Context",
}

/** What a function returns ("Working with HeadObject requests in Lambda" and those of lists). */
interface FunctionAnswer {
  readonly statusCode?: unknown
  readonly errorCode?: unknown
  readonly errorMessage?: unknown
  readonly headers?: unknown
  readonly listResultXml?: unknown
  readonly listBucketResult?: unknown
}

/** Has the function answer a HEAD or a list by what it returns. */
export async function transformedReturn(
  ctx: ActionContext,
  plan: Plan,
  call: Call,
): Promise<Verbatim> {
  const { operation } = call
  const answer = answerIn(await payloadOf(ctx, plan, call))
  const { statusCode: status } = answer
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599)
    throw lambdaInvalidResponse("The Lambda function returned no valid statusCode.")
  const { listResultXml: xml } = answer
  if (operation !== "HeadObject" && typeof xml === "string")
    return new Verbatim({ status, body: xml })
  if (status >= 300) throw errorOf(status, answer)
  if (operation === "HeadObject") return new Verbatim({ status, headers: headersIn(answer) })
  return new Verbatim({ status, output: listOutput(answer.listBucketResult, operation) })
}

async function payloadOf(ctx: ActionContext, plan: Plan, call: Call): Promise<Uint8Array> {
  const { functionArn, id } = plan
  const came = ctx.receive(returned, id, ctx.now() + LIMIT_MS)
  const context = { inputS3Url: plan.urlAt(ctx.outside.now()) }
  const event = { ...plan.event, [CONTEXTS[call.operation] as string]: context }
  invoke(ctx, call, { functionArn, event }).then(
    (payload) => ctx.handOver(returned, id, { payload }),
    (error: unknown) => ctx.handOver(returned, id, { error }),
  )
  const outcome = await came
  if (!outcome) throw ctx.signal.aborted ? serviceUnavailable() : lambdaTimeout()
  if ("error" in outcome) throw outcome.error
  return outcome.payload ?? new Uint8Array(0)
}

function answerIn(payload: Uint8Array): FunctionAnswer {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(payload).toString())
  } catch {
    value = undefined
  }
  if (typeof value === "object" && value !== null) return value
  throw lambdaInvalidResponse("The Lambda function did not return a JSON object.")
}

/** The general code of a status that the function gives none for is ours. */
function errorOf(status: number, { errorCode, errorMessage }: FunctionAnswer): AwsError {
  const code = typeof errorCode === "string" && errorCode !== "" ? errorCode : `Status${status}`
  return new AwsError(code, typeof errorMessage === "string" ? errorMessage : "", { status })
}

/** What a function may say of an object beside its own metadata. */
const HEADERS: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["accept-ranges", "cache-control", "content-disposition", "content-encoding"],
    ...["content-language", "content-length", "content-type", "etag", "expires", "last-modified"],
    ...["x-amz-archive-status", "x-amz-checksum-crc32", "x-amz-checksum-crc32c"],
    ...["x-amz-checksum-crc64nvme", "x-amz-checksum-sha1", "x-amz-checksum-sha256"],
    ...["x-amz-checksum-type", "x-amz-delete-marker", "x-amz-expiration", "x-amz-missing-meta"],
    ...["x-amz-mp-parts-count", "x-amz-object-lock-legal-hold", "x-amz-object-lock-mode"],
    ...["x-amz-object-lock-retain-until-date", "x-amz-replication-status", "x-amz-request-charged"],
    ...["x-amz-restore", "x-amz-server-side-encryption"],
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-bucket-key-enabled",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-server-side-encryption-customer-key-md5",
    ...["x-amz-storage-class", "x-amz-tagging-count", "x-amz-version-id"],
  ]),
)

function headersIn({ headers }: FunctionAnswer): Record<string, string> {
  const found: Record<string, string> = {}
  if (typeof headers !== "object" || headers === null) return found
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase()
    if (!HEADERS.has(lower) && !lower.startsWith("x-amz-meta-")) continue
    if (typeof value === "object" || value === undefined) continue
    const text = String(value as string | number | boolean)
    if (NOT_IN_A_HEADER.test(text)) throw lambdaInvalidResponse(`The header ${name} is not valid.`)
    found[name] = text
  }
  return found
}

// oxlint-disable-next-line no-control-regex -- characters that end or break a header
const NOT_IN_A_HEADER = /[\0-\x08\x0a-\x1f\x7f]|[^\0-\xff]/
