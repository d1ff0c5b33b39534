import { ACMPCAClient, UpdateCertificateAuthorityCommand } from "@aws-sdk/client-acm-pca"
import { IAMClient } from "@aws-sdk/client-iam"
import { ACMClient, ExportCertificateCommand, GetCertificateCommand } from "@aws-sdk/client-acm"
import { createPrivateKey, X509Certificate } from "node:crypto"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import type { InProcessCloud } from "../../../index.ts"
import { activeRoot } from "../../acm-pca/testing/open-pca.ts"
import { describe, openAcm, refusalOf, request } from "../testing/open-acm.ts"

async function userClient(cloud: InProcessCloud, statement: object): Promise<ACMClient> {
  const { credentials } = await newUser(cloud.client(IAMClient), "u", statement)
  return cloud.client(ACMClient, { credentials })
}

test("a private certificate comes from one's own CA, which signed it", async () => {
  const { client, cloud } = await openAcm()
  const pca = cloud.client(ACMPCAClient)
  const CertificateAuthorityArn = await activeRoot(pca)
  const SubjectAlternativeNames = ["*.internal.example.com"]
  const KeyAlgorithm = "EC_secp521r1"
  const arn = await request(client, {
    ...{ CertificateAuthorityArn, KeyAlgorithm, SubjectAlternativeNames },
    DomainName: "app.internal.example.com",
  })
  expect(await describe(client, arn)).toMatchObject({
    ...{ Status: "ISSUED", Type: "PRIVATE", CertificateAuthorityArn, Issuer: "Example" },
    ...{ KeyAlgorithm: "EC-secp521r1", SignatureAlgorithm: "SHA256WITHECDSA" },
  })
  const got = await client.send(new GetCertificateCommand({ CertificateArn: arn }))
  const own = new X509Certificate(got.Certificate ?? "")
  const root = new X509Certificate(got.CertificateChain ?? "")
  expect([own.verify(root.publicKey), root.subject]).toEqual([true, "C=DE\nO=Example\nCN=Root"])
  expect(own.checkHost("x.internal.example.com")).toBe("*.internal.example.com")
  const Passphrase = Buffer.from("secret")
  const { PrivateKey: key = "" } = await client.send(
    new ExportCertificateCommand({ CertificateArn: arn, Passphrase }),
  )
  expect(own.checkPrivateKey(createPrivateKey({ key, passphrase: "secret" }))).toBe(true)
})

test("what the CA refuses, the certificate tells", async () => {
  const { client, cloud } = await openAcm()
  const pca = cloud.client(ACMPCAClient)
  const root = await activeRoot(pca)
  const failure = async (CertificateAuthorityArn: string, who = client) => {
    const { Status, FailureReason } = await describe(
      client,
      await request(who, { CertificateAuthorityArn }),
    )
    return `${Status} ${FailureReason}`
  }
  const user = await userClient(cloud, { Action: "acm:*", Resource: "*" })
  expect(await failure(root, user)).toBe("FAILED PCA_ACCESS_DENIED")
  const none = root.replace(/[0-9a-f-]{36}$/, "00000000-0000-4000-8000-000000000000")
  expect(await failure(none)).toBe("FAILED PCA_RESOURCE_NOT_FOUND")
  await cloud.advance("3300d")
  expect(await failure(root)).toBe("FAILED PCA_INVALID_DURATION")
  const Status = "DISABLED"
  const CertificateAuthorityArn = root
  await pca.send(new UpdateCertificateAuthorityCommand({ CertificateAuthorityArn, Status }))
  expect(await failure(root)).toBe("FAILED PCA_INVALID_STATE")
})

test("requests are checked, counted, and told apart by tokens", async () => {
  const { client, cloud } = await openAcm()
  const refused = (input: object) => refusalOf(request(client, input))
  expect(await refused({ KeyAlgorithm: "RSA_4096" })).toMatch(/^InvalidParameterException: /)
  expect(await refused({ ValidationMethod: "HTTP" })).toMatch(/^NotImplemented: /)
  const options = (DomainName: string, ValidationDomain: string) => ({
    ...{ ValidationMethod: "EMAIL", DomainValidationOptions: [{ DomainName, ValidationDomain }] },
  })
  for (const bad of [options("other.com", "other.com"), options("a.example.com", "other.com")])
    expect(await refused(bad)).toMatch(/^InvalidDomainValidationOptionsException: /)
  const SubjectAlternativeNames = Array.from({ length: 10 }, (_, at) => `n${at}.example.com`)
  expect(await refused({ SubjectAlternativeNames })).toMatch(/^LimitExceededException: /)
  const first = await request(client, { IdempotencyToken: "a" })
  expect(await request(client, { IdempotencyToken: "a" })).toBe(first)
  await cloud.advance("2h")
  const second = await request(client, { IdempotencyToken: "a" })
  expect(second).not.toBe(first)
  await cloud.setQuota({ service: "acm", quota: "L-F141DD1D", value: 2 })
  expect(await refused({})).toMatch(/^LimitExceededException: /)
})

test("policies speak of names and methods", async () => {
  const { client, cloud } = await openAcm()
  const user = await userClient(cloud, {
    ...{ Action: "acm:RequestCertificate", Resource: "*" },
    Condition: {
      "ForAllValues:StringLike": { "acm:DomainNames": "*.example.com" },
      StringEquals: { "acm:ValidationMethod": "DNS" },
    },
  })
  const arn = await request(user)
  expect((await describe(client, arn)).Status).toBe("PENDING_VALIDATION")
  expect(await refusalOf(request(user, { ValidationMethod: "EMAIL" }))).toMatch(/^AccessDenied/)
  expect(await refusalOf(request(user, { DomainName: "a.other.com" }))).toMatch(/^AccessDenied/)
  expect(await refusalOf(describe(user, arn))).toMatch(/^AccessDenied/)
})
