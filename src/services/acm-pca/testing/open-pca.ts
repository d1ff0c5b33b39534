import {
  ACMPCAClient,
  CreateCertificateAuthorityCommand,
  DescribeCertificateAuthorityCommand,
  GetCertificateAuthorityCsrCommand,
  GetCertificateCommand,
  ImportCertificateAuthorityCertificateCommand,
  IssueCertificateCommand,
  type CreateCertificateAuthorityCommandInput,
  type IssueCertificateCommandInput,
} from "@aws-sdk/client-acm-pca"
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from "@aws-sdk/client-s3"
import { generateKeys } from "../../../engines/x509/key-pair.ts"
import { writeName, type NameAttribute } from "../../../engines/x509/name.ts"
import { ATTRIBUTE } from "../../../engines/x509/object-ids.ts"
import { pem } from "../../../engines/x509/pem.ts"
import { signRequest } from "../../../engines/x509/request.ts"
import type { Extension } from "../../../engines/x509/extension.ts"
import { createPrivateKey } from "node:crypto"
import { type CloudOptions, type InProcessCloud } from "../../../index.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"

export { refusalOf } from "../../../gateway/testing/refusal.ts"

export const ACCOUNT = "111122223333"
export const OTHER = "444455556666"
export const TEMPLATE = "arn:aws:acm-pca:::template/"

/** A cloud, and the official client of the root of its account. */
export interface TestPca {
  readonly cloud: InProcessCloud
  readonly client: ACMPCAClient
  of(where: { readonly account?: string; readonly region?: string }): ACMPCAClient
}

export async function openPca(options: CloudOptions = {}): Promise<TestPca> {
  const cloud = await openInProcess({ account: ACCOUNT, ...options })
  return {
    cloud,
    client: cloud.client(ACMPCAClient),
    of: ({ account = ACCOUNT, region = "us-east-1" }) =>
      cloud.client(ACMPCAClient, {
        ...{ region, credentials: { accessKeyId: account, secretAccessKey: "test" } },
      }),
  }
}

type Made = Partial<CreateCertificateAuthorityCommandInput>

/** An authority that waits for its certificate. */
export async function newAuthority(client: ACMPCAClient, input: Made = {}): Promise<string> {
  const { CertificateAuthorityArn = "" } = await client.send(
    new CreateCertificateAuthorityCommand({
      CertificateAuthorityType: "ROOT",
      CertificateAuthorityConfiguration: {
        ...{ KeyAlgorithm: "EC_prime256v1", SigningAlgorithm: "SHA256WITHECDSA" },
        Subject: { Country: "DE", Organization: "Example", CommonName: "Root" },
      },
      ...input,
    }),
  )
  return CertificateAuthorityArn
}

export async function issue(
  client: ACMPCAClient,
  CertificateAuthorityArn: string,
  input: Partial<IssueCertificateCommandInput> & { readonly Csr: Uint8Array },
): Promise<string> {
  const { CertificateArn = "" } = await client.send(
    new IssueCertificateCommand({
      ...{ CertificateAuthorityArn, SigningAlgorithm: "SHA256WITHECDSA" },
      ...{ Validity: { Type: "DAYS", Value: 30 }, ...input },
    }),
  )
  return CertificateArn
}

export const certificate = (
  client: ACMPCAClient,
  CertificateAuthorityArn: string,
  CertificateArn: string,
) => client.send(new GetCertificateCommand({ CertificateAuthorityArn, CertificateArn }))

const csrOf = async (
  client: ACMPCAClient,
  CertificateAuthorityArn: string,
): Promise<Uint8Array> => {
  const asked = new GetCertificateAuthorityCsrCommand({ CertificateAuthorityArn })
  return Buffer.from((await client.send(asked)).Csr ?? "")
}

/** A root that is active, for ten years. */
export async function activeRoot(
  client: ACMPCAClient,
  input: Made = {},
  algorithm: IssueCertificateCommandInput["SigningAlgorithm"] = "SHA256WITHECDSA",
): Promise<string> {
  const arn = await newAuthority(client, input)
  const made = await issue(client, arn, {
    ...{ Csr: await csrOf(client, arn), SigningAlgorithm: algorithm },
    ...{ TemplateArn: `${TEMPLATE}RootCACertificate/V1`, Validity: { Type: "YEARS", Value: 10 } },
  })
  await install(client, arn, await certificate(client, arn, made))
  return arn
}

export async function install(
  client: ACMPCAClient,
  CertificateAuthorityArn: string,
  {
    Certificate = "",
    CertificateChain,
  }: { Certificate?: string | undefined; CertificateChain?: string | undefined },
): Promise<void> {
  await client.send(
    new ImportCertificateAuthorityCertificateCommand({
      ...{ CertificateAuthorityArn, Certificate: Buffer.from(Certificate) },
      ...(CertificateChain && { CertificateChain: Buffer.from(CertificateChain) }),
    }),
  )
}

/** A subordinate authority under another one, active for five years. */
export async function activeSubordinate(
  client: ACMPCAClient,
  above: string,
  template = "SubordinateCACertificate_PathLen0/V1",
): Promise<string> {
  const arn = await newAuthority(client, {
    CertificateAuthorityType: "SUBORDINATE",
    CertificateAuthorityConfiguration: {
      ...{ KeyAlgorithm: "RSA_2048", SigningAlgorithm: "SHA256WITHRSA" },
      Subject: { CommonName: "Below" },
    },
  })
  const made = await issue(client, above, {
    ...{ Csr: await csrOf(client, arn), TemplateArn: `${TEMPLATE}${template}` },
    Validity: { Type: "YEARS", Value: 5 },
  })
  await install(client, arn, await certificate(client, above, made))
  return arn
}

const APPLICANT: readonly NameAttribute[] = [{ type: ATTRIBUTE.commonName, value: "a.example.com" }]

/** What a server asks to have certified. */
export async function serverRequest(
  extensions: readonly Extension[] = [],
  subject: readonly NameAttribute[] | Uint8Array = APPLICANT,
): Promise<Buffer> {
  const { privateKey, publicKey } = await generateKeys("EC_prime256v1")
  const key = createPrivateKey({ key: Buffer.from(privateKey), format: "der", type: "pkcs8" })
  const name = subject instanceof Uint8Array ? subject : writeName(subject)
  const content = { subject: name, publicKey, extensions }
  const der = signRequest(content, { key, algorithm: "SHA256WITHECDSA" })
  return Buffer.from(pem("CERTIFICATE REQUEST", der))
}

/** A bucket to which the service may write. */
export async function openBucket(
  cloud: InProcessCloud,
  Bucket: string,
  actions: readonly string[] = ["s3:PutObject", "s3:PutObjectAcl", "s3:GetBucketAcl"],
): Promise<S3Client> {
  const s3 = cloud.client(S3Client, { forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket }))
  const Statement = {
    ...{ Effect: "Allow", Principal: { Service: "acm-pca.amazonaws.com" }, Action: actions },
    Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
    Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
  }
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [Statement] })
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  return s3
}

export async function describe(client: ACMPCAClient, CertificateAuthorityArn: string) {
  const asked = new DescribeCertificateAuthorityCommand({ CertificateAuthorityArn })
  return (await client.send(asked)).CertificateAuthority
}
