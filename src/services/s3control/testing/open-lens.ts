import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import {
  PutStorageLensConfigurationCommand,
  S3ControlClient,
  type AccountLevel,
  type StorageLensConfiguration,
} from "@aws-sdk/client-s3-control"
import { NOW, openCloud } from "../../../gateway/testing/open-cloud.ts"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
import { tallies } from "../storage-lens/tally.ts"

export const AccountId = "000000000000"
export const DAY_MS = 86_400_000
export const Bucket = "films"
export const ON = { IsEnabled: true }
/** Where a dashboard exports to. */
export const DESTINATION = {
  S3BucketDestination: {
    ...{ AccountId, Arn: "arn:aws:s3:::lens", OutputSchemaVersion: "V_1" as const },
    Format: "CSV" as const,
  },
}

export const levels = (
  bucket: Partial<AccountLevel["BucketLevel"]>,
  account = {},
): AccountLevel => ({ ...account, BucketLevel: bucket })

/** A cloud whose rows can be read, at midnight, with two buckets. */
export async function openLens() {
  const cloud = await openCloud()
  await cloud.advance(DAY_MS - (NOW % DAY_MS))
  const config = gatewayConfig(cloud, AccountId)
  const [s3, control] = [new S3Client(config), new S3ControlClient({ ...config, ...OWN_HOST })]
  for (const name of [Bucket, "lens"]) await s3.send(new CreateBucketCommand({ Bucket: name }))
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      ...{ Effect: "Allow", Principal: { Service: "storage-lens.s3.amazonaws.com" } },
      ...{ Action: "s3:PutObject", Resource: "arn:aws:s3:::lens/*" },
    },
  })
  await s3.send(new PutBucketPolicyCommand({ Bucket: "lens", Policy }))
  const configure = (ConfigId: string, more: Partial<StorageLensConfiguration>) =>
    control.send(
      new PutStorageLensConfigurationCommand({
        ...{ AccountId, ConfigId },
        StorageLensConfiguration: {
          ...{ Id: ConfigId, IsEnabled: true, AccountLevel: { BucketLevel: {} }, ...more },
        },
      }),
    )
  const text = async (Key: string) =>
    (await s3.send(new GetObjectCommand({ Bucket: "lens", Key }))).Body?.transformToString()
  /** The newest export's metrics: `BUCKET films` or `ACCOUNT` → metric → value. */
  const report = async (id: string) => {
    const Prefix = `StorageLens/${AccountId}/${id}/V_1/reports/`
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: "lens", Prefix }))
    const lines = ((await text(Contents?.at(-1)?.Key ?? "")) ?? "").trim().split("\n").slice(1)
    const told: Record<string, Record<string, number>> = {}
    for (const line of lines) {
      const [, , , , , , type = "", , name = "", metric = "", value] = line.split(",")
      const place = `${type} ${name}`.trim()
      told[place] = { ...told[place], [metric]: Number(value) }
    }
    return told
  }
  const days = () =>
    cloud.world.read(
      (tx) => new Set(tx.scan(tallies, { limit: 10_000 }).rows.map((row) => row.dateMs)).size,
    )
  return { cloud, s3, configure, control, report, days }
}

/** The account would stand in front of the host. */
const OWN_HOST = { disableHostPrefix: true }
