import { GetObjectCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3"
import { describe, test } from "vitest"
import { hasTerraform, openScenario } from "./terraform-run.ts"

describe.skipIf(!hasTerraform)("Terraform and S3", { timeout: 900_000 }, () => {
  test("CLOUD-1 S3-37 S3-89 makes buckets with all their configurations, plans nothing more, changes them in place, and destroys them", async ({
    expect,
    onTestFinished,
  }) => {
    const { cloud, ...scenario } = await openScenario("555555555555", onTestFinished)
    const terraform = await scenario.terraform("s3")
    const client = scenario.client(S3Client)
    const first = await terraform.apply({ stage: 1 })
    expect([first.code, first.stderr]).toEqual([0, ""])
    expect(await terraform.output()).toEqual({
      page: "<p>cats 1</p>",
      website: "cats-site.s3-website-us-east-1.amazonaws.com",
    })
    const page = new GetObjectCommand({ Bucket: "cats-site", Key: "index.html" })
    expect(await (await client.send(page)).Body?.transformToString()).toBe("<p>cats 1</p>")
    // Somebody who does not sign may read it.
    expect((await fetch(`${cloud.url}/cats-site/index.html`)).status).toBe(200)
    const plan = await terraform.plan({ stage: 1 })
    expect([plan.code, plan.code === 0 ? "" : plan.stdout]).toEqual([0, ""])
    const second = await terraform.apply({ stage: 2 })
    expect(second.code).toBe(0)
    expect(second.stdout).toContain("0 added, 6 changed, 0 destroyed")
    expect(await terraform.plan({ stage: 2 })).toMatchObject({ code: 0 })
    const destroyed = await terraform.destroy({ stage: 2 })
    expect([destroyed.code, destroyed.stderr]).toEqual([0, ""])
    expect((await client.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([])
  })
})
