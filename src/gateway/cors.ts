import type { WireRequest, WireResponse } from "../kernel/wire.ts"

/**
 * Browsers: pages of this machine may call the cloud, pages of the internet may not, because a
 * dummy key needs no secret. Where a resource has rules of its own (a bucket), those decide instead.
 */
const LOOPBACK_ORIGIN =
  /^https?:\/\/(?:[a-z0-9-]+\.)*(?:localhost|localhost\.localstack\.cloud|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i

export type OriginVerdict = "none" | "allowed" | "refused"

export function judgeOrigin(request: WireRequest, allowed: readonly string[]): OriginVerdict {
  const origin = request.headers["origin"]
  if (origin === undefined) return "none"
  return LOOPBACK_ORIGIN.test(origin) || allowed.includes(origin) ? "allowed" : "refused"
}

const EXPOSED =
  "etag, x-amz-version-id, x-amzn-requestid, x-amz-request-id, x-amz-id-2, x-amzn-errortype, x-amzn-query-error"

/** Adds what a browser needs to let the page read the answer. */
export function allowOrigin(request: WireRequest, response: WireResponse): WireResponse {
  const headers = {
    ...response.headers,
    "access-control-allow-origin": request.headers["origin"] ?? "*",
    "access-control-expose-headers": EXPOSED,
    vary: "Origin",
  }
  return { ...response, headers }
}

/** The answer to a browser's question before the request; undefined when this is none. */
export function preflight(request: WireRequest): WireResponse | undefined {
  if (request.method !== "OPTIONS") return undefined
  if (request.headers["access-control-request-method"] === undefined) return undefined
  return {
    status: 204,
    headers: {
      "access-control-allow-methods": "HEAD,GET,PUT,POST,DELETE,OPTIONS,PATCH",
      "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "*",
      "access-control-max-age": "600",
    },
    body: "",
  }
}
