import type { WireRequest, WireResponse } from "../kernel/wire.ts"
import type { Cloud } from "./cloud.ts"
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
  return async (request) => {
    if (isIssuerDocument(request)) return issuerDocument(cloud, request)
    if (isControlPath(request.path)) return handleControl(cloud, request, settings)
    switch (judgeOrigin(request, settings.origins)) {
      case "none":
        return cloud.handle(request)
      case "refused":
        return refusal(request.headers["origin"] ?? "")
      case "allowed":
        return allowOrigin(request, preflight(request) ?? (await cloud.handle(request)))
    }
  }
}

const refusal = (origin: string): WireResponse => ({
  status: 403,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body: `Pages of ${origin.slice(0, 200)} may not call this cloud. Allow them with --cors-origin.\n`,
})
