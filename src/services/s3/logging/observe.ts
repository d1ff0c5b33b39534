import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { CallRecord, Exchange } from "../../../registry/call-record.ts"
import { accessPointArn, accessPointOf } from "../access/points/access-point.ts"
import { isMultiRegion, meterRouted } from "../access/points/multi-region.ts"
import { bucketNamed, type Bucket } from "../buckets/bucket.ts"
import { noteForAnalysis } from "../inventory/analysis/observe.ts"
import { noteTraffic } from "../inventory/lens/traffic.ts"
import { bytesOf, bytesThrough, callFacts, decoded, headerOf, numberOf } from "./exchange.ts"
import type { LineFacts } from "./line.ts"
import { operationName } from "./operation-name.ts"
import { logRecord } from "./write.ts"

/**
 * Hears of every request to S3 when it has been answered, and gives what is to be written of it:
 * nothing, after one look at the bucket, where its requests are neither logged nor routed nor
 * watched.
 */
export function observe(tx: ReadTx, record: CallRecord): ((tx: WriteTx) => void) | undefined {
  const { exchange, call } = record
  if (!exchange) return undefined
  const { path } = exchange
  const slash = path.indexOf("/", 1)
  const name = slash < 0 ? path.slice(1) : path.slice(1, slash)
  const key = slash < 0 ? "" : path.slice(slash + 1)
  const partition = call?.partition ?? HOME
  const named = bucketNamed(tx, partition, name)
  const point = !named && call ? accessPointOf(tx, decoded(name), call) : undefined
  const bucket = named ?? (point && bucketNamed(tx, partition, point.bucket))
  const source = isCopy(record) ? sourceOf(tx, record) : undefined
  const logsSource = source?.bucket.config.logging !== undefined
  const routed = bucket && point && isMultiRegion(point) ? { point, bucket } : undefined
  const note =
    bucket &&
    both(noteForAnalysis(tx, bucket, { record, key }), noteTraffic(tx, bucket, { record, key }))
  if (!bucket?.config.logging && !logsSource && !routed) return note
  const facts = factsOf(record, exchange, key)
  const arn = point && accessPointArn(point)
  return (into) => {
    const timeMs = into.now
    note?.(into)
    if (routed) meterRouted(into, routed, bytesThrough(exchange))
    if (bucket) logRecord(into, bucket, { ...facts, timeMs, accessPointArn: arn })
    // A copy is read, too ("… there is a COPY GET record for the source").
    if (source && logsSource)
      logRecord(into, source.bucket, {
        ...{ ...facts, timeMs, key: source.key, operation: `${facts.operation}_GET` },
        ...{ bytesSent: undefined, versionId: undefined },
      })
  }
}

type Note = ((tx: WriteTx) => void) | undefined

const both = (one: Note, other: Note): Note =>
  one && other
    ? (tx) => {
        one(tx)
        other(tx)
      }
    : (one ?? other)

/** Of requests that nobody signed well enough to know their partition. */
const HOME = "aws"

const isCopy = ({ operation }: CallRecord): boolean =>
  operation === "CopyObject" || operation === "UploadPartCopy"

function sourceOf(
  tx: ReadTx,
  { call, exchange }: CallRecord,
): { readonly bucket: Bucket; readonly key: string } | undefined {
  const text = exchange?.request.headers["x-amz-copy-source"] ?? ""
  const [, name = "", key = ""] = /^\/?([^/]+)\/([^?]+)/.exec(text) ?? []
  const bucket = bucketNamed(tx, call?.partition ?? HOME, name)
  return bucket && { bucket, key }
}

function factsOf(
  { requestId, operation, call, error }: CallRecord,
  exchange: Exchange,
  key: string,
): Omit<LineFacts, "timeMs"> {
  const { response, tookMs } = exchange
  const { page } = exchange.request
  const request = page ?? exchange.request
  const { headers, method, path, query } = request
  return {
    ...callFacts(call),
    ...{ requestId, key, status: response.status, errorCode: error?.code },
    remoteIp: request.remoteAddress,
    operation: page ? `WEBSITE.${method}.OBJECT` : operationName(operation, method),
    requestLine: `${method} ${path}${query === "" ? "" : `?${query}`} HTTP/1.1`,
    bytesSent: method === "HEAD" ? undefined : bytesOf(response),
    objectBytes: page ? bytesOf(response) : objectBytes(operation, exchange),
    ...{ totalMs: tookMs, turnAroundMs: tookMs, referer: headers["referer"] },
    ...{ userAgent: headers["user-agent"], host: headers["host"] },
    versionId: headerOf(response, "x-amz-version-id"),
    ...{ tlsVersion: request.tls?.version, cipher: request.tls?.cipher },
  }
}

/** "The total size of the object in question". */
function objectBytes(
  operation: string | undefined,
  { request, response }: Exchange,
): number | undefined {
  if (response.status >= 400) return undefined
  const { headers } = request
  switch (operation) {
    case "GetObject":
    case "HeadObject": {
      const whole = /\/(\d+)$/.exec(headerOf(response, "content-range") ?? "")?.[1]
      return numberOf(whole ?? headerOf(response, "content-length"))
    }
    case "PutObject":
    case "UploadPart":
      return numberOf(headers["x-amz-decoded-content-length"] ?? headers["content-length"])
    default:
      return undefined
  }
}
