import { randomBytes } from "node:crypto"
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListDirectoryBucketsCommand,
  PutObjectCommand,
  RenameObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { removeFolder, startCloud, type RunningServer } from "./server.ts"
import { hasTerraform, openTerraform } from "./terraform-run.ts"
import { clientEnvironment, hasProgram, run } from "./tools.ts"

const BUCKET = "fast--use1-az4--x-s3"
const CONFIGURATION = {
  Location: { Type: "AvailabilityZone", Name: "use1-az4" },
  Bucket: { Type: "Directory", DataRedundancy: "SingleAvailabilityZone" },
} as const

/** Clients turn a bucket's name into a host below `localhost`, which not every resolver knows. */
const byAddress = ({ url }: RunningServer): string => url.replace("localhost", "127.0.0.1")

describe("S3 Express One Zone", { timeout: 900_000 }, () => {
  let cloud: RunningServer
  const folder = mkdtempSync(join(tmpdir(), "s3-express-"))
  beforeAll(async () => {
    cloud = await startCloud(["--ephemeral"])
  })
  afterAll(async () => {
    await cloud.stop()
    removeFolder(folder)
  })

  test("the SDK makes its sessions over HTTP, before the bucket and after it", async () => {
    const client = new S3Client({
      ...{ endpoint: byAddress(cloud), region: "us-east-1" },
      credentials: { accessKeyId: "333333333333", secretAccessKey: "test" },
    })
    const Bucket = `sdk-${BUCKET}`
    await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: CONFIGURATION }))
    const large = randomBytes(1_000_000)
    await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: large }))
    await client.send(new RenameObjectCommand({ Bucket, Key: "b", RenameSource: "a" }))
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "b" }))
    expect(Buffer.from((await Body?.transformToByteArray()) ?? "").equals(large)).toBe(true)
  })

  test.skipIf(!hasProgram("aws"))("aws s3 and s3api work with a directory bucket", async () => {
    const done = async (...args: string[]): Promise<string> => {
      const env = clientEnvironment(byAddress(cloud))
      const { code, stdout, stderr } = await run(
        "aws",
        ["--endpoint-url", byAddress(cloud), ...args],
        { env },
      )
      expect([code, stderr]).toEqual([0, ""])
      return stdout
    }
    const file = join(folder, "large.bin")
    writeFileSync(file, randomBytes(12 * 1024 * 1024))
    const configuration = JSON.stringify(CONFIGURATION)
    await done(
      ...["s3api", "create-bucket", "--bucket", BUCKET],
      ...["--create-bucket-configuration", configuration],
    )
    expect(await done("s3api", "list-directory-buckets")).toContain(BUCKET)
    expect(await done("s3api", "head-bucket", "--bucket", BUCKET)).toContain("use1-az4")
    await done("s3", "cp", file, `s3://${BUCKET}/docs/large.bin`, "--no-progress")
    await done(
      ...["s3api", "rename-object", "--bucket", BUCKET, "--key", "docs/renamed.bin"],
      ...["--rename-source", "docs/large.bin"],
    )
    expect(await done("s3", "ls", `s3://${BUCKET}/`)).toMatch(/PRE docs\//)
    const back = join(folder, "back.bin")
    await done("s3", "cp", `s3://${BUCKET}/docs/renamed.bin`, back, "--no-progress")
    expect(readFileSync(back).equals(readFileSync(file))).toBe(true)
    const link = await done("s3", "presign", `s3://${BUCKET}/docs/renamed.bin`)
    expect((await fetch(link.trim(), { method: "GET" })).status).toBe(200)
    await done("s3", "rm", `s3://${BUCKET}/docs/renamed.bin`)
    await done("s3", "rb", `s3://${BUCKET}`)
  })

  test.skipIf(!hasTerraform)(
    "Terraform makes a directory bucket, and plans nothing more",
    async () => {
      const account = "555555555555"
      const options = { url: byAddress(cloud), account }
      const terraform = await openTerraform("s3-express", options, onTestFinished)
      const first = await terraform.apply({ stage: 1 })
      expect([first.code, first.stderr]).toEqual([0, ""])
      const plan = await terraform.plan({ stage: 1 })
      expect([plan.code, plan.code === 0 ? "" : plan.stdout]).toEqual([0, ""])
      const second = await terraform.apply({ stage: 2 })
      expect([second.code, second.stderr]).toEqual([0, ""])
      expect(await terraform.plan({ stage: 2 })).toMatchObject({ code: 0 })
      const destroyed = await terraform.destroy({ stage: 2 })
      expect([destroyed.code, destroyed.stderr]).toEqual([0, ""])
      const client = new S3Client({
        ...{ endpoint: byAddress(cloud), region: "us-east-1" },
        credentials: { accessKeyId: account, secretAccessKey: "test" },
      })
      expect((await client.send(new ListDirectoryBucketsCommand({}))).Buckets ?? []).toEqual([])
    },
  )
})
