import { AssumeRoleCommand } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import type { Cloud } from "../../gateway/cloud.ts"
import { mintToken, openIssuer } from "../../gateway/oidc.ts"
import { presignRequest } from "../../protocols/sigv4/sign.ts"
import { hostClock } from "../../kernel/host/host-clock.ts"
import type { WireRequest } from "../../kernel/wire.ts"
import { openCloud } from "./testing/open-cloud.ts"
import { ACCOUNT, ROLE } from "./testing/open-sts.ts"

const VERSION = "2011-06-15"
const XMLNS = "https://sts.amazonaws.com/doc/2011-06-15/"

/** A request as it lies on the wire: a form, or a query string. */
function request(parameters: Record<string, string>, method: "GET" | "POST"): WireRequest {
  const form = new URLSearchParams({ Version: VERSION, ...parameters }).toString()
  const post = method === "POST"
  return {
    method,
    path: "/",
    query: post ? "" : form,
    headers: {
      host: "sts.localhost:4566",
      ...(post && { "content-type": "application/x-www-form-urlencoded; charset=utf-8" }),
    },
    body: post ? Buffer.from(form) : new Uint8Array(0),
    secure: false,
    remoteAddress: "127.0.0.1",
  }
}

async function answer(cloud: Cloud, wire: WireRequest): Promise<{ status: number; xml: string }> {
  const { status, headers, body } = await cloud.handle(wire)
  expect(headers["content-type"]).toBe("text/xml")
  if (typeof body !== "string" && !(body instanceof Uint8Array)) throw new Error("a stream")
  return { status, xml: typeof body === "string" ? body : Buffer.from(body).toString() }
}

test.each(["GET", "POST"] as const)("an unsigned %s is answered in XML", async (method) => {
  const { cloud } = await openCloud()
  // An issuer that AWS knows without being told.
  const url = "https://accounts.google.com"
  await openIssuer(cloud, { name: "google", host: "localhost", url })
  const parameters = {
    Action: "AssumeRoleWithWebIdentity",
    RoleArn: ROLE,
    RoleSessionName: "ci",
    WebIdentityToken: await mintToken(cloud, "google", {}),
  }
  const { status, xml } = await answer(cloud, request(parameters, method))
  expect(status).toBe(200)
  expect(xml).toMatch(
    new RegExp(
      `^<AssumeRoleWithWebIdentityResponse xmlns="${XMLNS}"><AssumeRoleWithWebIdentityResult>`,
    ),
  )
  expect(xml).toContain(`<Arn>arn:aws:sts::${ACCOUNT}:assumed-role/Reader/ci</Arn>`)
  // Times are written in whole seconds.
  expect(xml).toMatch(/<Expiration>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ<\/Expiration>/)
  expect(xml).toMatch(/<ResponseMetadata><RequestId>[\da-f-]{36}<\/RequestId>/)
})

test("an error is answered in XML, without a signature to sign with", async () => {
  const { cloud } = await openCloud()
  const parameters = {
    Action: "AssumeRoleWithWebIdentity",
    RoleArn: ROLE,
    RoleSessionName: "ci",
    WebIdentityToken: "none",
  }
  const { status, xml } = await answer(cloud, request(parameters, "POST"))
  expect(status).toBe(400)
  expect(xml).toMatch(
    /^<ErrorResponse xmlns="[^"]+">\s*<Error>\s*<Type>Sender<\/Type>\s*<Code>InvalidIdentityToken<\/Code>\s*<Message>The ID Token provided is not a valid JWT\./,
  )
})

test("who accepts JSON gets JSON, with times in seconds", async () => {
  const { cloud } = await openCloud()
  const url = "https://accounts.google.com"
  await openIssuer(cloud, { name: "google", host: "localhost", url })
  const ask = async (WebIdentityToken: string): Promise<unknown> => {
    const asked = { RoleArn: ROLE, RoleSessionName: "ci", WebIdentityToken }
    const wire = request({ Action: "AssumeRoleWithWebIdentity", ...asked }, "GET")
    const headers = { ...wire.headers, accept: "application/json" }
    const answered = await cloud.handle({ ...wire, headers })
    expect(answered.headers["content-type"]).toBe("application/json")
    return JSON.parse(answered.body as string)
  }
  const RequestId: unknown = expect.any(String)
  expect(await ask(await mintToken(cloud, "google", {}))).toMatchObject({
    AssumeRoleWithWebIdentityResponse: {
      AssumeRoleWithWebIdentityResult: {
        AssumedRoleUser: { Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Reader/ci` },
        Credentials: { Expiration: expect.closeTo(hostClock.now() / 1000 + 3600, -2) },
        SourceIdentity: null,
      },
      ResponseMetadata: { RequestId },
    },
  })
  expect(await ask("none")).toMatchObject({
    Error: { Type: "Sender", Code: "InvalidIdentityToken" },
    RequestId,
  })
})

test("what asks for a signature does not pass without one", async () => {
  const { cloud } = await openCloud()
  const parameters = { Action: "AssumeRole", RoleArn: ROLE, RoleSessionName: "ci" }
  const { status, xml } = await answer(cloud, request(parameters, "POST"))
  expect(status).toBe(403)
  expect(xml).toContain("<Code>MissingAuthenticationToken</Code>")
})

test("a presigned GetCallerIdentity proves who signed it", async () => {
  const { cloud, client } = await openCloud()
  const assume = new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "node" })
  const { Credentials } = await client().send(assume)
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {}
  const presign = (secret: string): WireRequest =>
    presignRequest(request({ Action: "GetCallerIdentity" }, "GET"), {
      credentials: { accessKeyId: AccessKeyId, secret, sessionToken: SessionToken },
      service: "sts",
      region: "us-east-1",
      timeMs: hostClock.now(),
      expiresSeconds: 60,
    })
  const { xml } = await answer(cloud, presign(SecretAccessKey))
  expect(xml).toContain(`<Arn>arn:aws:sts::${ACCOUNT}:assumed-role/Reader/node</Arn>`)
  const forged = await answer(cloud, presign("guessed"))
  expect(forged.xml).toContain("<Code>SignatureDoesNotMatch</Code>")
})
