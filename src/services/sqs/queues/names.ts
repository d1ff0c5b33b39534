import { invalidParameterValue } from "../errors.ts"
import { QUEUE_NAME_LENGTH } from "../limits.ts"

/** What a queue URL says of a queue. What it does not say, the request's context adds. */
export interface QueueAddress {
  readonly account?: string
  readonly region?: string
  readonly name: string
}

export interface QueueArn {
  readonly partition: string
  readonly region: string
  readonly account: string
  readonly name: string
}

const FIFO_SUFFIX = ".fifo"
const NAME = /^[A-Za-z0-9_-]+$/
const ACCOUNT = /^\d{12}$/
const REGION = /^[a-z]{2,}(?:-[a-z]+)+-\d+$/
/** The Region of `queue.amazonaws.com`: the first endpoint, which names none. */
const LEGACY_REGION = "us-east-1"

export const isFifoName = (name: string): boolean => name.endsWith(FIFO_SUFFIX)

/** Throws InvalidParameterValue unless `name` suits a queue of this kind. */
export function assertQueueName(name: string, fifo: boolean): void {
  const stem = fifo && isFifoName(name) ? name.slice(0, -FIFO_SUFFIX.length) : name
  const fits = name.length <= QUEUE_NAME_LENGTH && NAME.test(stem)
  if (fits && fifo === isFifoName(name)) return
  throw invalidParameterValue(
    fifo
      ? "The name of a FIFO queue can only include alphanumeric characters, hyphens, or " +
          "underscores, must end with .fifo suffix and be 1 to 80 in length"
      : "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
  )
}

/** `origin` is scheme, host and port as the caller knows them, such as `http://localhost:4566`. */
export const queueUrl = (origin: string, account: string, name: string): string =>
  `${origin}/${account}/${name}`

/**
 * Reads a queue URL of any host, as clients hold it: `<origin>/<account>/<name>`, with the Region in
 * the host (`sqs.<region>.…`, `<region>.queue.…`, `queue.…`) or in the path
 * (`/queue/<region>/<account>/<name>`), or the bare name (AWS accepts it: recorded).
 * Undefined when it is nothing of these.
 */
export function parseQueueUrl(url: string): QueueAddress | undefined {
  const scheme = url.indexOf("://")
  if (scheme < 0) return url.includes("/") ? parsePath(url, undefined) : nameOnly(url)
  const hostStart = scheme + 3
  const pathStart = url.indexOf("/", hostStart)
  if (pathStart < 0) return undefined
  return parsePath(url.slice(pathStart), regionOfHost(url.slice(hostStart, pathStart)))
}

/** Reads the path of a queue URL, with or without its leading slash; query and fragment are cut. */
export function parsePath(path: string, hostRegion: string | undefined): QueueAddress | undefined {
  if (isPlainPath(path)) return address(path.slice(1, NAME_AT - 1), path.slice(NAME_AT), hostRegion)
  const end = path.search(/[?#]/)
  const parts = (end < 0 ? path : path.slice(0, end)).split("/").filter((part) => part !== "")
  const name = parts.at(-1)
  const account = parts.at(-2)
  if (name === undefined || account === undefined || !ACCOUNT.test(account)) return undefined
  if (parts.length === 2) return address(account, name, hostRegion)
  const region = parts[1]
  if (parts.length !== 4 || parts[0] !== "queue" || region === undefined) return undefined
  return { account, region, name }
}

/** Where the name begins in `/123456789012/name`. */
const NAME_AT = 14

/** Nearly every call names its queue so, and looks it up twice: faster than a regular expression. */
function isPlainPath(path: string): boolean {
  if (path.length <= NAME_AT || path[0] !== "/" || path[NAME_AT - 1] !== "/") return false
  for (let at = 1; at < NAME_AT - 1; at += 1) {
    const code = path.charCodeAt(at)
    if (code < 48 /* 0 */ || code > 57 /* 9 */) return false
  }
  for (let at = NAME_AT; at < path.length; at += 1) {
    const code = path.charCodeAt(at)
    if (code === 47 /* / */ || code === 63 /* ? */ || code === 35 /* # */) return false
  }
  return true
}

const address = (account: string, name: string, region: string | undefined): QueueAddress =>
  region === undefined ? { account, name } : { account, region, name }

const nameOnly = (name: string): QueueAddress | undefined => (name === "" ? undefined : { name })

function regionOfHost(host: string): string | undefined {
  if (!host.includes(".")) return undefined
  const [first, second] = host.split(".")
  if (first === "sqs" && second !== undefined && REGION.test(second)) return second
  if (second === "queue" && first !== undefined && REGION.test(first)) return first
  return first === "queue" && second !== undefined ? LEGACY_REGION : undefined
}

export const queueArn = (queue: QueueArn): string =>
  `arn:${queue.partition}:sqs:${queue.region}:${queue.account}:${queue.name}`

/** The parts of an SQS queue's ARN; undefined for anything else. */
export function parseQueueArn(arn: string): QueueArn | undefined {
  const parts = arn.split(":")
  const [prefix, partition, service, region, account, name] = parts
  if (parts.length !== 6 || prefix !== "arn" || service !== "sqs") return undefined
  if (!partition || !region || !account || !name) return undefined
  return { partition, region, account, name }
}
