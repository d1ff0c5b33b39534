import {
  CreateCertificateAuthorityCommand,
  DeleteCertificateAuthorityCommand,
  GetCertificateAuthorityCertificateCommand,
  GetCertificateAuthorityCsrCommand,
  ListCertificateAuthoritiesCommand,
  ListTagsCommand,
  RestoreCertificateAuthorityCommand,
  TagCertificateAuthorityCommand,
  UntagCertificateAuthorityCommand,
  UpdateCertificateAuthorityCommand,
  type ACMPCAClient,
} from "@aws-sdk/client-acm-pca"
import { X509Certificate } from "node:crypto"
import { expect, test } from "vitest"
import { hasOpenSsl, openSsl } from "../../../engines/x509/testing/openssl.ts"
import {
  ACCOUNT,
  activeRoot,
  activeSubordinate,
  certificate,
  describe,
  install,
  issue,
  newAuthority,
  openPca,
  refusalOf,
  serverRequest,
  TEMPLATE,
} from "../testing/open-pca.ts"

const disable = (client: ACMPCAClient, CertificateAuthorityArn: string, Status = "DISABLED") =>
  client.send(
    new UpdateCertificateAuthorityCommand({ CertificateAuthorityArn, Status: Status as never }),
  )
const remove = (client: ACMPCAClient, CertificateAuthorityArn: string, days?: number) =>
  client.send(
    new DeleteCertificateAuthorityCommand({
      CertificateAuthorityArn,
      ...(days !== undefined && { PermanentDeletionTimeInDays: days }),
    }),
  )
const caCertificate = (client: ACMPCAClient, CertificateAuthorityArn: string) =>
  client.send(new GetCertificateAuthorityCertificateCommand({ CertificateAuthorityArn }))

test("a CA says what it is, before and after its certificate", async () => {
  const { client, cloud } = await openPca({ now: "2026-01-02T03:04:05Z" })
  const arn = await newAuthority(client, { Tags: [{ Key: "team", Value: "a" }] })
  expect(arn).toMatch(
    new RegExp(`^arn:aws:acm-pca:us-east-1:${ACCOUNT}:certificate-authority/[0-9a-f-]{36}$`),
  )
  expect(await describe(client, arn)).toEqual({
    ...{ Arn: arn, OwnerAccount: ACCOUNT, Type: "ROOT", Status: "PENDING_CERTIFICATE" },
    ...{ CreatedAt: cloud.now(), LastStateChangeAt: cloud.now() },
    CertificateAuthorityConfiguration: {
      ...{ KeyAlgorithm: "EC_prime256v1", SigningAlgorithm: "SHA256WITHECDSA" },
      Subject: { Country: "DE", Organization: "Example", CommonName: "Root" },
    },
    RevocationConfiguration: {
      ...{ CrlConfiguration: { Enabled: false }, OcspConfiguration: { Enabled: false } },
    },
    KeyStorageSecurityStandard: "FIPS_140_2_LEVEL_3_OR_HIGHER",
    UsageMode: "GENERAL_PURPOSE",
  })
  expect(await refusalOf(caCertificate(client, arn))).toBe(
    `InvalidStateException: The certificate authority ${arn} is not in the correct state to have a certificate signing request.`,
  )
  const Csr = await serverRequest()
  expect(await refusalOf(issue(client, arn, { Csr }))).toBe(
    `InvalidStateException: The certificate authority ${arn} is not in a valid state for issuing certificates`,
  )
  const active = await activeRoot(client)
  const told = await describe(client, active)
  const own = new X509Certificate((await caCertificate(client, active)).Certificate ?? "")
  expect(told).toMatchObject({
    ...{ Status: "ACTIVE", NotBefore: new Date("2026-01-02T02:04:05Z") },
    NotAfter: new Date("2036-01-02T03:04:05Z"),
  })
  expect(told?.Serial?.replaceAll(":", "").toUpperCase()).toBe(own.serialNumber)
  expect(own.subject).toBe("C=DE\nO=Example\nCN=Root")
})

