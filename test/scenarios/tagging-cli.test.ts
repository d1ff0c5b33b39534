import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startCloud, type RunningServer } from "./server.ts"
import { clientEnvironment, hasProgram, run } from "./tools.ts"

describe.skipIf(!hasProgram("aws"))("the Tagging API by the aws CLI", { timeout: 400_000 }, () => {
  let cloud: RunningServer
  beforeAll(async () => {
    cloud = await startCloud(["--ephemeral"])
  })
  afterAll(async () => void (await cloud.stop()))

  async function aws(command: string): Promise<Record<string, unknown>> {
    const args = ["--endpoint-url", cloud.url, ...command.split(" ")]
    const { code, stdout, stderr } = await run("aws", args, { env: clientEnvironment(cloud.url) })
    expect([command, code, stderr]).toEqual([command, 0, ""])
    return (stdout.trim() === "" ? {} : JSON.parse(stdout)) as Record<string, unknown>
  }

  test("the resources of a team are found, one page after another", async () => {
    const queue = "arn:aws:sqs:us-east-1:000000000000:jobs"
    const secret = (await aws("secretsmanager create-secret --name s --secret-string s"))["ARN"]
    await aws("sqs create-queue --queue-name jobs --tags stage=test")
    const tagged = await aws(
      `resourcegroupstaggingapi tag-resources --resource-arn-list ${queue} ${secret} --tags team=blue`,
    )
    expect(tagged).toEqual({ FailedResourcesMap: {} })
    const found = await aws(
      "resourcegroupstaggingapi get-resources --tag-filters Key=team,Values=blue --page-size 1",
    )
    expect(found["ResourceTagMappingList"]).toEqual([
      { ResourceARN: secret, Tags: [{ Key: "team", Value: "blue" }] },
      {
        ResourceARN: queue,
        Tags: [
          { Key: "stage", Value: "test" },
          { Key: "team", Value: "blue" },
        ],
      },
    ])
    const { TagKeys } = await aws("resourcegroupstaggingapi get-tag-keys")
    expect(TagKeys).toEqual(["stage", "team"])
  })
})
