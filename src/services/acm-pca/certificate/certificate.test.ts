import { RevokeCertificateCommand, type ApiPassthrough } from "@aws-sdk/client-acm-pca"
import { X509Certificate } from "node:crypto"
import { expect, test } from "vitest"
import { readCertificate, type Certificate } from "../../../engines/x509/certificate.ts"
import {
  critical,
  extendedKeyUsage,
  findExtension,
  keyUsage,
  readAltNames,
  readBasicConstraints,
  readKeyUsage,
  readPurposes,
  subjectAltName,
} from "../../../engines/x509/extension.ts"
import { nameText } from "../../../engines/x509/name.ts"
import { EXTENSION, PURPOSE } from "../../../engines/x509/object-ids.ts"
import { pem, pemBlocks } from "../../../engines/x509/pem.ts"
import { hasOpenSsl, openSsl } from "../../../engines/x509/testing/openssl.ts"
import {
  activeRoot,
  certificate,
  issue,
  openPca,
  refusalOf,
  serverRequest,
  TEMPLATE,
  type TestPca,
} from "../testing/open-pca.ts"

const NAMES = subjectAltName([{ kind: "dns", value: "from.csr" }])
/** What a template may or may not let through. */
const ASKED = [
  NAMES,
  critical(keyUsage(["keyAgreement"])),
  extendedKeyUsage([PURPOSE.emailProtection]),
  { id: "1.2.3.4", critical: false, value: Buffer.from("0500", "hex") },
]
const PASSED: ApiPassthrough = {
  Subject: { CommonName: "from.api" },
  Extensions: {
    KeyUsage: { DataEncipherment: true },
    ExtendedKeyUsage: [{ ExtendedKeyUsageType: "SMART_CARD_LOGIN" }],
    SubjectAlternativeNames: [{ DnsName: "from.api" }, { IpAddress: "10.1.2.3" }],
    CertificatePolicies: [
      {
        CertPolicyId: "2.5.29.32.0",
        PolicyQualifiers: [{ PolicyQualifierId: "CPS", Qualifier: { CpsUri: "http://cps" } }],
      },
    ],
    CustomExtensions: [{ ObjectIdentifier: "1.2.3.5", Value: "BQA=", Critical: true }],
  },
}

async function issued({ client }: TestPca, arn: string, template: string): Promise<Certificate> {
  const Csr = await serverRequest(ASKED)
  const TemplateArn = `${TEMPLATE}${template}/V1`
  const made = await issue(client, arn, { Csr, TemplateArn, ApiPassthrough: PASSED })
  const { Certificate: text = "" } = await certificate(client, arn, made)
  return readCertificate(new X509Certificate(text).raw)
}

/** What of a certificate a template decides. */
function shape({ subject, extensions }: Certificate) {
  const names = readAltNames(extensions).map((one) => ("value" in one ? one.value : ""))
  const constraints = readBasicConstraints(extensions)
  const more = extensions.map(({ id }) => id).filter((id) => id.startsWith("1.2.3."))
  return [
    nameText(subject),
    names.join(),
    constraints?.authority === true ? `CA ${constraints.pathLength}` : "no CA",
    readKeyUsage(extensions)?.join() ?? "any",
    readPurposes(extensions)?.join() ?? "any",
    more.join(),
  ].join(" | ")
}

const { serverAuth, clientAuth, codeSigning, ocspSigning, smartCardLogin, emailProtection } =
  PURPOSE
const CSR = "CN=a.example.com | from.csr"
const API = "CN=from.api | from.api,10.1.2.3"
const TLS = "digitalSignature,keyEncipherment"
const CA = "digitalSignature,keyCertSign,cRLSign"

