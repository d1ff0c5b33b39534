import {
  discoveryOf,
  findIssuer,
  ISSUERS_PATH,
  jwksOf,
  openTestIssuer,
} from "../engines/oidc/issuer.ts"
import { testToken, type TestTokenSpec } from "../engines/oidc/test-token.ts"
import type { WireRequest, WireResponse } from "../kernel/wire.ts"
import type { Cloud } from "./cloud.ts"

/** An issuer of OpenID Connect for tests: it vouches for whomever it is told to. */
export interface TestIssuer {
  readonly name: string
  /** `iss`; CreateOpenIDConnectProvider wants it. */
  readonly url: string
}

/** Makes or finds an issuer; `host` is the name and port by which the cloud is reached. */
export async function openIssuer(
  cloud: Cloud,
  spec: { readonly name: string; readonly host: string; readonly url?: string | undefined },
): Promise<TestIssuer> {
  const { name, url } = await cloud.world.write((tx) => openTestIssuer(tx, spec))
  return { name, url }
}

/** A token of the issuer for tests of that name. Throws RangeError where there is none. */
export function mintToken(cloud: Cloud, name: string, spec: TestTokenSpec): Promise<string> {
  return cloud.world.write((tx) => {
    const issuer = findIssuer(tx, name)
    if (!issuer || issuer.account !== undefined) throw new RangeError(`there is no issuer ${name}`)
    return testToken(tx, issuer, spec)
  })
}

const DOCUMENT = /^([^/]+)\/\.well-known\/(openid-configuration|jwks\.json)$/

/** Whether a request is for what an issuer publishes: it is there for everybody, from anywhere. */
export const isIssuerDocument = ({ method, path }: WireRequest): boolean =>
  method === "GET" && path.startsWith(ISSUERS_PATH) && path.includes("/.well-known/")

/** The discovery document or the keys of an issuer that this cloud hosts. */
export async function issuerDocument(cloud: Cloud, { path }: WireRequest): Promise<WireResponse> {
  const [, name = "", document] = DOCUMENT.exec(path.slice(ISSUERS_PATH.length)) ?? []
  const issuer = await cloud.world.read((tx) => findIssuer(tx, name))
  const headers = { "content-type": "application/json", "access-control-allow-origin": "*" }
  if (!issuer) return { status: 404, headers, body: JSON.stringify({ error: "no such issuer" }) }
  const content = document === "jwks.json" ? jwksOf(issuer) : discoveryOf(issuer)
  return { status: 200, headers, body: JSON.stringify(content) }
}
