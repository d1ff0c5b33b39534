import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { removeFolder, startCloud, type RunningServer } from "./server.ts"
import { clientEnvironment, hasProgram, run, type Ran } from "./tools.ts"

describe.skipIf(!hasProgram("aws"))("the aws CLI", { timeout: 400_000 }, () => {
  let cloud: RunningServer
  beforeAll(async () => {
    cloud = await startCloud()
  })
  afterAll(async () => {
    await cloud.stop()
    removeFolder(cloud.data)
  })

  const aws = (args: string, key?: string, more: NodeJS.ProcessEnv = {}): Promise<Ran> =>
    // Version 1 of the CLI does not heed AWS_ENDPOINT_URL for SQS and a few other services.
    run("aws", ["--endpoint-url", cloud.url, ...args.split(" ")], {
      env: { ...clientEnvironment(cloud.url, key), ...more },
    })
  const answer = async (args: string, key?: string): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await aws(args, key)
    expect(stderr).toBe("")
    expect(code).toBe(0)
    return stdout.trim() === "" ? {} : JSON.parse(stdout)
  }

  test("CLOUD-2 sends, receives and deletes through a queue that it made, with endpoint and keys alone", async () => {
    const { QueueUrl } = await answer(
      "sqs create-queue --queue-name jobs --attributes VisibilityTimeout=60",
    )
    expect(QueueUrl).toBe(`${cloud.url}/000000000000/jobs`)
    const sent = await answer(`sqs send-message --queue-url ${QueueUrl} --message-body hello`)
    expect(sent).toMatchObject({ MD5OfMessageBody: "5d41402abc4b2a76b9719d911017c592" })
    const got = await answer(`sqs receive-message --queue-url ${QueueUrl} --attribute-names All`)
    expect(got["Messages"]).toMatchObject([
      { Body: "hello", Attributes: { ApproximateReceiveCount: "1" } },
    ])
    const [{ ReceiptHandle }] = got["Messages"] as [{ ReceiptHandle: string }]
    await answer(`sqs delete-message --queue-url ${QueueUrl} --receipt-handle ${ReceiptHandle}`)
    const left = await answer(
      `sqs get-queue-attributes --queue-url ${QueueUrl} --attribute-names All`,
    )
    expect(left["Attributes"]).toMatchObject({
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
      VisibilityTimeout: "60",
    })
  })

  test("CLOUD-3 ACCT-1 accounts see their own queues only", async () => {
    await answer("sqs create-queue --queue-name mine", "111111111111")
    expect(await answer("sqs list-queues", "222222222222")).toEqual({})
    const denied = await aws(
      `sqs send-message --queue-url ${cloud.url}/111111111111/mine --message-body x`,
      "222222222222",
    )
    expect(denied.code).not.toBe(0)
    expect(denied.stderr).toMatch(/AccessDenied|NonExistentQueue|QueueDoesNotExist/)
  })

  test("REGION-3 REGION-12 a queue of one Region is none of another", async () => {
    await answer("sqs create-queue --queue-name here --region eu-west-1")
    const there = await aws("sqs get-queue-url --queue-name here --region us-west-2")
    expect(there.stderr).toContain("NonExistentQueue")
    await answer("sqs get-queue-url --queue-name here --region eu-west-1")
  })

  test("Regions and AZs are described, and AZs that are down", async () => {
    const { Regions } = await answer("ec2 describe-regions --region-names eu-west-1")
    expect(Regions).toEqual([
      {
        RegionName: "eu-west-1",
        Endpoint: "ec2.eu-west-1.amazonaws.com",
        OptInStatus: "opt-in-not-required",
      },
    ])
    const { AvailabilityZones } = await answer(
      "ec2 describe-availability-zones --region eu-west-1 --filters Name=zone-name,Values=*b",
    )
    expect(AvailabilityZones).toMatchObject([{ ZoneName: "eu-west-1b", State: "available" }])
  })

  test("STS-1 STS-7 an assumed role gets keys that expire, and is named", async () => {
    const { Credentials } = await answer(
      "sts assume-role --role-arn arn:aws:iam::000000000000:role/reader --role-session-name me",
    )
    const keys = Credentials as {
      AccessKeyId: string
      SecretAccessKey: string
      SessionToken: string
    }
    expect(keys.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
    const who = await aws("sts get-caller-identity", keys.AccessKeyId, {
      AWS_SECRET_ACCESS_KEY: keys.SecretAccessKey,
      AWS_SESSION_TOKEN: keys.SessionToken,
    })
    expect(JSON.parse(who.stdout)).toMatchObject({
      Account: "000000000000",
      Arn: "arn:aws:sts::000000000000:assumed-role/reader/me",
    })
    const wrong = await aws("sts get-caller-identity", keys.AccessKeyId, {
      AWS_SECRET_ACCESS_KEY: "wrong",
      AWS_SESSION_TOKEN: keys.SessionToken,
    })
    expect(wrong.stderr).toContain("SignatureDoesNotMatch")
  })

  test("a real AWS key is refused with a word of help, and nothing is done", async () => {
    const refused = await aws("sqs create-queue --queue-name leak", "AKIAQ3EGPXMPLKJHGFDS")
    expect(refused.code).not.toBe(0)
    expect(refused.stderr).toContain("looks like a real AWS key")
    expect((await aws("sqs get-queue-url --queue-name leak")).code).not.toBe(0)
  })

  test("what is not implemented says so by name, in each protocol", async () => {
    for (const [args, name] of [
      ["cloudfront list-distributions", "ListDistributions"],
      ["kinesis list-streams", "ListStreams"],
      ["ec2 describe-vpcs", "DescribeVpcs"],
      ["lambda list-functions", "ListFunctions"],
      ["cloudformation list-stacks", "ListStacks"],
      ["route53 list-hosted-zones", "ListHostedZones"],
    ] as const) {
      const { stderr } = await aws(args)
      expect(stderr).toContain("NotImplemented")
      expect(stderr).toContain(name)
    }
  })

  test("what was answered is there after a restart", async () => {
    const { QueueUrl } = await answer("sqs create-queue --queue-name kept")
    await answer(`sqs send-message --queue-url ${QueueUrl} --message-body stays`)
    expect(await cloud.stop()).toBe(0)
    cloud = await startCloud([], cloud.data)
    const got = await answer(`sqs receive-message --queue-url ${cloud.url}/000000000000/kept`)
    expect(got["Messages"]).toMatchObject([{ Body: "stays" }])
  })
})
