import {
  DeleteCertificateCommand,
  ExportCertificateCommand,
  GetCertificateCommand,
  ResendValidationEmailCommand,
} from "@aws-sdk/client-acm"
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto"
import { connect, createServer } from "node:tls"
import type { AddressInfo } from "node:net"
import { expect, test } from "vitest"
import {
  ACCOUNT,
  describe,
  issued,
  openAcm,
  prove,
  refusalOf,
  request,
} from "../testing/open-acm.ts"

test("ACM-2 a public certificate is issued when the DNS record is there, and signed by who is trusted", async () => {
  const acm = await openAcm({ now: "2026-03-20T00:00:00Z" })
  const { client, cloud } = acm
  const SubjectAlternativeNames = ["*.a.example.com", "b.example.com"]
  const arn = await request(client, { SubjectAlternativeNames })
  expect(arn).toMatch(new RegExp(`^arn:aws:acm:us-east-1:${ACCOUNT}:certificate/[0-9a-f-]{36}$`))
  const waiting = await describe(client, arn)
  expect(waiting).toMatchObject({
    ...{ Status: "PENDING_VALIDATION", Type: "AMAZON_ISSUED", Issuer: "Amazon", InUseBy: [] },
    ...{ KeyAlgorithm: "RSA-2048", Subject: "CN=a.example.com", KeyUsages: [] },
    ...{ SignatureAlgorithm: "SHA256WITHRSA", RenewalEligibility: "INELIGIBLE" },
    Options: { CertificateTransparencyLoggingPreference: "ENABLED", Export: "DISABLED" },
  })
  const records = waiting.DomainValidationOptions?.map((one) => one.ResourceRecord)
  expect(records?.[0]).toEqual({
    Name: expect.stringMatching(/^_[0-9a-f]{32}\.a\.example\.com\.$/),
    Type: "CNAME",
    Value: expect.stringMatching(/^_[0-9a-f]{32}\.[a-z]{10}\.acm-validations\.aws\.$/),
  })
  expect(records?.[1]).toEqual(records?.[0])
  expect(await refusalOf(client.send(new GetCertificateCommand({ CertificateArn: arn })))).toMatch(
    /^RequestInProgressException: /,
  )
  // One record is not enough, and a wrong one is none.
  await cloud.setDns({ name: records?.[0]?.Name ?? "", value: records?.[0]?.Value })
  await cloud.setDns({ name: records?.[2]?.Name ?? "", value: "_x.acm-validations.aws." })
  await cloud.settle()
  const half = await describe(client, arn)
  const statuses = half.DomainValidationOptions?.map((one) => one.ValidationStatus)
  expect([half.Status, statuses]).toEqual([
    "PENDING_VALIDATION",
    ["SUCCESS", "SUCCESS", "PENDING_VALIDATION"],
  ])
  await prove(acm, arn)
  const done = await describe(client, arn)
  expect(done).toMatchObject({
    ...{ Status: "ISSUED", NotAfter: new Date("2026-10-04T00:00:00Z") },
    ExtendedKeyUsages: [
      { Name: "TLS_WEB_SERVER_AUTHENTICATION", OID: "1.3.6.1.5.5.7.3.1" },
      { Name: "TLS_WEB_CLIENT_AUTHENTICATION", OID: "1.3.6.1.5.5.7.3.2" },
    ],
    KeyUsages: [{ Name: "DIGITAL_SIGNATURE" }, { Name: "KEY_ENCIPHERMENT" }],
  })
  const got = await client.send(new GetCertificateCommand({ CertificateArn: arn }))
  const [own, root] = [got.Certificate, got.CertificateChain].map(
    (text) => new X509Certificate(text ?? ""),
  ) as [X509Certificate, X509Certificate]
  expect(own.verify(root.publicKey)).toBe(true)
  expect(root.subject).toContain("Cloudarium local CA")
  expect(own.checkHost("x.a.example.com")).toBe("*.a.example.com")
  // The record is there already for the next of the same names.
  const next = await request(client, { DomainName: "*.a.example.com" })
  await cloud.settle()
  expect((await describe(client, next)).Status).toBe("ISSUED")
})

