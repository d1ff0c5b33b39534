import { HeadObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { describe, expect, onTestFinished, test } from "vitest"
import { hasTerraform, openScenario } from "./terraform-run.ts"

describe.skipIf(!hasTerraform)("Terraform", { timeout: 900_000 }, () => {
  test("joins two buckets by a replication that works, changes it, and destroys it", async () => {
    const account = "555555555555"
    const scenario = await openScenario(account, onTestFinished)
    const { apply, plan, destroy } = await scenario.terraform("s3-replication")
    const client = scenario.client(S3Client, { region: "eu-west-1" })
    const first = await apply({ stage: 1 })
    expect([first.code, first.stderr]).toEqual([0, ""])
    expect(await plan({ stage: 1 })).toMatchObject({ code: 0 })
    // Cloud time runs here: the replica comes while Terraform plans, or right after.
    const replica = new HeadObjectCommand({ Bucket: "cats-destination", Key: "cats/tom" })
    await expect
      .poll(() => client.send(replica).catch(() => undefined), { timeout: 400_000, interval: 500 })
      .toMatchObject({ ReplicationStatus: "REPLICA", StorageClass: "STANDARD_IA" })
    const second = await apply({ stage: 2 })
    expect([second.code, second.stdout]).toEqual([
      0,
      expect.stringContaining("0 added, 1 changed, 0 destroyed"),
    ])
    expect(await destroy({ stage: 2 })).toMatchObject({ code: 0 })
  })
})
