import { createHash, randomBytes } from "node:crypto"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { removeFolder, startCloud, type RunningServer } from "./server.ts"
import { clientEnvironment, hasProgram, run } from "./tools.ts"

describe.skipIf(!hasProgram("rclone", ["version"]))("rclone", { timeout: 400_000 }, () => {
  let cloud: RunningServer
  const folder = mkdtempSync(join(tmpdir(), "rclone-"))
  const large = randomBytes(12 * 1024 * 1024)
  beforeAll(async () => {
    cloud = await startCloud()
  })
  afterAll(async () => {
    await cloud.stop()
    removeFolder(cloud.data)
    removeFolder(folder)
  })

  /** rclone with a remote `cloud:`; what it prints. Parts begin at 5 MiB. */
  const rclone = async (...args: string[]): Promise<string> => {
    const remote = {
      RCLONE_CONFIG: join(folder, "rclone.conf"),
      ...{ RCLONE_RETRIES: "1", RCLONE_LOW_LEVEL_RETRIES: "2" },
      RCLONE_CONFIG_CLOUD_TYPE: "s3",
      // The provider "AWS" knows virtual hosts only, which need a DNS.
      RCLONE_CONFIG_CLOUD_PROVIDER: "Other",
      RCLONE_CONFIG_CLOUD_ACCESS_KEY_ID: "test",
      RCLONE_CONFIG_CLOUD_SECRET_ACCESS_KEY: "test",
      RCLONE_CONFIG_CLOUD_REGION: "us-east-1",
      RCLONE_CONFIG_CLOUD_ENDPOINT: cloud.url,
      RCLONE_CONFIG_CLOUD_FORCE_PATH_STYLE: "true",
      // Else it says "private", which buckets without ACLs refuse.
      ...{ RCLONE_S3_ACL: "bucket-owner-full-control", RCLONE_S3_BUCKET_ACL: "private" },
      RCLONE_S3_UPLOAD_CUTOFF: "5Mi",
      RCLONE_S3_CHUNK_SIZE: "5Mi",
    }
    writeFileSync(join(folder, "rclone.conf"), "")
    const env = { ...clientEnvironment(cloud.url), ...remote }
    const { code, stdout, stderr } = await run("rclone", args, { env })
    expect([code, stderr.replace(/^.*NOTICE.*\n/gm, "")], args.join(" ")).toEqual([0, ""])
    return stdout
  }

  /** A folder, and a bucket that it has gone up to. */
  const upload = async (bucket: string): Promise<string> => {
    const local = join(folder, bucket)
    mkdirSync(join(local, "a b"), { recursive: true })
    for (const name of ["index.html", "a b/ä+c.txt", "empty"])
      writeFileSync(join(local, name), name === "empty" ? "" : name)
    writeFileSync(join(local, "large.bin"), large)
    await rclone("mkdir", `cloud:${bucket}`)
    await rclone("sync", local, `cloud:${bucket}`)
    return local
  }

  test("a folder goes up, is checked, and is in step", async () => {
    const local = await upload("files")
    expect((await rclone("lsf", "-R", "cloud:files")).trim().split("\n").toSorted()).toEqual(
      ["a b/", "a b/ä+c.txt", "empty", "index.html", "large.bin"].toSorted(),
    )
    await rclone("check", local, "cloud:files")
    await rclone("check", "--download", local, "cloud:files")
    expect(await rclone("md5sum", "cloud:files/index.html")).toContain(
      createHash("md5").update("index.html").digest("hex"),
    )
    expect(await rclone("size", "cloud:files")).toContain("Total objects: 4")
  })

  test("what went in parts comes back, whole, and small files by range", async () => {
    await upload("parts")
    const back = join(folder, "back")
    await rclone("copy", "cloud:parts/large.bin", back)
    expect(readFileSync(join(back, "large.bin")).equals(large)).toBe(true)
    expect(await rclone("cat", "cloud:parts/a b/ä+c.txt")).toBe("a b/ä+c.txt")
    expect(await rclone("cat", "--offset", "4", "--count", "4", "cloud:parts/index.html")).toBe(
      "x.ht",
    )
  })

  test("changes and deletions follow, here and there", async () => {
    const local = await upload("changing")
    rmSync(join(local, "empty"))
    writeFileSync(join(local, "index.html"), "changed")
    await rclone("sync", local, "cloud:changing")
    expect(await rclone("lsf", "cloud:changing")).not.toContain("empty")
    await rclone("moveto", "cloud:changing/index.html", "cloud:changing/home.html")
    await rclone("copyto", "cloud:changing/large.bin", "cloud:changing/copy.bin")
    const mirror = join(folder, "mirror")
    await rclone("sync", "cloud:changing", mirror)
    expect(readFileSync(join(mirror, "home.html"), "utf8")).toBe("changed")
    expect(readFileSync(join(mirror, "copy.bin")).equals(large)).toBe(true)
    await rclone("check", mirror, "cloud:changing")
    await rclone("purge", "cloud:changing")
    expect(await rclone("lsd", "cloud:")).not.toContain("changing")
  })
})
