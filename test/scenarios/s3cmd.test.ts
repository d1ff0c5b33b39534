import { randomBytes } from "node:crypto"
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, test } from "vitest"
import { removeFolder, startCloud } from "./server.ts"
import { clientEnvironment, hasProgram, run } from "./tools.ts"

const CORS =
  "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>" +
  "</CORSRule></CORSConfiguration>"

describe.skipIf(!hasProgram("s3cmd"))("s3cmd", { timeout: 400_000 }, () => {
  test("makes a bucket, keeps a folder in step in parts, configures, signs, restores, and takes all away", async ({
    expect,
    onTestFinished,
  }) => {
    const cloud = await startCloud(["--ephemeral"])
    const folder = mkdtempSync(join(tmpdir(), "s3cmd-"))
    onTestFinished(async () => {
      await cloud.stop()
      removeFolder(folder)
    })
    const host = new URL(cloud.url).host
    const settings = join(folder, "settings")
    writeFileSync(
      settings,
      "[default]\naccess_key = 555555555555\nsecret_key = test\nuse_https = False\n" +
        `host_base = ${host}\nhost_bucket = ${host}\nbucket_location = us-east-1\n`,
    )
    const s3cmd = async (...args: string[]): Promise<string> => {
      const all = ["-c", settings, "--no-progress", ...args]
      const { code, stdout, stderr } = await run("s3cmd", all, {
        env: clientEnvironment(cloud.url),
      })
      expect([code, stderr], args.join(" ")).toEqual([0, ""])
      return stdout
    }
    const large = randomBytes(12 * 1024 * 1024)
    const local = join(folder, "local")
    mkdirSync(join(local, "a b"), { recursive: true })
    writeFileSync(join(local, "large"), large)
    writeFileSync(join(local, "a b", "ä+c%.txt"), "small")
    await s3cmd("mb", "s3://files")
    await s3cmd("sync", "--multipart-chunk-size-mb=5", `${local}/`, "s3://files/in/")
    expect(await s3cmd("ls", "-r", "s3://files")).toMatch(/in\/a b\/ä\+c%\.txt\n.*in\/large/)
    // In step: nothing goes up again.
    expect(await s3cmd("sync", `${local}/`, "s3://files/in/")).not.toContain("upload:")
    await s3cmd("get", "s3://files/in/large", join(folder, "back"))
    expect(readFileSync(join(folder, "back")).equals(large)).toBe(true)
    await s3cmd("cp", "s3://files/in/a b/ä+c%.txt", "s3://files/copy")
    await s3cmd("mv", "s3://files/copy", "s3://files/moved")
    await s3cmd("modify", "--add-header=x-amz-meta-colour: red", "s3://files/moved")
    expect(await s3cmd("info", "s3://files/moved")).toContain("x-amz-meta-colour: red")
    const url = (await s3cmd("signurl", "s3://files/moved", "+60")).trim()
    expect(await (await fetch(url)).text()).toBe("small")
    writeFileSync(join(folder, "cors.xml"), CORS)
    await s3cmd("setcors", join(folder, "cors.xml"), "s3://files")
    await s3cmd("expire", "--expiry-days=3", "s3://files")
    expect(await s3cmd("getlifecycle", "s3://files")).toContain("<Days>3</Days>")
    await s3cmd("put", "--storage-class=GLACIER", settings, "s3://files/cold")
    await s3cmd("restore", "--restore-days=1", "s3://files/cold")
    await s3cmd("del", "-rf", "s3://files/")
    await s3cmd("rb", "s3://files")
    expect(await s3cmd("ls")).toBe("")
  })
})
