import {
  CreateOpenIDConnectProviderCommand,
  IAMClient,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from "@aws-sdk/client-iam"
import { generateKeyPairSync, sign, X509Certificate, type KeyObject } from "node:crypto"
import { createServer as createPlainServer } from "node:http"
import { createServer } from "node:https"
import type { AddressInfo, Server } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { openLocalCa } from "../../../engines/tls/local-ca.ts"
import { createHostRandom } from "../../../kernel/host/host-random.ts"
import { hostClock } from "../../../kernel/host/host-clock.ts"
import { assumeWithToken, CLIENT_ID } from "../testing/open-federation.ts"
import { ACCOUNT, openSts, refusalOf } from "../testing/open-sts.ts"

/** An issuer outside the cloud: a server of this machine, with a certificate that nobody knows. */
class Outside {
  readonly asked: string[] = []
  keys: object[] = []
  url = ""
  claimed: string | undefined

  async listen(server: Server, scheme: string): Promise<void> {
    onTestFinished(() => void server.close())
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve))
    this.url = `${scheme}://localhost:${(server.address() as AddressInfo).port}/realm`
  }

  answer(path = ""): string {
    this.asked.push(path)
    if (path.endsWith("/keys")) return JSON.stringify({ keys: this.keys })
    return JSON.stringify({ issuer: this.claimed ?? this.url, jwks_uri: `${this.url}/keys` })
  }
}

async function openOutside() {
  const ca = await openLocalCa({ now: hostClock.now, random: createHostRandom() })
  const { key, certificate } = await ca.identity("localhost")
  const outside = new Outside()
  const server = createServer({ key, cert: certificate }, ({ url }, response) =>
    response.end(outside.answer(url)),
  )
  await outside.listen(server, "https")
  const thumbprint = new X509Certificate(certificate).fingerprint.replaceAll(":", "")
  return { outside, thumbprint }
}

async function openTrusting(ThumbprintList: string[], Url: string) {
  const sts = await openSts()
  const iam = sts.cloud.client(IAMClient)
  const provider = { Url: Url.replace("http:", "https:"), ClientIDList: [CLIENT_ID] }
  await iam.send(new CreateOpenIDConnectProviderCommand({ ...provider, ThumbprintList }))
  return { ...sts, iam, arn: `arn:aws:iam::${ACCOUNT}:oidc-provider/${Url.split("://")[1]}` }
}

interface Made {
  readonly alg: string
  readonly kid: string
  readonly key: KeyObject
}

/** A new key of an issuer, which publishes it. */
function newKey(outside: Outside, alg: string, kid = alg): Made {
  const curves: Record<string, string> = { ES256: "P-256", ES384: "P-384", ES512: "P-521" }
  const namedCurve = curves[alg]
  const pair = namedCurve
    ? generateKeyPairSync("ec", { namedCurve })
    : generateKeyPairSync("rsa", { modulusLength: 2_048 })
  outside.keys.push({ ...pair.publicKey.export({ format: "jwk" }), kid })
  return { alg, kid, key: pair.privateKey }
}

function tokenOf(iss: string, { alg, kid, key }: Made, claims: object = {}): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url")
  const now = Math.floor(hostClock.now() / 1000)
  const usual = { iss, sub: "svc", aud: CLIENT_ID, iat: now, exp: now + 600 }
  const text = `${part({ alg, kid })}.${part({ ...usual, ...claims })}`
  const how = { key, dsaEncoding: "ieee-p1363" as const, ...(alg.startsWith("PS") && PSS) }
  return `${text}.${sign(`sha${alg.slice(2)}`, Buffer.from(text), how).toString("base64url")}`
}

const PSS = { padding: 6, saltLength: -1 }
const NOT_RETRIEVED =
  "400 InvalidIdentityToken: Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements"

test("the keys of an issuer outside are fetched once, and again for a key that is new", async () => {
  const { outside, thumbprint } = await openOutside()
  const { client } = await openTrusting([thumbprint], outside.url)
  const identify = (made: Made) =>
    refusalOf(assumeWithToken(client, { WebIdentityToken: tokenOf(outside.url, made) }))
  for (const alg of ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"])
    newKey(outside, alg, `first ${alg}`)
  const made = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"].map((alg) =>
    newKey(outside, alg),
  )
  for (const one of made) expect(await identify(one)).toBe("no refusal")
  expect(outside.asked).toEqual(["/realm/.well-known/openid-configuration", "/realm/keys"])
  // It is asked for an unknown key only so often.
  expect(await identify(newKey(outside, "ES256", "new"))).toMatch(/signature is invalid/)
  expect(outside.asked).toHaveLength(2)
})

