import { createHash, randomUUID } from "node:crypto"
import * as fs from "node:fs"
import { hostname, uptime } from "node:os"
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
  /**
   * Whether the last user was ended by the end of its machine's run: power, not a kill. So it is for
   * all who come after it, until one of them has recovered.
   */
  readonly rebooted: boolean
  recovered(): void
  release(): void
}

export interface LockOptions {
  readonly silenceMs?: number
  /** Is told whose sign is waited for, before the wait. */
  readonly onWait?: (text: string) => void
}

/** How often the owner shows other machines and containers that it lives. */
const BEAT_MS = 5_000
/** An owner whose process cannot be looked up is dead when it has not beaten for so long. */
const SILENCE_MS = 3 * BEAT_MS
const FILE_NAME = "lock"
/** Is there from a power cut to the end of the recovery from it. */
const CUT_NAME = "power-cut"
/** How long a name takes that is written into a lock. */
const WRITING_MS = 100
/** By how much a machine's clock may be put right after its boot. */
const CLOCK_STEP_MS = 60_000

/**
 * Makes this process the folder's only user. Throws StoreInUseError when another one is. A lock
 * whose owner has died is taken over: at once where its process id can be looked up, else (another
 * container or machine, or before the last boot) after `silenceMs` without a beat.
 *
 * Whoever creates the file that is named after a dead owner is its only heir, and may die as well:
 * then the file named after the heir is what counts. No name is ever used twice, so a slow process
 * can take nothing away from a quick one: it finds that what it has read is no longer there.
 */
export async function lockFolder(folder: string, options: LockOptions = {}): Promise<FolderLock> {
  const path = join(folder, FILE_NAME)
  const id = randomUUID()
  const me = JSON.stringify({ ...thisProcess(), id })
  const dead: Lock[] = []
  let mine = path
  while (!claim(folder, mine, { id, me })) {
    const text = await readWhole(mine)
    // Its owner has let it go since.
    if (text === undefined) return lockFolder(folder, options)
    const owner = ownerIn(text)
    if (owner && (await lives(owner, mine, options)))
      throw new StoreInUseError(folder, describe(owner))
    dead.push({ path: mine, text })
    mine = join(folder, `${FILE_NAME}.after-${digest(text)}`)
  }
  if (dead.length > 0) inherit(folder, { dead, mine })
  tidy(folder)
  const beating = setInterval(() => beat(path), BEAT_MS).unref()
  let held = true
  return {
    rebooted: fs.existsSync(join(folder, CUT_NAME)),
    recovered: () => fs.rmSync(join(folder, CUT_NAME), { force: true }),
    release() {
      if (!held) return
      held = false
      clearInterval(beating)
      if (read(path) === me) fs.rmSync(path)
    },
  }
}

function beat(path: string): void {
  const now = new Date()
  // A folder that was removed under us needs no lock.
  try {
    fs.utimesSync(path, now, now)
  } catch {}
}

interface Lock {
  readonly path: string
  readonly text: string
}

/** Creates a file with its whole text at once, or finds that it exists. */
function claim(folder: string, path: string, { id, me }: { id: string; me: string }): boolean {
  const draft = join(folder, `${FILE_NAME}.${id}`)
  try {
    fs.writeFileSync(draft, me)
    fs.linkSync(draft, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === "EEXIST") return false
    // The owner, or an heir, has tidied up the draft.
    if (code === "ENOENT" && fs.existsSync(folder)) return claim(folder, path, { id, me })
    if (!LINKLESS.has(code)) throw error
    return claimUnlinked(path, me)
  } finally {
    fs.rmSync(draft, { force: true })
  }
}

/** What file systems without hard links (exFAT, some shares) say. */
const LINKLESS = new Set<string | undefined>(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EINVAL"])

function claimUnlinked(path: string, me: string): boolean {
  try {
    fs.writeFileSync(path, me, { flag: "wx" })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false
    throw error
  }
}

/** Makes the heir of the dead the owner, unless another heir was there before. */
function inherit(folder: string, { dead, mine }: { dead: readonly Lock[]; mine: string }): void {
  if (dead.some(({ path, text }) => read(path) !== text)) {
    fs.rmSync(mine, { force: true })
    throw new StoreInUseError(folder, "a process that is starting")
  }
  // Before it is the owner: the next one might take its death for the last user's.
  if (dead[0] && diedOfPower(dead[0])) fs.writeFileSync(join(folder, CUT_NAME), "")
  fs.renameSync(mine, join(folder, FILE_NAME))
}

/**
 * A lock without its owner's name was not on the disk yet when the power went; or its owner died
 * before it had done anything, behind one that had let the folder go with nothing to lose.
 */
function diedOfPower({ path, text }: Lock): boolean {
  const owner = ownerIn(text)
  if (!owner) return true
  const seen = { boot: owner.boot, lastBeatMs: lastBeat(path) }
  return restartedSince(seen, { boot: thisProcess().boot, bootedMs: bootedMs() })
}

/** Whether the machine was started anew after what was last seen of a folder's user. */
export function restartedSince(
  seen: { readonly boot: string; readonly lastBeatMs: number | undefined },
  now: { readonly boot: string; readonly bootedMs: number },
): boolean {
  if (seen.boot !== "" || now.boot !== "") return seen.boot !== now.boot
  return seen.lastBeatMs === undefined || seen.lastBeatMs < now.bootedMs
}

/** The owner removes what those have left who died on the way to a lock, or will be refused. */
function tidy(folder: string): void {
  try {
    for (const name of fs.readdirSync(folder))
      if (name.startsWith(`${FILE_NAME}.`)) fs.rmSync(join(folder, name), { force: true })
  } catch {
    // The next owner does it: this one owns the folder all the same.
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32)
}

function read(path: string): string | undefined {
  try {
    return fs.readFileSync(path, "utf8")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
}

/** A lock without links is made before its owner's name is in it: what is not whole may become so. */
async function readWhole(path: string): Promise<string | undefined> {
  const text = read(path)
  if (text === undefined || ownerIn(text)) return text
  await pause(WRITING_MS)
  return read(path)
}

/** `undefined`: its owner died before it had written its name. */
function ownerIn(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner
  } catch {
    return undefined
  }
}

async function lives(
  owner: Owner,
  path: string,
  { silenceMs = SILENCE_MS, onWait }: LockOptions,
): Promise<boolean> {
  const me = thisProcess()
  const comparable =
    owner.host === me.host && owner.boot === me.boot && owner.namespace === me.namespace
  if (comparable) return processLives(owner.pid) && isSame(owner, path)
  if (silenceOf(path) > silenceMs) return false
  // Clocks of two machines may differ: only a change proves life.
  const before = lastBeat(path)
  onWait?.(
    `${describe(owner)} had this folder and cannot be looked up from here: waiting for a sign of it, ` +
      `at most ${silenceMs / 1_000} s`,
  )
  await pause(silenceMs)
  return lastBeat(path) !== undefined && lastBeat(path) !== before
}

/** Whether the process of the owner's id is the owner: ids are given again. */
function isSame({ pid, startedAt }: Owner, path: string): boolean {
  if (startedAt !== "") return startOf(pid) === startedAt
  // macOS and Windows tell neither starts nor boots: but who beat last before this boot is dead.
  return (lastBeat(path) ?? Date.now()) > bootedMs() - CLOCK_STEP_MS
}

const bootedMs = (): number => Date.now() - uptime() * 1_000

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

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
