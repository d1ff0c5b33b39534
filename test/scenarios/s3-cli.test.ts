import { randomBytes } from "node:crypto"
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { removeFolder, startCloud, type RunningServer } from "./server.ts"
import { clientEnvironment, hasProgram, run, type Ran } from "./tools.ts"

describe.skipIf(!hasProgram("aws"))("aws s3", { timeout: 400_000 }, () => {
  let cloud: RunningServer
  const folder = mkdtempSync(join(tmpdir(), "s3-cli-"))
  beforeAll(async () => {
    cloud = await startCloud()
  })
  afterAll(async () => {
    await cloud.stop()
    removeFolder(cloud.data)
    removeFolder(folder)
  })

  // Version 1 of the CLI signs links as in the days before SigV4, which new buckets do not take.
  const settings = join(folder, "config")
  writeFileSync(settings, "[default]\ns3 =\n  signature_version = s3v4\n")
  const aws = (...args: string[]): Promise<Ran> =>
    run("aws", ["--endpoint-url", cloud.url, ...args], {
      env: { ...clientEnvironment(cloud.url), AWS_CONFIG_FILE: settings },
    })
  /**
   * A file of an hour ago: S3 tells whole seconds, so what is uploaded within its first second looks
   * older there than here, and would be uploaded again.
   */
  const writeOld = (path: string, text: string): void => {
    writeFileSync(path, text)
    const hourAgo = Date.now() / 1_000 - 3_600
    utimesSync(path, hourAgo, hourAgo)
  }
  const done = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await aws(...args)
    expect([code, stderr]).toEqual([0, ""])
    return stdout
  }

  test("S3-6 S3-7 files go up and come down, small and in parts, and are listed", async () => {
    const small = join(folder, "small.txt")
    const large = join(folder, "large.bin")
    writeFileSync(small, "hello")
    writeFileSync(large, randomBytes(20 * 1024 * 1024))
    await done("s3", "mb", "s3://photos")
    await done("s3", "cp", small, "s3://photos/docs/small.txt", "--no-progress")
    await done("s3", "cp", large, "s3://photos/large.bin", "--no-progress")
    expect(await done("s3", "ls")).toMatch(/photos/)
    const listed = await done("s3", "ls", "s3://photos/")
    expect(listed).toMatch(/PRE docs\//)
    expect(listed).toMatch(/ 20971520 large\.bin/)
    expect(await done("s3", "ls", "s3://photos", "--recursive")).toMatch(/ 5 docs\/small\.txt/)
    const back = join(folder, "back.bin")
    await done("s3", "cp", "s3://photos/large.bin", back, "--no-progress")
    expect(readFileSync(back).equals(readFileSync(large))).toBe(true)
    expect(await done("s3", "cp", "s3://photos/docs/small.txt", "-")).toBe("hello")
  })

  test("a folder is kept in step, moved and removed with its bucket", async () => {
    const site = join(folder, "site")
    mkdirSync(join(site, "a b"), { recursive: true })
    for (const name of ["index.html", "a b/ä+c.txt", "a b/d.txt"]) writeOld(join(site, name), name)
    await done("s3", "mb", "s3://website")
    await done("s3", "sync", site, "s3://website", "--no-progress")
    expect(await done("s3", "sync", site, "s3://website", "--no-progress")).toBe("")
    writeFileSync(join(site, "index.html"), "changed")
    expect(await done("s3", "sync", site, "s3://website", "--no-progress")).toMatch(/index\.html/)
    const copy = join(folder, "copy")
    await done("s3", "sync", "s3://website", copy, "--no-progress")
    expect(readFileSync(join(copy, "a b/ä+c.txt"), "utf8")).toBe("a b/ä+c.txt")
    await done("s3", "mv", "s3://website/a b/d.txt", "s3://website/moved.txt", "--no-progress")
    expect(await done("s3", "ls", "s3://website/")).toMatch(/moved\.txt/)
    const refused = await aws("s3", "rb", "s3://website")
    expect(refused.code).not.toBe(0)
    expect(refused.stderr).toMatch(/BucketNotEmpty/)
    await done("s3", "rm", "s3://website", "--recursive")
    await done("s3", "rb", "s3://website")
    expect(await done("s3", "ls")).not.toMatch(/website/)
  })

  test("what goes on one side goes on the other, and what is moved is gone where it was", async () => {
    const keys = async (prefix = ""): Promise<string[]> => {
      const listed = await done("s3", "ls", `s3://mirror/${prefix}`, "--recursive")
      return listed.split("\n").flatMap((line) => line.split(/\s+/).slice(3, 4))
    }
    const source = join(folder, "source")
    mkdirSync(join(source, "logs"), { recursive: true })
    for (const name of ["a.txt", "b.txt", "logs/1.log", "logs/2.log"])
      writeOld(join(source, name), name)
    await done("s3", "mb", "s3://mirror")
    await done("s3", "sync", source, "s3://mirror/x", "--no-progress")
    rmSync(join(source, "b.txt"))
    expect(await done("s3", "sync", source, "s3://mirror/x", "--no-progress")).toBe("")
    const deleted = await done("s3", "sync", source, "s3://mirror/x", "--delete", "--no-progress")
    expect(deleted).toBe("delete: s3://mirror/x/b.txt\n")
    expect(await keys()).toEqual(["x/a.txt", "x/logs/1.log", "x/logs/2.log"])

    writeFileSync(join(source, "new.txt"), "new")
    await done("s3", "mv", join(source, "new.txt"), "s3://mirror/new.txt", "--no-progress")
    expect(existsSync(join(source, "new.txt"))).toBe(false)
    await done("s3", "mv", "s3://mirror/x/logs", "s3://mirror/old", "--recursive", "--no-progress")
    expect(await keys()).toEqual(["new.txt", "old/1.log", "old/2.log", "x/a.txt"])

    await done("s3", "sync", "s3://mirror/x", source, "--delete", "--no-progress")
    expect(readdirSync(source)).toContain("a.txt")
    expect(existsSync(join(source, "logs/1.log"))).toBe(false)
    const some = ["--recursive", "--exclude", "*", "--include", "old/*"]
    await done("s3", "rm", "s3://mirror", ...some)
    expect(await keys()).toEqual(["new.txt", "x/a.txt"])
  })

  test("S3-130 a presigned link gives the object to whoever has it", async () => {
    await done("s3", "mb", "s3://presigned")
    const file = join(folder, "secret.txt")
    writeFileSync(file, "for you")
    await done("s3", "cp", file, "s3://presigned/secret.txt", "--no-progress")
    const url = (await done("s3", "presign", "s3://presigned/secret.txt")).trim()
    expect(await (await fetch(url)).text()).toBe("for you")
    const expiring = ["s3", "presign", "s3://presigned/secret.txt", "--expires-in", "60"]
    expect(await done(...expiring)).toMatch(/X-Amz-Expires=60&/)
    const bare = await fetch(url.split("?")[0]!)
    expect(bare.status).toBe(403)
    expect(bare.headers.get("x-amz-id-2")).toHaveLength(76)
  })
})