test.each([
  ["EndEntityCertificate", `${CSR} | no CA | ${TLS} | ${serverAuth},${clientAuth} | `],
  ["EndEntityClientAuthCertificate", `${CSR} | no CA | ${TLS} | ${clientAuth} | `],
  ["EndEntityServerAuthCertificate", `${CSR} | no CA | ${TLS} | ${serverAuth} | `],
  ["CodeSigningCertificate", `${CSR} | no CA | digitalSignature | ${codeSigning} | `],
  ["OCSPSigningCertificate", `${CSR} | no CA | digitalSignature | ${ocspSigning} | `],
  [
    "EndEntityCertificate_CSRPassthrough",
    `${CSR} | no CA | ${TLS} | ${serverAuth},${clientAuth} | 1.2.3.4`,
  ],
  [
    "EndEntityCertificate_APIPassthrough",
    `${API} | no CA | ${TLS} | ${serverAuth},${clientAuth} | 1.2.3.5`,
  ],
  [
    "EndEntityCertificate_APICSRPassthrough",
    `${API} | no CA | ${TLS} | ${serverAuth},${clientAuth} | 1.2.3.5,1.2.3.4`,
  ],
  [
    "BlankEndEntityCertificate_CSRPassthrough",
    `${CSR} | no CA | keyAgreement | ${emailProtection} | 1.2.3.4`,
  ],
  [
    "BlankEndEntityCertificate_APIPassthrough",
    `${API} | no CA | dataEncipherment | ${smartCardLogin} | 1.2.3.5`,
  ],
  ["SubordinateCACertificate_PathLen3", `${CSR} | CA 3 | ${CA} | any | `],
  [
    "SubordinateCACertificate_PathLen1_CSRPassthrough",
    `${CSR} | CA 1 | ${CA} | ${emailProtection} | 1.2.3.4`,
  ],
  [
    "BlankSubordinateCACertificate_PathLen0_APIPassthrough",
    `${API} | CA 0 | dataEncipherment | ${smartCardLogin} | 1.2.3.5`,
  ],
])("the template %s", async (template, wanted) => {
  const pca = await openPca()
  const root = await activeRoot(pca.client)
  const found = await issued(pca, root, template)
  expect(shape(found)).toBe(wanted)
  const constraints = findExtension(found.extensions, EXTENSION.basicConstraints)
  expect(constraints?.critical).toBe(wanted.includes("| CA"))
})

