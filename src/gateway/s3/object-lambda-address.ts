import { partitionOf } from "../../kernel/places.ts"
import type { WireRequest } from "../../kernel/wire.ts"

/** What requests to access points of S3 Object Lambda are signed for. */
export const OBJECT_LAMBDA = "s3-object-lambda"

/** `<name>-<account>.s3-object-lambda.<region>.<domain>`, or `…` before the host of an endpoint. */
const POINT_LABEL = /^([a-z0-9-]{3,50})-(\d{12})\./i
const OWN_HOST = /^[a-z0-9-]+\.s3-object-lambda(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d)\./i
const SCOPE = /\/\d{8}\/([a-z0-9-]+)\/s3-object-lambda\/aws4_request/

/**
 * The path of a request to the host of an access point of Object Lambda, with its ARN in front. Where
 * the host is that of an endpoint of one's own, what the request is signed for tells.
 */
export function objectLambdaPath(
  {
    headers,
    path,
    query,
  }: Pick<WireRequest, "headers" | "path"> & Partial<Pick<WireRequest, "query">>,
  host: string,
): string | undefined {
  const [, name, account] = POINT_LABEL.exec(host) ?? []
  if (name === undefined) return undefined
  const region = OWN_HOST.exec(host)?.[1] ?? signedRegion(headers["authorization"], query)
  if (region === undefined) return undefined
  const arn = `arn:${partitionOf(region).id}:${OBJECT_LAMBDA}:${region}:${account}:accesspoint/${name}`
  return `/${encodeURIComponent(arn)}${path}`
}

function signedRegion(authorization = "", query = ""): string | undefined {
  const text = authorization === "" ? query.replaceAll("%2F", "/") : authorization
  return SCOPE.exec(text)?.[1]
}