test("PS256 is none of AWS's algorithms", async () => {
  const { outside, thumbprint } = await openOutside()
  const { client } = await openTrusting([thumbprint], outside.url)
  const WebIdentityToken = tokenOf(outside.url, newKey(outside, "PS256"))
  expect(await refusalOf(assumeWithToken(client, { WebIdentityToken }))).toMatch(
    /signature is invalid/,
  )
})

test("a server that no known authority vouches for needs the provider's thumbprint", async () => {
  const { outside, thumbprint } = await openOutside()
  const { client, iam, arn } = await openTrusting(["0".repeat(40)], outside.url)
  const made = newKey(outside, "RS256")
  const identify = () =>
    refusalOf(assumeWithToken(client, { WebIdentityToken: tokenOf(outside.url, made) }))
  const mismatch =
    "400 InvalidIdentityToken: OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint"
  expect(await identify()).toBe(mismatch)
  const change = (ThumbprintList: string[]) =>
    iam.send(
      new UpdateOpenIDConnectProviderThumbprintCommand({
        OpenIDConnectProviderArn: arn,
        ThumbprintList,
      }),
    )
  await change([thumbprint])
  expect(await identify()).toBe("no refusal")
  // What was fetched by a thumbprint does not outlive it.
  await change(["0".repeat(40)])
  expect(await identify()).toBe(mismatch)
})

test("tokens from outside are judged by the machine's clock, not by the cloud's", async () => {
  const { outside, thumbprint } = await openOutside()
  const { client, cloud } = await openTrusting([thumbprint], outside.url)
  const made = newKey(outside, "RS256")
  await cloud.advance("30d")
  const identify = (claims?: object) =>
    refusalOf(assumeWithToken(client, { WebIdentityToken: tokenOf(outside.url, made, claims) }))
  expect(await identify()).toBe("no refusal")
  expect(await identify({ exp: Math.floor(hostClock.now() / 1000) })).toMatch(
    /^400 ExpiredTokenException: Token expired: /,
  )
})

test("an issuer without TLS is believed on this machine only", async () => {
  const outside = new Outside()
  await outside.listen(
    createPlainServer(({ url }, response) => response.end(outside.answer(url))),
    "http",
  )
  const { client } = await openTrusting([], outside.url)
  const made = newKey(outside, "RS256")
  const identify = (iss: string) =>
    refusalOf(assumeWithToken(client, { WebIdentityToken: tokenOf(iss, made) }))
  expect(await identify(outside.url)).toBe("no refusal")
  expect(await identify("http://idp.example.com")).toMatch(/No OpenIDConnect provider found/)
})

test("issuers that say what they should not are not believed", async () => {
  const { outside, thumbprint } = await openOutside()
  const { client } = await openTrusting([thumbprint], outside.url)
  const WebIdentityToken = tokenOf(outside.url, newKey(outside, "RS256"))
  const identify = () => refusalOf(assumeWithToken(client, { WebIdentityToken }))
  outside.claimed = "https://other.example.com"
  expect(await identify()).toBe(NOT_RETRIEVED)
  outside.claimed = undefined
  const [key] = outside.keys
  outside.keys = Array.from({ length: 201 }, () => key as object)
  expect(await identify()).toBe(NOT_RETRIEVED)
  outside.keys = []
  expect(await identify()).toMatch(/signature is invalid/)
})

test("an issuer that does not answer, or is on the internet, is told so", async () => {
  const { outside, thumbprint } = await openOutside()
  const made = newKey(outside, "RS256")
  const refusal = async (iss: string) => {
    const { client } = await openTrusting([thumbprint], iss)
    return refusalOf(assumeWithToken(client, { WebIdentityToken: tokenOf(iss, made) }))
  }
  expect(await refusal("https://127.0.0.1:1/x")).toBe(NOT_RETRIEVED)
  expect(await refusal("https://93.184.216.34/x")).toBe(
    "400 IDPCommunicationError: The identity provider https://93.184.216.34/x could not be reached: this cloud makes no calls to the internet.",
  )
})