test("critical constraints, and templates that are none", async () => {
  const pca = await openPca()
  const root = await activeRoot(pca.client)
  const blank = "BlankEndEntityCertificate_CriticalBasicConstraints_APICSRPassthrough"
  const { extensions } = await issued(pca, root, blank)
  expect(findExtension(extensions, EXTENSION.basicConstraints)?.critical).toBe(true)
  for (const none of [
    ...["SubordinateCACertificate", "BlankEndEntityCertificate", "EndEntityCertificate_PathLen0"],
    ...["RootCACertificate_CSRPassthrough", "SubordinateCACertificate_PathLen4", "toString"],
  ])
    expect(await refusalOf(issued(pca, root, none)), none).toBe(
      `InvalidArgsException: The template ${TEMPLATE}${none}/V1 is not valid.`,
    )
  // A root is for the CA's own key.
  expect(await refusalOf(issued(pca, root, "RootCACertificate"))).toMatch(/root CA's own/)
})

test.skipIf(!hasOpenSsl)("OpenSSL reads what was passed through", async () => {
  const pca = await openPca()
  const root = await activeRoot(pca.client)
  const { der } = await issued(pca, root, "BlankEndEntityCertificate_APICSRPassthrough")
  const tool = openSsl()
  tool.write("one.der", der)
  const text = tool.run("x509 -inform der -in one.der -noout -text")
  for (const part of ["X509v3 Any Policy", "CPS: http://cps", "1.2.3.5: critical"])
    expect(text).toContain(part)
})

test("validity: its types, its start, its limits", async () => {
  const { client } = await openPca({ now: "2026-01-31T12:00:00Z" })
  const root = await activeRoot(client)
  const span = async (input: object) => {
    const made = await issue(client, root, { Csr: await serverRequest(), ...input })
    const { Certificate: text = "" } = await certificate(client, root, made)
    const { notBeforeMs, notAfterMs } = readCertificate(new X509Certificate(text).raw)
    return [notBeforeMs, notAfterMs].map((ms) => new Date(ms).toISOString().slice(0, 19))
  }
  const of = (Type: string, Value: number) => span({ Validity: { Type, Value } })
  const start = "2026-01-31T11:00:00"
  expect(await of("DAYS", 1)).toEqual([start, "2026-02-01T12:00:00"])
  expect(await of("MONTHS", 2)).toEqual([start, "2026-03-31T12:00:00"])
  expect(await of("YEARS", 1)).toEqual([start, "2027-01-31T12:00:00"])
  expect(await of("ABSOLUTE", Date.UTC(2026, 5, 1) / 1000)).toEqual([start, "2026-06-01T00:00:00"])
  expect(await of("END_DATE", 260601120000)).toEqual([start, "2026-06-01T12:00:00"])
  expect(await of("END_DATE", 20260601120000)).toEqual([start, "2026-06-01T12:00:00"])
  const from = { Type: "ABSOLUTE", Value: Date.UTC(2026, 1, 5) / 1000 }
  const later = { Validity: { Type: "DAYS", Value: 10 }, ValidityNotBefore: from }
  expect(await span(later)).toEqual(["2026-02-05T00:00:00", "2026-02-10T12:00:00"])
  expect(await refusalOf(of("YEARS", 11))).toBe(
    "ValidationException: The certificate validity specified exceeds the certificate authority validity.",
  )
  expect(await refusalOf(of("ABSOLUTE", 1_000))).toMatch(/^InvalidArgsException: /)
  const short = await activeRoot(client, { UsageMode: "SHORT_LIVED_CERTIFICATE" })
  const week = (Value: number) =>
    serverRequest().then((Csr) => issue(client, short, { Csr, Validity: { Type: "DAYS", Value } }))
  await week(7)
  expect(await refusalOf(week(8))).toMatch(/^InvalidArgsException: .*seven days/)
})

test("requests are read and proven", async () => {
  const { client } = await openPca()
  const root = await activeRoot(client)
  const ask = (Csr: Uint8Array, more: object = {}) =>
    refusalOf(issue(client, root, { Csr, ...more }))
  expect(await ask(Buffer.from("x"))).toMatch(/^MalformedCSRException: /)
  const good = await serverRequest()
  const der = Uint8Array.from(pemBlocks(good.toString())?.[0]?.der ?? [])
  der[der.length - 1] = (der.at(-1) ?? 0) ^ 1
  const broken = Buffer.from(pem("CERTIFICATE REQUEST", der))
  expect(await ask(broken)).toMatch(/^MalformedCSRException: /)
  expect(await ask(await serverRequest([], []))).toMatch(/^MalformedCSRException: A CSR must/)
  expect(await ask(await serverRequest([NAMES], []))).toBe("no refusal")
  const nameless = await serverRequest([NAMES], Buffer.from("3003310130", "hex"))
  expect(await ask(nameless)).toMatch(/^MalformedCSRException: /)
  expect(await ask(good, { SigningAlgorithm: "SHA256WITHRSA" })).toMatch(/^InvalidArgsException: /)
})

test("a token makes one certificate of two calls, a quota ends them, revocation is told once", async () => {
  const { client, cloud } = await openPca()
  const root = await activeRoot(client)
  const Csr = await serverRequest()
  const first = await issue(client, root, { Csr, IdempotencyToken: "a" })
  expect(await issue(client, root, { Csr, IdempotencyToken: "a" })).toBe(first)
  expect(await issue(client, root, { Csr, IdempotencyToken: "b" })).not.toBe(first)
  await cloud.setQuota({ service: "acm-pca", quota: "L-54E5DFFF", value: 3 })
  expect(await refusalOf(issue(client, root, { Csr }))).toMatch(/^LimitExceededException: /)
  const missing = first.replace(/\w{32}$/, "0".repeat(32))
  expect(await refusalOf(certificate(client, root, missing))).toMatch(/^ResourceNotFoundException/)
  const revoke = (CertificateSerial: string) =>
    client.send(
      new RevokeCertificateCommand({
        ...{ CertificateAuthorityArn: root, CertificateSerial },
        RevocationReason: "SUPERSEDED",
      }),
    )
  const serial = (first.split("/").at(-1) ?? "").toUpperCase().match(/../g)?.join(":") ?? ""
  await revoke(serial)
  expect(await refusalOf(revoke(serial))).toBe(
    "RequestAlreadyProcessedException: Your request has already been completed.",
  )
  expect(await refusalOf(revoke("00"))).toMatch(/^ResourceNotFoundException/)
})
