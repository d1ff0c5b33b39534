import * as fs from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import { StoreInUseError } from "../../store-errors.ts"

/** Who holds a lock: enough to tell whether that process still runs. */
interface Owner {
  readonly pid: number
  readonly host: string
  /** Of the running kernel; "" where there is no way to know. */
  readonly boot: string
  /** Process ids mean something within one namespace only (containers share folders). */
  readonly namespace: string
  /** Tells two processes with the same id apart; "" where there is no way to know. */
  readonly startedAt: string
}

export interface FolderLock {
  /** Whether the last user was ended by the end of its machine's run: power, not a kill. */
  readonly rebooted: boolean
  /** Shows other machines and containers that the owner lives. Call it every BEAT_MS. */
  beat(): void
  release(): void
}

export const BEAT_MS = 5_000
/** An owner whose process cannot be looked up is dead when it has not beaten for so long. */
const SILENCE_MS = 3 * BEAT_MS
const FILE_NAME = "lock"
/** Held for the moment in which a dead owner's lock is replaced. */
const REPLACING = "lock.replacing"

/**
 * Makes this process the folder's only user. Throws StoreInUseError when another one is. A lock
 * whose owner has died is taken over: at once where its process id can be looked up, else (another
 * container or machine, or before the last boot) after `silenceMs` without a beat.
 */
export async function lockFolder(folder: string, silenceMs = SILENCE_MS): Promise<FolderLock> {
  const path = join(folder, FILE_NAME)
  const me = JSON.stringify(thisProcess())
  let rebooted = false
  if (!claim(path, me)) {
    const found = readOwner(path)
    rebooted = found !== undefined && found.boot !== thisProcess().boot
    if (found && (await lives(found, { path, silenceMs })))
      throw new StoreInUseError(folder, describe(found))
    replace(folder, { me, dead: found, silenceMs })
  }
  let held = true
  return {
    rebooted,
    beat() {
      const now = new Date()
      // A folder that was removed under us needs no lock.
      try {
        fs.utimesSync(path, now, now)
      } catch {}
    },
    release() {
      if (!held) return
      held = false
      if (fs.existsSync(path) && fs.readFileSync(path, "utf8") === me) fs.rmSync(path)
    },
  }
}

function claim(path: string, me: string): boolean {
  try {
    fs.writeFileSync(path, me, { flag: "wx" })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false
    throw error
  }
}

/** Replaces the lock of the dead owner, unless somebody else has done so meanwhile. */
function replace(
  folder: string,
  { me, dead, silenceMs }: { me: string; dead: Owner | undefined; silenceMs: number },
): void {
  const path = join(folder, FILE_NAME)
  const replacing = join(folder, REPLACING)
  // Whoever died while replacing had it for a moment only.
  if (silenceOf(replacing) > silenceMs) fs.rmSync(replacing, { force: true })
  if (!claim(replacing, me)) throw new StoreInUseError(folder, "a process that is starting")
  try {
    const found = readOwner(path)
    if (found && JSON.stringify(found) !== JSON.stringify(dead)) {
      throw new StoreInUseError(folder, describe(found))
    }
    fs.rmSync(path, { force: true })
    if (!claim(path, me)) throw new StoreInUseError(folder, "a process that is starting")
  } finally {
    fs.rmSync(replacing, { force: true })
  }
}

/** `undefined`: there is no lock, or its owner died before it had written its name. */
function readOwner(path: string): Owner | undefined {
  try {
    return JSON.parse(fs.readFileSync(path, "utf8")) as Owner
  } catch {
    return undefined
  }
}

async function lives(
  owner: Owner,
  { path, silenceMs }: { path: string; silenceMs: number },
): Promise<boolean> {
  const me = thisProcess()
  const comparable =
    owner.host === me.host && owner.boot === me.boot && owner.namespace === me.namespace
  if (comparable) return processLives(owner.pid) && startOf(owner.pid) === owner.startedAt
  if (silenceOf(path) > silenceMs) return false
  // Clocks of two machines may differ: only a change proves life.
  const before = lastBeat(path)
  await new Promise((resolve) => setTimeout(resolve, silenceMs))
  return lastBeat(path) !== undefined && lastBeat(path) !== before
}

function silenceOf(path: string): number {
  return Date.now() - (lastBeat(path) ?? Date.now())
}

function lastBeat(path: string): number | undefined {
  return fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs
}

function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"
  }
}

function thisProcess(): Owner {
  return {
    pid: process.pid,
    host: hostname(),
    boot: readText("/proc/sys/kernel/random/boot_id"),
    namespace: linkTarget("/proc/self/ns/pid"),
    startedAt: startOf(process.pid),
  }
}

/** Clock ticks from boot to the process's start: field 22 of proc(5)'s stat. */
function startOf(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`)
  // The second field is the program's name in brackets and may hold anything.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? ""
}

function readText(path: string): string {
  try {
    return fs.readFileSync(path, "utf8").trim()
  } catch {
    return ""
  }
}

function linkTarget(path: string): string {
  try {
    return fs.readlinkSync(path)
  } catch {
    return ""
  }
}

function describe(owner: Owner): string {
  return `process ${owner.pid} on ${owner.host}`
}
