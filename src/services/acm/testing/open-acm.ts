import {
  ACMClient,
  DescribeCertificateCommand,
  ImportCertificateCommand,
  RequestCertificateCommand,
  type CertificateDetail,
  type ImportCertificateCommandInput,
  type RequestCertificateCommandInput,
} from "@aws-sdk/client-acm"
import { createPrivateKey } from "node:crypto"
import { signCertificate } from "../../../engines/x509/certificate.ts"
import {
  basicConstraints,
  critical,
  extendedKeyUsage,
  keyUsage,
  subjectAltName,
  type Extension,
  type KeyUsage,
} from "../../../engines/x509/extension.ts"
import { generateKeys, type KeyAlgorithm, type KeyPair } from "../../../engines/x509/key-pair.ts"
import { writeName } from "../../../engines/x509/name.ts"
import { ATTRIBUTE, PURPOSE } from "../../../engines/x509/object-ids.ts"
import { pem } from "../../../engines/x509/pem.ts"
import { type CloudOptions, type InProcessCloud } from "../../../index.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"

export const ACCOUNT = "111122223333"
export const DAY_MS = 86_400_000

/** A cloud, and the official client of the root of its account. */
export interface TestAcm {
  readonly cloud: InProcessCloud
  readonly client: ACMClient
  of(where: { readonly account?: string; readonly region?: string }): ACMClient
}

export async function openAcm(options: CloudOptions = {}): Promise<TestAcm> {
  const cloud = await openInProcess({ account: ACCOUNT, ...options })
  return {
    cloud,
    client: cloud.client(ACMClient),
    of: ({ account = ACCOUNT, region = "us-east-1" }) =>
      cloud.client(ACMClient, {
        ...{ region, credentials: { accessKeyId: account, secretAccessKey: "test" } },
      }),
  }
}

export async function request(
  client: ACMClient,
  input: Partial<RequestCertificateCommandInput> = {},
): Promise<string> {
  const { CertificateArn = "" } = await client.send(
    new RequestCertificateCommand({
      ...{ DomainName: "a.example.com", ValidationMethod: "DNS", ...input },
    }),
  )
  return CertificateArn
}

export async function describe(
  client: ACMClient,
  CertificateArn: string,
): Promise<CertificateDetail> {
  const { Certificate } = await client.send(new DescribeCertificateCommand({ CertificateArn }))
  if (!Certificate) throw new Error("nothing is described")
  return Certificate
}

/** Puts the records that a request asks for into the public DNS. */
export async function prove({ cloud, client }: TestAcm, arn: string): Promise<void> {
  const { DomainValidationOptions = [] } = await describe(client, arn)
  for (const { ResourceRecord } of DomainValidationOptions)
    await cloud.setDns({ name: ResourceRecord?.Name ?? "", value: ResourceRecord?.Value })
  await cloud.settle()
}

/** A public certificate that is issued. */
export async function issued(
  acm: TestAcm,
  input: Partial<RequestCertificateCommandInput> = {},
): Promise<string> {
  const arn = await request(acm.client, input)
  await prove(acm, arn)
  return arn
}

/** A pair of keys with a certificate that it signed itself. */
export interface Own {
  readonly pair: KeyPair
  readonly certificate: Buffer
  readonly privateKey: Buffer
}

export async function selfSigned({
  kind = "EC_prime256v1",
  usages = ["digitalSignature"],
  startMs = Date.now() - DAY_MS,
  days = 30,
}: {
  readonly kind?: KeyAlgorithm
  readonly usages?: readonly KeyUsage[]
  readonly startMs?: number
  readonly days?: number
} = {}): Promise<Own> {
  const pair = await generateKeys(kind)
  const key = createPrivateKey({ key: Buffer.from(pair.privateKey), format: "der", type: "pkcs8" })
  const name = writeName([
    { type: ATTRIBUTE.organization, value: "Own" },
    { type: ATTRIBUTE.commonName, value: "own.example.com" },
  ])
  const extensions: Extension[] = [
    basicConstraints({ authority: false }),
    critical(keyUsage(usages)),
    extendedKeyUsage([PURPOSE.serverAuth]),
    subjectAltName([{ kind: "dns", value: "b.example.com" }]),
  ]
  const der = signCertificate(
    {
      ...{ serial: Buffer.from("03e9", "hex"), issuer: name, subject: name, extensions },
      ...{ notBeforeMs: startMs, notAfterMs: startMs + days * DAY_MS, publicKey: pair.publicKey },
    },
    { key, algorithm: kind.startsWith("RSA") ? "SHA256WITHRSA" : "SHA256WITHECDSA" },
  )
  return {
    pair,
    certificate: Buffer.from(pem("CERTIFICATE", der)),
    privateKey: Buffer.from(pem("PRIVATE KEY", pair.privateKey)),
  }
}

export async function importOwn(
  client: ACMClient,
  own: Own,
  more: Partial<ImportCertificateCommandInput> = {},
): Promise<string> {
  const { CertificateArn = "" } = await client.send(
    new ImportCertificateCommand({
      ...{ Certificate: own.certificate, PrivateKey: own.privateKey, ...more },
    }),
  )
  return CertificateArn
}

export { refusalOf } from "../../acm-pca/testing/open-pca.ts"