test.skipIf(!hasOpenSsl)("OpenSSL verifies the whole chain, and the request of a CA", async () => {
  const { client } = await openPca()
  const root = await activeRoot(client)
  const below = await activeSubordinate(client, root)
  const Csr = await serverRequest()
  const made = await issue(client, below, { Csr, SigningAlgorithm: "SHA384WITHRSA" })
  const { Certificate = "", CertificateChain = "" } = await certificate(client, below, made)
  const { Certificate: top = "" } = await caCertificate(client, root)
  const tool = openSsl()
  tool.write("root.pem", top)
  tool.write("chain.pem", CertificateChain)
  tool.write("server.pem", Certificate)
  const verify = "verify -x509_strict -CAfile root.pem -untrusted chain.pem -purpose sslserver"
  expect(tool.run(`${verify} server.pem`)).toBe("server.pem: OK\n")
  expect(CertificateChain.match(/BEGIN/g)).toHaveLength(2)
  const asked = new GetCertificateAuthorityCsrCommand({ CertificateAuthorityArn: below })
  tool.write("request.pem", (await client.send(asked)).Csr ?? "")
  expect(tool.run("req -in request.pem -noout -verify -subject")).toContain("CN = Below")
  // No authority may stand under a path length of 0.
  const third = activeSubordinate(client, below)
  expect(await refusalOf(third)).toMatch(/^InvalidArgsException: The path length of the CA, 0,/)
})

test("only a certificate that goes with the CA is imported", async () => {
  const { client } = await openPca()
  const root = await activeRoot(client)
  const other = await activeRoot(client)
  const { Certificate: foreign = "" } = await caCertificate(client, other)
  expect(await refusalOf(install(client, root, { Certificate: foreign }))).toMatch(
    /^CertificateMismatchException: /,
  )
  expect(await refusalOf(install(client, root, { Certificate: "x" }))).toMatch(
    /^MalformedCertificateException: /,
  )
  const own = await caCertificate(client, root)
  const chained = { ...own, CertificateChain: foreign }
  expect(await refusalOf(install(client, root, chained))).toMatch(/^InvalidRequestException: /)
  const below = await activeSubordinate(client, root)
  const { Certificate = "" } = await caCertificate(client, below)
  const wrong = install(client, below, { Certificate, CertificateChain: foreign })
  expect(await refusalOf(wrong)).toMatch(/^CertificateMismatchException: /)
  const alone = install(client, below, { Certificate })
  expect(await refusalOf(alone)).toMatch(/^MalformedCertificateException: .*root/)
})

test("a CA is disabled, deleted, restored, and goes for good on the clock", async () => {
  const { client, cloud } = await openPca()
  const arn = await activeRoot(client)
  expect(await refusalOf(remove(client, arn))).toMatch(/^InvalidStateException: /)
  await disable(client, arn)
  expect(await refusalOf(issue(client, arn, { Csr: await serverRequest() }))).toMatch(
    /^InvalidStateException: .* not in a valid state for issuing/,
  )
  await remove(client, arn, 7)
  const { Status, RestorableUntil } = { ...(await describe(client, arn)) }
  expect(Status).toBe("DELETED")
  expect(RestorableUntil?.getTime()).toBeCloseTo(cloud.now().getTime() + 7 * 86_400_000, -4)
  await client.send(new RestoreCertificateAuthorityCommand({ CertificateAuthorityArn: arn }))
  await cloud.advance("8d")
  expect((await describe(client, arn))?.Status).toBe("DISABLED")
  await disable(client, arn, "ACTIVE")
  await issue(client, arn, { Csr: await serverRequest() })
  await disable(client, arn)
  await remove(client, arn)
  await cloud.advance("29d")
  expect((await describe(client, arn))?.Status).toBe("DELETED")
  await cloud.advance("2d")
  expect(await refusalOf(describe(client, arn))).toBe(
    `ResourceNotFoundException: Could not find Certificate Authority ${arn}.`,
  )
})

