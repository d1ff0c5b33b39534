import { execFile, spawnSync } from "node:child_process"
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"

/** Whether a program is on this machine; its tests are skipped, with a word, when it is not. */
export function hasProgram(name: string, args: readonly string[] = ["--version"]): boolean {
  const found = spawnSync(name, args, { stdio: "ignore" }).status === 0
  if (!found) console.warn(`${name} is not installed: its scenarios are skipped`)
  return found
}

/** What a client's environment needs to reach the cloud. */
export function clientEnvironment(url: string, key = "test"): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: key,
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_REGION: "us-east-1",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_PAGER: "",
  }
}

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

interface RunOptions {
  readonly env: NodeJS.ProcessEnv
  readonly cwd?: string
  /** Below the limit of the test, so that a hang says what hung. */
  readonly limitMs?: number
}

const RUN_LIMIT_MS = 300_000

/** Runs a program to its end. Throws, with what was printed, when it does not come to one. */
export async function run(
  program: string,
  args: readonly string[],
  { limitMs = RUN_LIMIT_MS, ...options }: RunOptions,
): Promise<Ran> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, {
      ...options,
      maxBuffer: 64 * 1024 * 1024,
      ...{ timeout: limitMs, killSignal: "SIGKILL" },
    })
    return { code: 0, stdout, stderr }
  } catch (error) {
    const failed = error as { code?: number; killed?: boolean; stdout?: string; stderr?: string }
    const { code = 1, stdout = "", stderr = "" } = failed
    if (failed.killed !== true) return { code, stdout, stderr }
    const command = [program, ...args].join(" ")
    const told = `${command}\nwas killed after ${limitMs / 1000} s:\n${stdout}${stderr}`
    throw new Error(told, { cause: error })
  }
}

/**
 * A file system mirror with Terraform's AWS provider: named by TF_PLUGIN_MIRROR, or a folder
 * called `tf-plugins` near the root of the file system. Tests download nothing.
 */
export function providerMirror(): string | undefined {
  const named = process.env["TF_PLUGIN_MIRROR"]
  const found = named ?? findFolder("tf-plugins", "/", 2)
  if (found && existsSync(join(found, "registry.terraform.io/hashicorp/aws"))) return found
  console.warn("TF_PLUGIN_MIRROR names no mirror with the AWS provider: Terraform is skipped")
  return undefined
}

const NOT_SEARCHED = new Set(["proc", "sys", "dev", "run"])

function findFolder(name: string, under: string, depth: number): string | undefined {
  let entries: { name: string; isDirectory(): boolean }[]
  try {
    entries = readdirSync(under, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  } catch {
    return undefined
  }
  for (const entry of entries) if (entry.name === name) return join(under, name)
  if (depth <= 1) return undefined
  for (const entry of entries) {
    if (NOT_SEARCHED.has(entry.name)) continue
    const found = findFolder(name, join(under, entry.name), depth - 1)
    if (found) return found
  }
  return undefined
}
