import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"

const VERSION = spawnSync("openssl", ["version"], { encoding: "utf8" }).stdout ?? ""

/** OpenSSL's command line judges what we write; without it such tests are skipped. */
export const hasOpenSsl = VERSION.startsWith("OpenSSL 3")

/** A folder with files, and OpenSSL in it. */
export interface OpenSsl {
  write(name: string, content: string | Uint8Array): void
  read(name: string): Uint8Array
  /** All that it says; its exit code is not looked at. */
  run(command: string, input?: string | Uint8Array): string
}

export function openSsl(): OpenSsl {
  const folder = mkdtempSync(join(tmpdir(), "cloudarium-x509-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return {
    write: (name, content) => writeFileSync(join(folder, name), content),
    read: (name) => readFileSync(join(folder, name)),
    run(command, input = "") {
      const { stdout, stderr } = spawnSync("openssl", command.split(" "), { cwd: folder, input })
      return `${stdout.toString()}${stderr.toString()}`
    },
  }
}
