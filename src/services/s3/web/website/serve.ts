import { partitionOf } from "../../../../kernel/places.ts"
import type { WireRequest, WireResponse } from "../../../../kernel/wire.ts"
import type { WebsiteConfiguration } from "../../../../models/types/s3.ts"
import type { AwsError } from "../../../../protocols/aws-error.ts"
import type { WebContext, WebRequest } from "../../../../registry/web.ts"
import { bucketNamed } from "../../buckets/bucket.ts"
import { noSuchBucket } from "../../errors.ts"
import { keyPath } from "../../objects/key-path.ts"
import { errorOf, errorPage, type PageError } from "./html.ts"
import { noWebsite } from "./operations.ts"

type Rule = NonNullable<WebsiteConfiguration["RoutingRules"]>[number]

/** One request for a page of a bucket that has a website. */
interface Visit {
  readonly ctx: WebContext
  readonly request: WebRequest
  readonly website: WebsiteConfiguration
  /** Without its first slash, decoded. */
  readonly key: string
}

/**
 * Serves a bucket as a website ("Hosting a static website"): its objects as nobody in particular
 * may read them. A host that somebody pointed here means the bucket of that name; undefined where
 * there is none.
 */
export async function serveWebsite(
  ctx: WebContext,
  request: WebRequest,
): Promise<WireResponse | undefined> {
  const { site, own, method } = request
  const partition = partitionOf(ctx.region).id
  const bucket = await ctx.read((tx) => bucketNamed(tx, partition, site))
  if (!own && !bucket?.config.website) return undefined
  if (!bucket) return failed(ctx, noSuchBucket(site))
  if (!bucket.config.website) return failed(ctx, noWebsite(site))
  if (method !== "GET" && method !== "HEAD") return notAllowed(ctx, method)
  const key = keyOf(request.path)
  const visit: Visit = { ctx, request, website: bucket.config.website, key }
  const { RedirectAllRequestsTo: all, RoutingRules: rules = [] } = visit.website
  if (all) {
    const scheme = all.Protocol ?? (request.secure ? "https" : "http")
    return redirect(301, `${scheme}://${all.HostName}${request.path}${queryOf(request)}`)
  }
  const rule = rules.find((one) => !one.Condition?.HttpErrorCodeReturnedEquals && meant(one, key))
  if (rule) return routed(visit, rule)
  return page(visit)
}

/** The object itself, the index of its folder, a redirection, or an error. */
async function page(visit: Visit): Promise<WireResponse> {
  const { website, key } = visit
  const index = website.IndexDocument?.Suffix ?? ""
  const isFolder = key === "" || key.endsWith("/")
  const answer = await object(visit, isFolder ? key + index : key, { page: visit.request })
  if (answer.status < 400) {
    const location = answer.headers["x-amz-website-redirect-location"]
    return typeof location === "string" ? redirect(301, location) : answer
  }
  if (!isFolder && (await object(visit, `${key}/${index}`, { method: "HEAD" })).status < 400)
    return redirect(302, `${visit.request.path}/`)
  return missed(visit, errorOf(answer))
}

/** A routing rule for the error, else the error document, else a page of our own. */
async function missed(visit: Visit, error: PageError): Promise<WireResponse> {
  const { website, key } = visit
  const rule = website.RoutingRules?.find(
    (one) => one.Condition?.HttpErrorCodeReturnedEquals === String(error.status) && meant(one, key),
  )
  if (rule) return routed(visit, rule)
  const requestId = visit.ctx.requestId()
  const document = website.ErrorDocument?.Key
  if (document === undefined) return errorPage(error, { requestId })
  const answer = await object(visit, document)
  // Recorded: an error document may itself redirect.
  const location = answer.headers["x-amz-website-redirect-location"]
  if (answer.status < 400 && typeof location === "string") return redirect(301, location)
  if (answer.status < 400) return { ...answer, status: error.status }
  return errorPage(error, { requestId, document: errorOf(answer) })
}

const meant = ({ Condition }: Rule, key: string): boolean =>
  key.startsWith(Condition?.KeyPrefixEquals ?? "")

/** "Configuring advanced conditional redirects". */
function routed({ request, key }: Visit, { Condition, Redirect: to }: Rule): WireResponse {
  const prefix = Condition?.KeyPrefixEquals ?? ""
  const target =
    to.ReplaceKeyWith ??
    (to.ReplaceKeyPrefixWith === undefined
      ? key
      : to.ReplaceKeyPrefixWith + key.slice(prefix.length))
  const scheme = to.Protocol ?? (request.secure ? "https" : "http")
  const host = to.HostName ?? request.headers["host"] ?? ""
  return redirect(Number(to.HttpRedirectCode ?? 301), `${scheme}://${host}/${keyPath(target)}`)
}

/**
 * An object as the API gives it to somebody unsigned; `page`: the request for which it is, said
 * where the object is what was asked for.
 */
function object(
  { ctx, request }: Visit,
  key: string,
  more: Partial<Pick<WireRequest, "method" | "page">> = {},
) {
  const { authorization: _a, origin: _o, host: _h, ...headers } = request.headers
  return ctx.api({
    ...request,
    ...more,
    headers: { ...headers, host: "s3.localhost" },
    path: `/${request.site}/${keyPath(key)}`,
    query: "",
  })
}

const redirect = (status: number, location: string): WireResponse => ({
  status,
  headers: { location, "content-length": "0" },
  body: "",
})

function failed(ctx: WebContext, error: AwsError): WireResponse {
  const { status = 400, members = {} } = error.options
  const facts: [string, string][] = [
    ["Code", error.code],
    ["Message", error.message],
  ]
  for (const [name, text] of Object.entries(members))
    if (typeof text === "string") facts.push([name, text])
  return errorPage({ status, facts }, { requestId: ctx.requestId() })
}

/** Recorded. */
const notAllowed = (ctx: WebContext, method: string): WireResponse =>
  errorPage(
    {
      status: 405,
      facts: [
        ["Code", "MethodNotAllowed"],
        ["Message", "The specified method is not allowed against this resource."],
        ["Method", method],
        ["ResourceType", "OBJECT"],
      ],
    },
    { requestId: ctx.requestId() },
  )

const queryOf = ({ query }: WebRequest): string => (query === "" ? "" : `?${query}`)

function keyOf(path: string): string {
  try {
    return decodeURIComponent(path.slice(1))
  } catch {
    return path.slice(1)
  }
}
