import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import {
  PutStorageLensConfigurationCommand,
  S3ControlClient,
  type StorageLensConfiguration,
} from "@aws-sdk/client-s3-control"
import { expect, test } from "vitest"
import { openCloud } from "../../../gateway/testing/open-cloud.ts"
import { plugIn } from "../../../gateway/testing/plug-in.ts"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
import { usageOf } from "../../../kernel/meter.ts"
import { unchecked } from "../../../registry/authorize.ts"
import type { ActionOperation } from "../../../registry/operation.ts"
import { LENS } from "./scope.ts"
import { tallies } from "./tally.ts"

const AccountId = "000000000000"
const plain = { AccountLevel: { BucketLevel: {} }, IsEnabled: true }

test("S3-163 advanced metrics are published to CloudWatch, free of its charge, and are those of prefixes too", async () => {
  const cloud = await openCloud()
  const data: Datum[] = []
  const PutMetricData: ActionOperation<{ Namespace: string; MetricData: Datum[] }, object> = {
    ...{ kind: "action", name: "PutMetricData", authorize: unchecked("metrics of a test") },
    run(_ctx, { Namespace, MetricData }, call) {
      expect([Namespace, call.region]).toEqual(["AWS/S3/Storage-Lens", "us-east-1"])
      expect(call.principal).toMatchObject({ type: "service", name: LENS })
      data.push(...MetricData)
      return Promise.resolve({})
    },
  }
  plugIn(cloud, "cloudwatch", { PutMetricData })
  const config = gatewayConfig(cloud, AccountId)
  const [s3, control] = [new S3Client(config), new S3ControlClient({ ...config, ...OWN_HOST })]
  await s3.send(new CreateBucketCommand({ Bucket: "films" }))
  for (const Key of ["a/1", "a/2", "b/3"])
    await s3.send(new PutObjectCommand({ Bucket: "films", Key, Body: "12345" }))
  const put = (ConfigId: string, more: Partial<StorageLensConfiguration>) =>
    control.send(
      new PutStorageLensConfigurationCommand({
        ...{ AccountId, ConfigId },
        StorageLensConfiguration: { ...plain, Id: ConfigId, ...more },
      }),
    )
  await put("free", {})
  await put("advanced", {
    DataExport: { CloudWatchMetrics: { IsEnabled: true } },
    AccountLevel: {
      BucketLevel: { PrefixLevel: { StorageMetrics: { IsEnabled: true } } },
    },
  })
  await cloud.advance(86_400_000)
  const told = data.filter(({ MetricName }) => MetricName === "StorageBytes")
  const dimensions = {
    ...{ configuration_id: "advanced", metrics_version: "1.0", aws_account_number: AccountId },
    ...{ aws_region: "us-east-1", storage_class: "STANDARD" },
  }
  expect(
    told.map(({ Dimensions, Value, Unit }) => ({
      ...{ Value, Unit },
      ...Object.fromEntries(Dimensions.map(({ Name, Value: text }) => [Name, text])),
    })),
  ).toEqual([
    { ...dimensions, record_type: "BUCKET", bucket_name: "films", Value: 15, Unit: "Bytes" },
    { ...dimensions, record_type: "ACCOUNT", Value: 15, Unit: "Bytes" },
  ])
  const counted = await cloud.world.read((tx) => ({
    prefixes: tx
      .scan(tallies, { limit: 100 })
      .rows.flatMap(({ prefix, metrics }) =>
        prefix === "" ? [] : [[prefix, metrics["StorageBytes"]]],
      ),
    usage: usageOf(tx, AccountId, { from: 0, to: tx.now + 1, limit: 1_000 })
      .filter(({ usageType }) => /lens|cloudwatch/.test(usageType))
      .map(({ usageType, quantity }) => [usageType, quantity]),
  }))
  // By the object, for the advanced dashboard alone; nothing for what CloudWatch was told.
  expect(counted).toEqual({
    prefixes: [
      ["a/", 10],
      ["b/", 5],
    ],
    usage: [["s3:lens-objects", 3]],
  })
})

/** The account would stand in front of the host. */
const OWN_HOST = { disableHostPrefix: true }

interface Datum {
  readonly MetricName: string
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[]
  readonly Value: number
  readonly Unit: string
}
