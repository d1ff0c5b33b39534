import { hash } from "node:crypto"
import type { WireRequest } from "../../kernel/wire.ts"

const LOOPBACK_ADDRESS = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/
const LOOPBACK_HOST =
  /^(?:(?:[a-z0-9-]+\.)*localhost|(?:[a-z0-9-]+\.)*localhost\.localstack\.cloud|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i

export const isLoopbackAddress = (address: string): boolean => LOOPBACK_ADDRESS.test(address)

/**
 * Why a control request is refused, or nothing. It must come from this machine or bear the token;
 * and a browser must not have been talked into sending it: its host must be a name of this machine
 * (DNS rebinding), its page one that we served (cross-site requests).
 */
export function guardControl(request: WireRequest, token: string | undefined): string | undefined {
  const { headers } = request
  if (isCrossSite(headers)) return "a web page of another site may not use the control API"
  const bearer = /^Bearer (.+)$/.exec(headers["authorization"] ?? "")?.[1]
  if (token !== undefined && bearer !== undefined) {
    // Digests of one length: comparing them does not say how much of the token was right.
    if (hash("sha256", bearer) === hash("sha256", token)) return undefined
    return "the token is wrong"
  }
  if (!isLoopbackAddress(request.remoteAddress))
    return "the control API answers on this machine only, or with the token (Authorization: Bearer …)"
  if (!LOOPBACK_HOST.test(headers["host"] ?? ""))
    return "the Host header must name this machine (localhost, 127.0.0.1, [::1])"
  return undefined
}

function isCrossSite(headers: Readonly<Record<string, string>>): boolean {
  const site = headers["sec-fetch-site"]
  if (site !== undefined && site !== "same-origin" && site !== "none") return true
  const { origin } = headers
  if (origin === undefined) return false
  return origin !== `http://${headers["host"]}` && origin !== `https://${headers["host"]}`
}
