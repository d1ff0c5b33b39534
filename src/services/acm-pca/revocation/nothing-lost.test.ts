import { ACMPCAClient, RevokeCertificateCommand } from "@aws-sdk/client-acm-pca"
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import type { Cloud } from "../../../gateway/cloud.ts"
import { gatewayConfig, openCrashing } from "../../../gateway/testing/sdk-config.ts"
import { createFaultyMachine } from "../../../kernel/sim/faulty-machine.ts"
import { createSeededRandom } from "../../../kernel/sim/seeded-random.ts"
import type { Storage } from "../../../kernel/storage.ts"
import { activeRoot, certificate, issue, serverRequest } from "../testing/open-pca.ts"

const ROUNDS = 60
const MINUTE_MS = 60_000
const CrlConfiguration = {
  ...{ Enabled: true, S3BucketName: "lists", ExpirationInDays: 7 },
  S3ObjectAcl: "BUCKET_OWNER_FULL_CONTROL",
} as const

interface Booted {
  readonly cloud: Cloud
  readonly client: ACMPCAClient
  readonly s3: S3Client
}

async function boot(storage: Storage): Promise<Booted> {
  const cloud = await openCrashing({ storage, reports: [] })
  const settings = { ...gatewayConfig(cloud), maxAttempts: 1 }
  const s3 = new S3Client({ ...settings, forcePathStyle: true })
  return { cloud, client: new ACMPCAClient(settings), s3 }
}

async function openLists(s3: S3Client): Promise<void> {
  const Bucket = CrlConfiguration.S3BucketName
  await s3.send(new CreateBucketCommand({ Bucket }))
  const Principal = { Service: "acm-pca.amazonaws.com" }
  const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`]
  const Statement = [{ Effect: "Allow", Principal, Action: "s3:*", Resource }]
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement })
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
}

/** Issues and revokes while the program crashes now and then; what was answered is kept. */
async function liveThroughCrashes(seed: number) {
  const random = createSeededRandom(seed)
  let chance = 0
  const machine = createFaultyMachine({
    ...{ random, powerShare: 0 },
    get crashChance() {
      return chance
    },
  })
  const { storage } = machine
  let world = await boot(storage)
  await openLists(world.s3)
  const root = await activeRoot(world.client, { RevocationConfiguration: { CrlConfiguration } })
  const Csr = await serverRequest()
  const [made, revoked] = [new Set<string>(), new Set<string>()]
  chance = 0.06
  for (let round = 0; round < ROUNDS; round += 1) {
    try {
      if (!machine.running) world = await boot(storage)
      const arn = await issue(world.client, root, { Csr })
      made.add(arn)
      const CertificateSerial = arn.split("/").at(-1) ?? ""
      const CertificateAuthorityArn = root
      const RevocationReason = "SUPERSEDED"
      const asked = { CertificateAuthorityArn, CertificateSerial, RevocationReason } as const
      await world.client.send(new RevokeCertificateCommand(asked))
      revoked.add(CertificateSerial)
      await world.cloud.advance(10 * MINUTE_MS)
    } catch (error) {
      // Whatever a program says as it dies.
      if (machine.running) throw error
    }
  }
  chance = 0
  if (!machine.running) world = await boot(storage)
  await world.cloud.advance(60 * MINUTE_MS)
  return { ...world, root, made, revoked, crashes: machine.crashes.length }
}

test.each([1, 2])(
  "what a CA has issued and revoked is there after crashes, and in the list of its bucket (seed %i)",
  async (seed) => {
    const { client, s3, root, made, revoked, crashes } = await liveThroughCrashes(seed)
    expect(crashes).toBeGreaterThan(2)
    expect(revoked.size).toBeGreaterThan(20)
    for (const arn of made)
      expect((await certificate(client, root, arn)).Certificate).toMatch(/^-----BEGIN/)
    const Key = `crl/${root.split("/").at(-1)}.crl`
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "lists", Key }))
    const list = Buffer.from((await Body?.transformToByteArray()) ?? [])
    for (const serial of revoked) expect(list.includes(Buffer.from(serial, "hex"))).toBe(true)
  },
)
