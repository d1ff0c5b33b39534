import type { WireRequest } from "../../kernel/wire.ts"
import { isS3Control } from "../../protocols/sigv4/canonical.ts"
import { objectLambdaPath } from "./object-lambda-address.ts"

/** Where a bucket's own host leads: the same request in path style, or its website. */
export interface S3Address {
  readonly kind: "api" | "website"
  /** The path with the bucket in front, as sent. */
  readonly path: string
}

// "Virtual hosting of general purpose buckets", "Website endpoints", "S3 Transfer Acceleration",
// "Using dual-stack endpoints", "Access points", "Networking for directory buckets":
// `<bucket>.s3.<region>.<domain>` and its kin, `<bucket>.s3express-<zone>.<region>.<domain>`.
// "Multi-Region Access Point hostnames": `<alias>.accesspoint.s3-global.<domain>`.
const BUCKET_HOST =
  /^(.+)\.(?:s3|s3-accelerate|s3-fips|s3-accesspoint|s3-accesspoint-fips|accesspoint\.s3-global|s3[.-][a-z]{2}(?:-[a-z]+)+-\d|s3express(?:-fips)?-[a-z0-9-]+-az\d)\./i
const WEBSITE_HOST = /^(.+)\.s3-website[.-][a-z]{2}(?:-[a-z]+)+-\d\.|^(.+)\.s3-website\./i
/** What an SDK makes of the endpoint `http://localhost:4566`. */
const LOCAL_HOST = /^(.+)\.localhost(?:\.localstack\.cloud)?$/i
/** Hosts of services, `s3.localhost` or `s3.eu-west-1.localhost.localstack.cloud`, are no bucket's. */
const SERVICE_HOST =
  /^(?:s3|s3-control|s3express-control|sqs|sts|iam|[a-z0-9-]+\.[a-z]{2}(?:-[a-z]+)+-\d)$/i

/** Of S3 Object Lambda: what stands in front of its host is a token. */
const ROUTED = "/WriteGetObjectResponse"

type AddressedRequest = Pick<WireRequest, "headers" | "path"> & Partial<Pick<WireRequest, "query">>

/**
 * The bucket that a host names; undefined for other hosts. `plain` also takes `<bucket>.localhost`,
 * which only a request that is known to be S3's means so.
 */
export function s3Address(request: AddressedRequest, plain: boolean): S3Address | undefined {
  const { headers, path } = request
  const host = hostName(headers["host"])
  if (host === undefined || isS3Control(request) || path === ROUTED) return undefined
  const website = WEBSITE_HOST.exec(host)
  if (website) return { kind: "website", path: `/${website[1] ?? website[2]}${path}` }
  const lambda = objectLambdaPath(request, host)
  if (lambda !== undefined) return { kind: "api", path: lambda }
  const bucket = BUCKET_HOST.exec(host)?.[1] ?? (plain ? localBucket(host) : undefined)
  return bucket === undefined ? undefined : { kind: "api", path: `/${bucket}${path}` }
}

/** The bucket of a request for a directory bucket, which SDKs know by its name. */
export function expressAddress(request: AddressedRequest): S3Address | undefined {
  const { headers, path } = request
  const address = s3Address(request, true)
  if (address || !TWICE.test(path) || !headers["user-agent"]?.startsWith(JS)) return address
  return { kind: "api", path: path.replace("//", "/") }
}

// Where the endpoint is an IP address, the bucket stands in the path, and the SDK for JavaScript puts
// one slash too many behind it. Nothing of it is AWS's, where these buckets are in hosts alone.
const TWICE = /^\/[a-z0-9-]+--xa?-s3\/\//
const JS = "aws-sdk-js"

function localBucket(host: string): string | undefined {
  const label = LOCAL_HOST.exec(host)?.[1]
  return label === undefined || SERVICE_HOST.test(label) ? undefined : label
}

/** Whether a path is about a Multi-Region Access Point, or may be. */
export const namesNoRegion = (path: string): boolean => path.includes(".mrap")

/** Whether a request went to AWS's own address of no Region. */
export const isGlobalHost = ({ headers }: Pick<WireRequest, "headers">): boolean =>
  headers["host"]?.includes(".s3-global.amazonaws.") === true

/** Without its port; undefined for those that can name no bucket. */
function hostName(host: string | undefined): string | undefined {
  if (host === undefined || host.startsWith("localhost") || host.startsWith("127."))
    return undefined
  const colon = host.lastIndexOf(":")
  return colon > 0 && !host.endsWith("]") ? host.slice(0, colon) : host
}