test("ACM-2 a request that nobody proves times out after 72 hours", async () => {
  const acm = await openAcm()
  const arn = await request(acm.client)
  await acm.cloud.advance("71h")
  expect((await describe(acm.client, arn)).Status).toBe("PENDING_VALIDATION")
  await acm.cloud.advance("2h")
  expect((await describe(acm.client, arn)).Status).toBe("VALIDATION_TIMED_OUT")
  await prove(acm, arn)
  expect((await describe(acm.client, arn)).Status).toBe("VALIDATION_TIMED_OUT")
  await acm.client.send(new DeleteCertificateCommand({ CertificateArn: arn }))
  expect(await refusalOf(describe(acm.client, arn))).toBe(
    `ResourceNotFoundException: Certificate with arn ${arn} not found in account ${ACCOUNT}`,
  )
})

test("ACM-2 mail is approved by the one who gets it", async () => {
  const { client, cloud } = await openAcm()
  const DomainValidationOptions = [{ DomainName: "a.example.com", ValidationDomain: "example.com" }]
  const SubjectAlternativeNames = ["b.example.com"]
  const input = { ValidationMethod: "EMAIL", SubjectAlternativeNames, DomainValidationOptions }
  const arn = await request(client, input as never)
  const { DomainValidationOptions: told } = await describe(client, arn)
  expect(told?.[0]).toMatchObject({ ValidationDomain: "example.com", ValidationMethod: "EMAIL" })
  expect(told?.[0]?.ValidationEmails).toContain("postmaster@example.com")
  const resend = (Domain: string, ValidationDomain: string) =>
    client.send(new ResendValidationEmailCommand({ CertificateArn: arn, Domain, ValidationDomain }))
  await resend("b.example.com", "example.com")
  expect(await refusalOf(resend("b.example.com", "other.com"))).toMatch(
    /^InvalidDomainValidationOptionsException: /,
  )
  await expect(cloud.approveCertificate(arn, "c.example.com")).rejects.toThrow(RangeError)
  await cloud.approveCertificate(arn, "a.example.com")
  await cloud.settle()
  expect((await describe(client, arn)).Status).toBe("PENDING_VALIDATION")
  await cloud.approveCertificate(arn)
  await cloud.settle()
  expect((await describe(client, arn)).Status).toBe("ISSUED")
  expect(await refusalOf(resend("a.example.com", "example.com"))).toMatch(/^InvalidStateException/)
  await expect(cloud.approveCertificate(arn)).rejects.toThrow(RangeError)
})

test("an exported public certificate works in TLS for who trusts the authority, and for no one else", async () => {
  const acm = await openAcm()
  const arn = await issued(acm, { Options: { Export: "ENABLED" }, KeyAlgorithm: "EC_prime256v1" })
  const Passphrase = Buffer.from("open sesame")
  const exported = await acm.client.send(
    new ExportCertificateCommand({ CertificateArn: arn, Passphrase }),
  )
  const { Certificate: cert = "", PrivateKey: key = "", CertificateChain: ca = "" } = exported
  expect(key).toContain("BEGIN ENCRYPTED PRIVATE KEY")
  const opened = createPrivateKey({ key, passphrase: Passphrase })
  expect(createPublicKey(opened).export({ type: "spki", format: "pem" })).toBe(
    new X509Certificate(cert).publicKey.export({ type: "spki", format: "pem" }),
  )
  const server = createServer({ cert, key, passphrase: "open sesame" }, (socket) =>
    socket.end("hello"),
  )
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  const talk = (trusted?: string) =>
    new Promise<string>((resolve, reject) => {
      const options = { port, host: "127.0.0.1", servername: "a.example.com" }
      const socket = connect({ ...options, ...(trusted !== undefined && { ca: trusted }) })
      socket.on("data", (data) => resolve(data.toString()))
      socket.on("error", reject)
    })
  try {
    expect(await talk(ca)).toBe("hello")
    await expect(talk()).rejects.toThrow(/certificate/)
  } finally {
    server.close()
  }
  // Others stay where they are.
  const kept = await issued(acm, { DomainName: "kept.example.com" })
  const refused = acm.client.send(
    new ExportCertificateCommand({ CertificateArn: kept, Passphrase }),
  )
  expect(await refusalOf(refused)).toBe(
    `ValidationException: Certificate ARN: ${kept} is not a private certificate`,
  )
})
