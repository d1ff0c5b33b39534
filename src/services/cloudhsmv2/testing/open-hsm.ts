import { createPrivateKey } from "node:crypto"
import { serialOf, signCertificate } from "../../../engines/x509/certificate.ts"
import { basicConstraints, critical } from "../../../engines/x509/extension.ts"
import { generateKeys } from "../../../engines/x509/key-pair.ts"
import { writeName } from "../../../engines/x509/name.ts"
import { ATTRIBUTE } from "../../../engines/x509/object-ids.ts"
import { pem, pemBlocks } from "../../../engines/x509/pem.ts"
import { readRequest } from "../../../engines/x509/request.ts"
import { signRequest } from "../../../protocols/sigv4/sign.ts"
import { type CloudOptions, type InProcessCloud } from "../../../index.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"
import type { Cloudhsmv2Model } from "../../../models/types/cloudhsmv2.ts"
import type { SdkHandler } from "../../../gateway/sdk-handler.ts"

export { refusalOf } from "../../../gateway/testing/refusal.ts"

export const ACCOUNT = "111122223333"
export const OTHER = "444455556666"
export const ADMIN = { name: "admin", password: "hsm-admin-1" }
export const KMS_USER = { name: "kmsuser", password: "kmsPswd1" }

/** The service as its JSON protocol shows it: the registry has no client of it of today. */
export type HsmClient = <Name extends keyof Cloudhsmv2Model>(
  operation: Name,
  input: Cloudhsmv2Model[Name]["input"],
) => Promise<Cloudhsmv2Model[Name]["output"]>

export function hsmClient(
  cloud: InProcessCloud,
  { account = ACCOUNT, region = "us-east-1" } = {},
): HsmClient {
  const handler = cloud.clientConfig()["requestHandler"] as SdkHandler
  return async (operation, input) => {
    const body = Buffer.from(JSON.stringify(input))
    const headers = {
      ...{ host: "localhost:4566", "content-type": "application/x-amz-json-1.1" },
      "x-amz-target": `BaldrApiService.${operation}`,
    }
    const signed = signRequest(
      { method: "POST", path: "/", query: "", headers, body, secure: false, remoteAddress: "" },
      {
        credentials: { accessKeyId: account, secret: "test" },
        ...{ service: "cloudhsm", region, timeMs: Date.now() },
      },
    )
    const { response } = await handler.handle({
      ...{ method: "POST", protocol: "http:", hostname: "localhost", path: "/" },
      ...{ headers: signed.headers, body },
    })
    const chunks: Buffer[] = []
    for await (const chunk of response.body) chunks.push(Buffer.from(chunk as Uint8Array))
    const answer = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>
    if (response.statusCode === 200) return answer
    const error = new Error(String(answer["message"] ?? answer["Message"]))
    error.name = String(answer["__type"]).replace(/^.*#/, "")
    throw error
  }
}

export async function openHsm(options: CloudOptions = {}) {
  const cloud = await openInProcess({ account: ACCOUNT, ...options })
  return { cloud, hsm: hsmClient(cloud) }
}

export const SUBNETS = ["subnet-0a1b2c3d", "subnet-1a1b2c3d", "subnet-2a1b2c3d"]

/** An owner's CA: it signs the requests of clusters. */
export async function openCa() {
  const { privateKey, publicKey } = await generateKeys("EC_prime256v1")
  const key = createPrivateKey({ key: Buffer.from(privateKey), format: "der", type: "pkcs8" })
  const issuer = writeName([{ type: ATTRIBUTE.commonName, value: "Owner" }])
  const sign = (subject: Uint8Array, of: Uint8Array, extensions: Parameters<typeof critical>) =>
    pem(
      "CERTIFICATE",
      signCertificate(
        {
          ...{ serial: serialOf(Buffer.alloc(16, 7)), issuer, subject, publicKey: of, extensions },
          ...{ notBeforeMs: Date.UTC(2026, 0, 1), notAfterMs: Date.UTC(2046, 0, 1) },
        },
        { key, algorithm: "SHA256WITHECDSA" },
      ),
    )
  return {
    certificate: sign(issuer, publicKey, [critical(basicConstraints({ authority: true }))]),
    sign(request: string): string {
      const [block] = pemBlocks(request) ?? []
      const { subject, publicKey: of } = readRequest(block?.der ?? new Uint8Array())
      return sign(subject, of, [basicConstraints({ authority: false })])
    },
  }
}

export async function describe(hsm: HsmClient, id: string) {
  const { Clusters } = await hsm("DescribeClusters", { Filters: { clusterIds: [id] } })
  return Clusters?.[0]
}

const NEW = { HsmType: "hsm2m.medium", Mode: "FIPS" } as const

/** A cluster with an HSM in each of the first AZs, claimed and activated, with a user for KMS. */
export async function activeCluster(
  { cloud, hsm }: { readonly cloud: InProcessCloud; readonly hsm: HsmClient },
  zones = 2,
  more: { readonly HsmType: string; readonly Mode: string } = NEW,
) {
  const { Cluster } = await hsm("CreateCluster", {
    ...{ ...(more as typeof NEW), SubnetIds: SUBNETS },
  })
  const id = Cluster?.ClusterId ?? ""
  const names = Object.keys(Cluster?.SubnetMapping ?? {})
  const addHsm = async (zone: string) => {
    const { Hsm } = await hsm("CreateHsm", { ClusterId: id, AvailabilityZone: zone })
    await cloud.settle()
    return Hsm?.HsmId ?? ""
  }
  await cloud.settle()
  const hsms = [await addHsm(names[0] ?? "")]
  const ca = await openCa()
  const csr = (await describe(hsm, id))?.Certificates?.ClusterCsr ?? ""
  await hsm("InitializeCluster", {
    ...{ ClusterId: id, SignedCert: ca.sign(csr), TrustAnchor: ca.certificate },
  })
  await cloud.settle()
  await cloud.commandHsm({ cluster: id, activate: { password: ADMIN.password } })
  const createUser = { ...KMS_USER, role: "crypto-user" as const }
  await cloud.commandHsm({ cluster: id, as: ADMIN, createUser })
  for (const zone of names.slice(1, zones)) hsms.push(await addHsm(zone))
  return { id, zones: names, hsms, addHsm, trustAnchor: ca.certificate }
}
