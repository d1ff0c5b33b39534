import type { WireRequest, WireResponse } from "../../kernel/wire.ts"
import { OCSP_PATH, type WebRequest } from "../../registry/web.ts"
import { S3 } from "../claim.ts"
import type { CloudParts } from "../cloud-parts.ts"
import { handleApi, type PipelineParts } from "../pipeline.ts"
import { s3Address } from "../s3/address.ts"
import { s3Headers } from "../../protocols/rest-xml.ts"
import { AuthFailed } from "../../protocols/sigv4/failure.ts"
import { parseAuthorization } from "../../protocols/sigv4/parse.ts"

/** A site that a request is for, and the service that has it. */
export interface Site extends Pick<WebRequest, "site" | "own"> {
  readonly service: string
}

/** Names of machines and clouds, which nobody points at a site. */
const NO_SITE =
  /(?:^|\.)(?:localhost|local|internal|docker|amazonaws\.com(?:\.cn)?|localstack\.cloud|\d{1,3})$/i

const PCA = "acm-pca"

/**
 * A question about a certificate: to whatever name it was sent, as authorities may have names of
 * their own for it.
 */
export const isOcsp = ({ headers, method, path }: WireRequest): boolean =>
  method === "POST"
    ? headers["content-type"] === "application/ocsp-request"
    : method === "GET" && path.startsWith(`${OCSP_PATH}/`)

/**
 * The site that a host names: `<bucket>.s3-website…`, or a domain that somebody pointed here, by
 * an unsigned request that says nothing of an API.
 */
export function siteOf(request: WireRequest): Site | undefined {
  const { headers, method, query } = request
  if (isOcsp(request)) return { service: PCA, site: "ocsp", own: true }
  const host = headers["host"]
  if (host === undefined || host.startsWith("localhost") || host.startsWith("127."))
    return undefined
  const address = s3Address(request, false)
  if (address?.kind === "website")
    return { service: S3, site: firstSegment(address.path), own: true }
  if (address || (method !== "GET" && method !== "HEAD")) return undefined
  if (headers["authorization"] !== undefined || /(?:^|&)(?:X-Amz-|Action=)/.test(query))
    return undefined
  const name = host.replace(/:\d+$/, "").toLowerCase()
  return name.includes(".") && !NO_SITE.test(name)
    ? { service: S3, site: name, own: false }
    : undefined
}

/** The request with the site in front of its path, where its host does not say that it is a bucket's. */
export function ofSite(request: WireRequest): WireRequest {
  const site = siteOf(request)
  return site && !site.own ? { ...request, path: `/${site.site}${request.path}` } : request
}

const firstSegment = (path: string): string => path.slice(1, path.indexOf("/", 1))

export async function webPage(
  parts: PipelineParts,
  request: WireRequest,
  { service: id, site, own }: Site,
): Promise<WireResponse | undefined> {
  const service = await parts.catalog.find(id)
  const { world, defaultRegion: region } = parts
  return service?.web?.(
    {
      region,
      read: (look) => world.read(look),
      requestId: () => world.requestId(),
      api: (asked) => handleApi(parts, asked),
    },
    { ...request, site, own },
  )
}

/** What a resource's rules come to: headers for the answer, or an answer instead. */
export interface RuledOrigin {
  readonly headers: Record<string, string>
  readonly refusal?: WireResponse | undefined
}

/** Asks the rules of the resource that a request of a page is about: of S3's, so far. */
export async function judgeCrossOrigin(
  parts: PipelineParts & Pick<CloudParts, "models">,
  request: WireRequest,
): Promise<RuledOrigin | undefined> {
  if (!mayBeS3(request)) return undefined
  const service = await parts.catalog.find(S3)
  const judge = service?.crossOrigin
  if (!judge) return undefined
  const { method, headers, path } = request
  const asked = headers["access-control-request-method"]
  const askedHeaders = headers["access-control-request-headers"]
  const question = {
    method,
    region: parts.defaultRegion,
    origin: headers["origin"],
    ...(asked !== undefined && { preflight: { method: asked, headers: listOf(askedHeaders) } }),
    // Recorded: headers are judged with any request that asks for them.
    ...(method !== "OPTIONS" &&
      askedHeaders !== undefined && { preflight: { method, headers: listOf(askedHeaders) } }),
  }
  // A preflight is not signed: only the bucket's being there tells what its host means.
  const addressed = s3Address(request, true)?.path
  const isBucket = s3Address(request, false)?.kind === "api"
  const answer = await parts.world.read(
    (tx) =>
      (addressed && judge(tx, { ...question, path: addressed, isBucket })) ??
      judge(tx, { ...question, path }),
  )
  if (!answer) return undefined
  // What the operation answers has ids already.
  if ("headers" in answer && method !== "OPTIONS") return { headers: { ...answer.headers } }
  const requestId = parts.world.requestId()
  if ("headers" in answer) return { headers: { ...s3Headers({ requestId }), ...answer.headers } }
  const codec = await parts.codec("rest-xml")
  const model = parts.models.loadModel(S3)
  return {
    headers: {},
    refusal: codec.encodeError(model, undefined, answer.refusal, { requestId }),
  }
}

const listOf = (text = ""): string[] =>
  text
    .split(",")
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== "")

/** Requests that nobody signed, as preflights are, and those that are signed for S3. */
function mayBeS3(request: WireRequest): boolean {
  if (request.headers["x-amz-target"] !== undefined) return false
  try {
    const signed = parseAuthorization(request)
    return signed === "anonymous" || signed.service === S3
  } catch (error) {
    if (error instanceof AuthFailed) return false
    throw error
  }
}
