import {
  ACMClient,
  DescribeCertificateCommand,
  RequestCertificateCommand,
} from "@aws-sdk/client-acm"
import { expect, onTestFinished, test } from "vitest"
import { removeFolder, startCloud } from "./server.ts"
import { run } from "./tools.ts"

test("the command line tells of DNS records and approves by mail, and certificates are issued", async () => {
  const server = await startCloud(["--ephemeral"])
  onTestFinished(async () => {
    await server.stop()
    removeFolder(server.data)
  })
  const client = new ACMClient({
    ...{ endpoint: server.url, region: "us-east-1" },
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  })
  const cli = (...args: readonly string[]) =>
    run(process.execPath, ["src/cli/main.ts", ...args, "--port", String(server.port)], {
      env: { PATH: process.env["PATH"] },
    })
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
  expect(await cli("dns", "set", Name, Value)).toEqual({ code: 0, stdout: line, stderr: "" })
  await issued(proven)
  expect((await cli("dns")).stdout).toBe(line)
  expect((await cli("dns", "delete", Name)).stdout).toBe("There are no records.\n")
  const mailed = await request("EMAIL")
  expect(await cli("approve", mailed)).toEqual({
    ...{ code: 0, stdout: `Approved ${mailed}.\n`, stderr: "" },
  })
  await issued(mailed)
  expect(await cli("approve", mailed)).toEqual({
    ...{ code: 1, stdout: "", stderr: `cloudarium: no certificate ${mailed} waits for mail\n` },
  })
  expect((await cli("dns", "set", "a")).code).toBe(2)
})