test("a CA expires with its certificate, and a new one revives it", async () => {
  const { client, cloud } = await openPca()
  const arn = await activeRoot(client)
  await cloud.advance("3700d")
  expect((await describe(client, arn))?.Status).toBe("EXPIRED")
  const asked = new GetCertificateAuthorityCsrCommand({ CertificateAuthorityArn: arn })
  const Csr = Buffer.from((await client.send(asked)).Csr ?? "")
  const TemplateArn = `${TEMPLATE}RootCACertificate/V1`
  await install(
    client,
    arn,
    await certificate(client, arn, await issue(client, arn, { Csr, TemplateArn })),
  )
  expect((await describe(client, arn))?.Status).toBe("ACTIVE")
  await cloud.advance("31d")
  expect((await describe(client, arn))?.Status).toBe("EXPIRED")
})

test("lists have pages, and tokens make one CA of two calls", async () => {
  const { client, of, cloud } = await openPca()
  const arns: string[] = []
  for (let i = 0; i < 3; i += 1) {
    arns.push(await newAuthority(client))
    await cloud.advance("1s")
  }
  const page = await client.send(new ListCertificateAuthoritiesCommand({ MaxResults: 2 }))
  const { NextToken = "" } = page
  const rest = await client.send(new ListCertificateAuthoritiesCommand({ NextToken }))
  const told = [page, rest].flatMap(({ CertificateAuthorities = [] }) => CertificateAuthorities)
  expect(told.map(({ Arn }) => Arn)).toEqual(arns)
  const bad = new ListCertificateAuthoritiesCommand({ NextToken: "x" })
  expect(await refusalOf(client.send(bad))).toMatch(/^InvalidNextTokenException: /)
  const elsewhere = await of({ region: "eu-west-1" }).send(
    new ListCertificateAuthoritiesCommand({}),
  )
  expect(elsewhere.CertificateAuthorities).toEqual([])
  const IdempotencyToken = "once"
  const first = await newAuthority(client, { IdempotencyToken })
  expect(await newAuthority(client, { IdempotencyToken })).toBe(first)
  await cloud.advance("6m")
  expect(await newAuthority(client, { IdempotencyToken })).not.toBe(first)
})

test("tags are set, listed and removed", async () => {
  const { client } = await openPca()
  const CertificateAuthorityArn = await newAuthority(client, { Tags: [{ Key: "a", Value: "1" }] })
  const tag = (Key: string, Value = "") =>
    client.send(
      new TagCertificateAuthorityCommand({ CertificateAuthorityArn, Tags: [{ Key, Value }] }),
    )
  await tag("b", "2")
  await tag("c")
  const untag = (Key: string, Value: string) =>
    client.send(
      new UntagCertificateAuthorityCommand({ CertificateAuthorityArn, Tags: [{ Key, Value }] }),
    )
  await untag("a", "other")
  await untag("b", "2")
  const { Tags } = await client.send(new ListTagsCommand({ CertificateAuthorityArn }))
  expect(Tags).toEqual([
    { Key: "a", Value: "1" },
    { Key: "c", Value: "" },
  ])
  expect(await refusalOf(tag("aws:x", "1"))).toMatch(/^InvalidTagException: /)
})

test("what does not go together is refused, and quotas hold", async () => {
  const { client, cloud } = await openPca()
  const with_ = (more: object) =>
    refusalOf(
      client.send(
        new CreateCertificateAuthorityCommand({
          CertificateAuthorityType: "ROOT",
          CertificateAuthorityConfiguration: {
            ...{ KeyAlgorithm: "RSA_2048", SigningAlgorithm: "SHA256WITHRSA" },
            ...{ Subject: { CommonName: "x" }, ...more },
          },
        }),
      ),
    )
  expect(await with_({ SigningAlgorithm: "SHA256WITHECDSA" })).toMatch(/^InvalidArgsException: /)
  expect(await with_({ KeyAlgorithm: "SM2", SigningAlgorithm: "SM3WITHSM2" })).toMatch(
    /^NotImplemented: /,
  )
  const CustomAttributes = [{ ObjectIdentifier: "2.5.4.3", Value: "x" }]
  expect(await with_({ Subject: { CommonName: "x", CustomAttributes } })).toMatch(
    /^InvalidArgsException: CustomAttributes/,
  )
  await cloud.setQuota({ service: "acm-pca", quota: "L-F08EC58A", value: 1 })
  await newAuthority(client)
  expect(await refusalOf(newAuthority(client))).toMatch(/^LimitExceededException: /)
})
