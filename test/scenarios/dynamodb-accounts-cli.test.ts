import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startCloud, type RunningServer } from "./server.ts"
import { clientEnvironment, hasProgram, run } from "./tools.ts"

const hasAws = hasProgram("aws")
const FIRST = { account: "111122223333", region: "us-east-2" }
const SECOND = { account: "444455556666", region: "us-east-1" }
type Place = typeof FIRST

const arn = ({ account, region }: Place) => `arn:aws:dynamodb:${region}:${account}:table/MusicTable`

const policy = (place: Place, joining: readonly string[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: [
          "dynamodb:ReadDataForReplication",
          "dynamodb:WriteDataForReplication",
          "dynamodb:ReplicateSettings",
        ],
        Resource: arn(place),
        Principal: { Service: ["replication.dynamodb.amazonaws.com"] },
        Condition: { StringEquals: { "aws:SourceArn": [arn(FIRST), arn(SECOND)] } },
      },
      ...joining.map((account) => ({
        Effect: "Allow",
        Action: ["dynamodb:AssociateTableReplica"],
        Resource: arn(place),
        Principal: { AWS: [account] },
      })),
    ],
  })

/** How often it is looked whether an item has come. */
const LOOKS = 30

describe.skipIf(!hasAws)("global tables between accounts", { timeout: 400_000 }, () => {
  let cloud: RunningServer
  beforeAll(async () => {
    cloud = await startCloud(["--ephemeral"])
  })
  afterAll(async () => void (await cloud.stop()))

  const aws = async ({ account, region }: Place, ...args: string[]) => {
    const env = clientEnvironment(cloud.url, account)
    const common = ["--endpoint-url", cloud.url, "--region", region, "dynamodb"]
    const { code, stdout, stderr } = await run("aws", [...common, ...args], { env })
    expect([stderr, code]).toEqual(["", 0])
    return stdout.trim() === "" ? {} : (JSON.parse(stdout) as Readonly<Record<string, unknown>>)
  }
  const table = ["--table-name", "MusicTable"]
  const enabled = ["--global-table-settings-replication-mode", "ENABLED"]

  test("the tutorial's commands make one, and write and read in both accounts", async () => {
    await aws(
      FIRST,
      ...["create-table", ...table, ...enabled, "--billing-mode", "PAY_PER_REQUEST"],
      ...["--attribute-definitions", "AttributeName=Artist,AttributeType=S"],
      ...["--key-schema", "AttributeName=Artist,KeyType=HASH"],
      ...["--stream-specification", "StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES"],
      ...["--resource-policy", policy(FIRST, [SECOND.account])],
    )
    await aws(FIRST, "wait", "table-exists", ...table)
    await aws(
      SECOND,
      ...["create-table", ...table, ...enabled, "--global-table-source-arn", arn(FIRST)],
      ...["--resource-policy", policy(SECOND, [])],
    )
    expect(await aws(FIRST, "describe-table", ...table)).toMatchObject({
      Table: { Replicas: [{ RegionName: SECOND.region, ReplicaArn: arn(SECOND) }] },
    })
    await aws(FIRST, "put-item", ...table, "--item", '{"Artist":{"S":"item_1"}}')
    let found = {}
    for (let look = 0; look < LOOKS && !("Item" in found); look += 1)
      found = await aws(SECOND, "get-item", ...table, "--key", '{"Artist":{"S":"item_1"}}')
    expect(found).toEqual({ Item: { Artist: { S: "item_1" } } })
    await aws(SECOND, "delete-table", ...table)
  })
})
