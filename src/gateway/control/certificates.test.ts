import { expect, test } from "vitest"
import type { Cloud } from "../cloud.ts"
import { handleControl } from "../control.ts"
import { openCloud, request, signed } from "../testing/open-cloud.ts"

interface Told {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

async function control(cloud: Cloud, path: string, body?: object): Promise<Told> {
  const text = body === undefined ? "" : JSON.stringify(body)
  const wire = request({ method: body ? "POST" : "GET", path: `/_cloudarium/${path}`, text })
  const { status, body: answer } = await handleControl(cloud, wire, { version: "1" })
  return { status, body: JSON.parse(answer as string) as Told["body"] }
}

test("the public DNS is what the cloud is told of it", async () => {
  const cloud = await openCloud()
  const record = { name: "_A.Example.com.", value: "_b.acm-validations.aws." }
  const kept = { name: "_a.example.com", type: "CNAME", value: "_b.acm-validations.aws" }
  expect(await control(cloud, "dns")).toEqual({ status: 200, body: { records: [] } })
  expect(await control(cloud, "dns", record)).toEqual({ status: 200, body: { records: [kept] } })
  const mail = { name: "example.com", type: "TXT", value: "Any Text." }
  expect((await control(cloud, "dns", mail)).body["records"]).toContainEqual(mail)
  expect((await control(cloud, "dns", { ...mail, value: null })).body["records"]).toEqual([kept])
  for (const [bad, why] of [
    [{ ...record, name: "a b" }, "a b is no DNS name"],
    [{ ...record, type: "cname" }, "cname is no type of DNS records"],
    [{ ...record, type: "FROB" }, "FROB is no type of DNS records"],
    [{ name: "a" }, "value must be text"],
    [{ ...record, ttl: 5 }, "there is no setting ttl here"],
  ] as const)
    expect(await control(cloud, "dns", bad)).toEqual({ status: 400, body: { error: why } })
})

test("a certificate is approved as if by the link in its mail", async () => {
  const cloud = await openCloud()
  const call = async (operation: string, input: object) => {
    const headers = {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `CertificateManager.${operation}`,
    }
    const wire = request({ headers, text: JSON.stringify(input) })
    const { body } = await cloud.handle(signed(wire, { service: "acm" }))
    return JSON.parse(Buffer.from(body as Uint8Array).toString()) as Record<string, string>
  }
  const made = await call("RequestCertificate", { DomainName: "a.example.com" })
  const approve = made["CertificateArn"] ?? ""
  expect(await control(cloud, "certificates", { approve, domain: "b.example.com" })).toEqual({
    ...{ status: 400, body: { error: `b.example.com is not a name of ${approve}` } },
  })
  expect(await control(cloud, "certificates", { approve: "x" })).toEqual({
    ...{ status: 400, body: { error: "x is not the ARN of a certificate" } },
  })
  expect((await control(cloud, "certificates", { approve })).body).toEqual({ approved: approve })
  expect((await control(cloud, "certificates", { approve })).status).toBe(400)
})
