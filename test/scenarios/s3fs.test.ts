import { spawnSync } from "node:child_process"
import { createHash, randomBytes } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { removeFolder, startCloud, type RunningServer } from "./server.ts"
import { clientEnvironment, hasProgram, run } from "./tools.ts"

const Bucket = "mounted"

/** FUSE needs more than a program: a device, and the right to use it. */
function mayMount(): boolean {
  if (!hasProgram("s3fs") || !existsSync("/dev/fuse")) return false
  const may = process.getuid?.() === 0 || spawnSync("fusermount", ["-V"]).status === 0
  if (!may) console.warn("nothing can be mounted here: s3fs is skipped")
  return may
}

describe.skipIf(!mayMount())("s3fs", { timeout: 400_000 }, () => {
  let cloud: RunningServer
  let client: S3Client
  const folder = mkdtempSync(join(tmpdir(), "s3fs-"))
  const mount = join(folder, "mount")

  /** What stands in the way of a test's own file calls: they would block what answers them. */
  const shell = async (script: string): Promise<string> => {
    const env = clientEnvironment(cloud.url)
    const { code, stdout, stderr } = await run("sh", ["-c", script], { env, cwd: folder })
    expect([code, stderr], script).toEqual([0, ""])
    return stdout
  }

  beforeAll(async () => {
    cloud = await startCloud()
    client = new S3Client({
      ...{ region: "us-east-1", endpoint: cloud.url, forcePathStyle: true },
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    })
    await client.send(new CreateBucketCommand({ Bucket }))
    mkdirSync(mount)
    writeFileSync(join(folder, "password"), "test:test", { mode: 0o600 })
    const options = `passwd_file=${join(folder, "password")},url=${cloud.url},use_path_request_style`
    await shell(`s3fs ${Bucket} ${mount} -o ${options},stat_cache_expire=0,multipart_size=5`)
  })
  afterAll(async () => {
    spawnSync("fusermount", ["-uz", mount])
    client.destroy()
    await cloud.stop()
    removeFolder(cloud.data)
    removeFolder(folder)
  })

  test("files are objects, and objects are files", async () => {
    await shell("mkdir mount/docs && printf hello > mount/docs/a.txt")
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "docs/a.txt" }))
    expect(await got.Body?.transformToString()).toBe("hello")
    await client.send(new PutObjectCommand({ Bucket, Key: "docs/b.txt", Body: "from outside" }))
    expect(await shell("cat mount/docs/b.txt; ls mount/docs")).toBe("from outsidea.txt\nb.txt\n")
    await shell("printf ' world' >> mount/docs/a.txt")
    expect(await shell("cat mount/docs/a.txt")).toBe("hello world")
    await shell("rm -r mount/docs")
    const left = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "docs" }))
    expect(left.KeyCount).toBe(0)
  })

  test("a large file goes in parts, is copied, renamed and removed", async () => {
    const bytes = randomBytes(12 * 1024 * 1024)
    writeFileSync(join(folder, "large"), bytes)
    const sum = createHash("md5").update(bytes).digest("hex")
    await shell("cp large mount/large && mv mount/large mount/moved")
    expect(await shell("md5sum < mount/moved")).toContain(sum)
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "moved" }))
    expect(Contents?.[0]).toMatchObject({ Key: "moved", Size: bytes.length })
    await shell("rm mount/moved")
    const left = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "moved" }))
    expect(left.KeyCount).toBe(0)
  })
})
