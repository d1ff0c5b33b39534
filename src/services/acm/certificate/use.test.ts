import {
  ACMClient,
  AddTagsToCertificateCommand,
  DeleteCertificateCommand,
  GetAccountConfigurationCommand,
  ListTagsForCertificateCommand,
  PutAccountConfigurationCommand,
  RemoveTagsFromCertificateCommand,
  UpdateCertificateOptionsCommand,
} from "@aws-sdk/client-acm"
import { X509Certificate } from "node:crypto"
import { expect, test } from "vitest"
import { NOW, openCloud } from "../../../gateway/testing/open-cloud.ts"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
import { hostClock } from "../../../kernel/host/host-clock.ts"
import { createMemoryBlobs } from "../../../kernel/sim/memory-blobs.ts"
import type { MemoryEngine } from "../../../kernel/sim/memory-engine.ts"
import { createMemoryStorage } from "../../../kernel/sim/memory-storage.ts"
import { attachCertificate, detachCertificate, tlsCertificate } from "../port.ts"
import {
  DAY_MS,
  describe,
  importOwn,
  issued,
  openAcm,
  refusalOf,
  request,
  selfSigned,
} from "../testing/open-acm.ts"

const PLACE = { account: "000000000000", region: "us-east-1" }
const LISTENER = "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/a/b/c"

/** A cloud whose tables are at hand, with one imported certificate. */
async function openImported() {
  const storage = createMemoryStorage(hostClock, () => createMemoryBlobs())
  const cloud = await openCloud({ storage })
  const clientOf = (region: string) =>
    new ACMClient({
      ...gatewayConfig(cloud),
      region,
    })
  const client = clientOf("us-east-1")
  const own = await selfSigned({ startMs: NOW - DAY_MS })
  return { storage, cloud, client, clientOf, own, arn: await importOwn(client, own) }
}

test("ACM-7 a certificate in use is not deleted", async () => {
  const { cloud, client, arn } = await openImported()
  const remove = () => client.send(new DeleteCertificateCommand({ CertificateArn: arn }))
  await cloud.world.write((tx) => attachCertificate(tx, arn, LISTENER))
  expect((await describe(client, arn)).InUseBy).toEqual([LISTENER])
  expect(await refusalOf(remove())).toBe(
    `ResourceInUseException: Certificate ${arn} in account 000000000000 is in use by another AWS service.`,
  )
  await cloud.world.write((tx) => detachCertificate(tx, arn, LISTENER))
  await remove()
  expect(await refusalOf(describe(client, arn))).toMatch(/^ResourceNotFoundException: /)
})

test("a certificate is of its Region: who presents it elsewhere needs one there", async () => {
  const { cloud, clientOf, arn, own } = await openImported()
  const europe = clientOf("eu-west-1")
  expect(await refusalOf(describe(europe, arn))).toMatch(/^ResourceNotFoundException: /)
  const presented = (region: string, one: string) =>
    cloud.world.read((tx) => tlsCertificate(tx, one, { ...PLACE, region }))
  const shown = await presented("us-east-1", arn)
  expect(shown?.names).toEqual(["own.example.com", "b.example.com"])
  expect(shown?.certificate).toBe(own.certificate.toString())
  expect(shown?.privateKey).toBe(own.privateKey.toString())
  expect(await presented("eu-west-1", arn)).toBeUndefined()
  const there = await importOwn(europe, own)
  expect((await presented("eu-west-1", there))?.arn).toBe(there)
  // Whoever serves from everywhere takes those of one Region.
  expect(await presented("us-east-1", there)).toBeUndefined()
})

test("private keys are sealed", async () => {
  const { storage, own } = await openImported()
  const engine = (await storage.open()).engine as MemoryEngine
  const rows = [...engine.dump()].map(([, row]) => Buffer.from(row as string).toString("latin1"))
  const der = Buffer.from(own.pair.privateKey)
  const certificate = new X509Certificate(own.certificate).raw.toString("base64")
  expect(rows.some((row) => row.includes(certificate))).toBe(true)
  for (const shown of [der.toString("base64").slice(0, 60), der.toString("hex").slice(72, 136)])
    expect(rows.some((row) => row.includes(shown))).toBe(false)
})

test("tags, options and the account's configuration", async () => {
  const acm = await openAcm()
  const { client, of } = acm
  const arn = await request(client, { Tags: [{ Key: "a", Value: "1" }] })
  const CertificateArn = arn
  const add = (Key: string, Value: string) =>
    client.send(new AddTagsToCertificateCommand({ CertificateArn, Tags: [{ Key, Value }] }))
  await add("b", "2")
  expect(await refusalOf(add("aws:x", "1"))).toBe(
    'ValidationException: Invalid Tag Key: "aws:x". AWS internal tags cannot be changed with this API',
  )
  const Tags = [{ Key: "a", Value: "other" }, { Key: "b" }]
  await client.send(new RemoveTagsFromCertificateCommand({ CertificateArn, Tags }))
  const listed = await client.send(new ListTagsForCertificateCommand({ CertificateArn }))
  expect(listed.Tags).toEqual([{ Key: "a", Value: "1" }])

  const logging = (one: string, more = {}) =>
    client.send(
      new UpdateCertificateOptionsCommand({
        CertificateArn: one,
        Options: { CertificateTransparencyLoggingPreference: "DISABLED", ...more },
      }),
    )
  expect(await refusalOf(logging(arn))).toMatch(/^InvalidStateException: /)
  const done = await issued(acm, { DomainName: "b.example.com" })
  await logging(done)
  expect((await describe(client, done)).Options).toEqual({
    ...{ CertificateTransparencyLoggingPreference: "DISABLED", Export: "DISABLED" },
  })
  expect(await refusalOf(logging(done, { Export: "ENABLED" }))).toMatch(/^ValidationException: /)

  const days = async (who = client) =>
    (await who.send(new GetAccountConfigurationCommand({}))).ExpiryEvents?.DaysBeforeExpiry
  const put = (DaysBeforeExpiry: number) =>
    client.send(
      new PutAccountConfigurationCommand({
        ...{ IdempotencyToken: "a", ExpiryEvents: { DaysBeforeExpiry } },
      }),
    )
  expect(await days()).toBe(45)
  await put(10)
  expect([await days(), await days(of({ region: "eu-west-1" }))]).toEqual([10, 45])
  expect(await refusalOf(put(91))).toBe(
    "ValidationException: DaysBeforeExpiry must be between 1 and 90",
  )
})
