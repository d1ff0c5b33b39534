import {
  ACMClient,
  DescribeCertificateCommand,
  RequestCertificateCommand,
} from "@aws-sdk/client-acm"
import { expect, test } from "vitest"
import { cli, start } from "./command-line.ts"

test("the command line tells of DNS records and approves by mail, and certificates are issued", async () => {
  const server = await start()
  const client = new ACMClient({
    ...{ endpoint: server.url, region: "us-east-1" },
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  })
  const tell = (...args: readonly string[]) => cli([...args, "--port", String(server.port)])
  const request = async (ValidationMethod: "DNS" | "EMAIL"): Promise<string> => {
    const asked = new RequestCertificateCommand({ DomainName: "a.example.com", ValidationMethod })
    return (await client.send(asked)).CertificateArn ?? ""
  }
  const describe = async (CertificateArn: string) =>
    (await client.send(new DescribeCertificateCommand({ CertificateArn }))).Certificate
  const issued = (arn: string) =>
    expect.poll(async () => (await describe(arn))?.Status).toBe("ISSUED")

  const proven = await request("DNS")
  const { Name = "", Value = "" } =
    (await describe(proven))?.DomainValidationOptions?.[0]?.ResourceRecord ?? {}
  const line = `${Name.slice(0, -1)}  CNAME  ${Value.slice(0, -1)}\n`
  expect(await tell("dns", "set", Name, Value)).toEqual({ code: 0, stdout: line, stderr: "" })
  await issued(proven)
  expect((await tell("dns")).stdout).toBe(line)
  expect((await tell("dns", "delete", Name)).stdout).toBe("There are no records.\n")
  const mailed = await request("EMAIL")
  expect(await tell("approve", mailed)).toEqual({
    ...{ code: 0, stdout: `Approved ${mailed}.\n`, stderr: "" },
  })
  await issued(mailed)
  expect(await tell("approve", mailed)).toEqual({
    ...{ code: 1, stdout: "", stderr: `cloudarium: no certificate ${mailed} waits for mail\n` },
  })
  expect((await tell("dns", "set", "a")).code).toBe(2)
})
