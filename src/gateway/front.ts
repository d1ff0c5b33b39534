import type { WireRequest, WireResponse } from "../kernel/wire.ts"
import type { Cloud } from "./cloud.ts"
import { isOcsp, ofSite, type RuledOrigin } from "./web/beside-the-api.ts"
import { isVisit, welcome } from "./web/welcome.ts"
import { handleControl, isControlPath, type ControlSettings } from "./control.ts"
import { allowOrigin, judgeOrigin, preflight } from "./cors.ts"
import { isIssuerDocument, issuerDocument } from "./oidc.ts"

export interface FrontSettings extends ControlSettings {
  /** Further origins whose pages may call the AWS APIs. */
  readonly origins: readonly string[]
}

/** What stands behind the socket: the control API, browsers' rules, and AWS. */
export function createFront(
  cloud: Cloud,
  settings: FrontSettings,
): (request: WireRequest) => Promise<WireResponse> {
  return (request) => {
    if (isIssuerDocument(request)) return issuerDocument(cloud, request)
    if (isControlPath(request.path) && !isOcsp(request))
      return handleControl(cloud, request, settings)
    if (isVisit(request)) return Promise.resolve(welcome(cloud, request, settings.version))
    const page = cloud.page(request)
    // Nearly every request is a client's: nothing of a browser's, and nothing to wait for.
    if (page || request.headers["origin"] !== undefined || request.method === "OPTIONS")
      return browse(cloud, request, { settings, page })
    return cloud.handle(request)
  }
}

async function browse(
  cloud: Cloud,
  request: WireRequest,
  { settings, page }: { settings: FrontSettings; page: ReturnType<Cloud["page"]> },
): Promise<WireResponse> {
  const found = await page
  if (found) return ruledPage(cloud, request, found)
  const verdict = judgeOrigin(request, settings.origins)
  const { strict } = cloud.settings
  const ruled = verdict !== "none" || request.method === "OPTIONS"
  const rules = ruled ? await cloud.crossOrigin(request) : undefined
  if (rules) return byRules(cloud, request, { rules, refused: verdict === "refused" && !strict })
  switch (verdict) {
    case "none":
      return cloud.handle(request)
    case "refused":
      return refusal(request.headers["origin"] ?? "")
    case "allowed":
      return allowOrigin(request, preflight(request) ?? (await cloud.handle(request)))
  }
}

/** A page of a web site has the rules of the bucket that it lies in. */
async function ruledPage(
  cloud: Cloud,
  request: WireRequest,
  page: WireResponse,
): Promise<WireResponse> {
  if (request.headers["origin"] === undefined || request.method === "OPTIONS") return page
  const rules = await cloud.crossOrigin(ofSite(request))
  return rules && !rules.refusal
    ? { ...page, headers: { ...page.headers, ...rules.headers } }
    : page
}

/**
 * A resource's own rules take the place of ours. What they do not allow is answered without a word
 * of CORS, as AWS does; but not to pages of the internet where keys need no secret.
 */
async function byRules(
  cloud: Cloud,
  request: WireRequest,
  { rules, refused }: { readonly rules: RuledOrigin; readonly refused: boolean },
): Promise<WireResponse> {
  const { headers, refusal: answer } = rules
  if (request.method === "OPTIONS") return answer ?? { status: 200, headers, body: "" }
  if (answer && refused) return refusal(request.headers["origin"] ?? "")
  const response = await cloud.handle(request)
  return answer ? response : { ...response, headers: { ...response.headers, ...headers } }
}

const refusal = (origin: string): WireResponse => ({
  status: 403,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body: `Pages of ${origin.slice(0, 200)} may not call this cloud. Allow them with --cors-origin.\n`,
})
