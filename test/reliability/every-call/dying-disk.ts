/**
 * Loaded before a program (`node --import`): kills it in the middle of its n-th call that changes the
 * disk. DIE_FOLDER: whose files count. DIE_AT: n; 0 kills nothing. Calls that come to many of the
 * system's, such as the removal of a folder, are taken apart, in the order that is worst.
 *
 * LMDB's own calls are not seen.
 */
import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { join } from "node:path"

const folder = process.env["DIE_FOLDER"] ?? ""
const dieAt = Number(process.env["DIE_AT"])
const promises = fs.promises
const real = { ...fs, promises: { ...promises } }
const mine = { calls: 0, files: new Set<number>() }

/** Counts a call; of the one that is the last it does half, where there is a half. */
function counts(half?: () => void): void {
  mine.calls += 1
  if (mine.calls !== dieAt) return
  half?.()
  process.kill(process.pid, "SIGKILL")
  for (;;);
}

const isHere = (path: unknown): boolean => typeof path === "string" && path.startsWith(folder)
const changes = (flags: unknown): boolean => typeof flags === "string" && /[wa+]/.test(flags)

type Call = (...args: never[]) => unknown

/** `count` is told the arguments, and counts or does not. */
function wrap<Name extends string>(
  target: Record<Name, Call>,
  name: Name,
  count: (...args: unknown[]) => void,
): void {
  const before = target[name]
  target[name] = function (this: unknown, ...args: never[]) {
    count(...args)
    return before.apply(this, args)
  }
}

const sync = fs as unknown as Record<string, Call>
const later = promises as unknown as Record<string, Call>

for (const name of ["mkdir", "rename", "link", "unlink", "rmdir"])
  for (const [target, called] of [
    [sync, `${name}Sync`],
    [later, name],
  ] as const)
    wrap(target, called, (path) => isHere(path) && counts())

/** Half of it, as a death in the middle of a write leaves it. */
const halfOf = (bytes: unknown): Uint8Array => {
  const all = typeof bytes === "string" ? Buffer.from(bytes) : (bytes as Uint8Array)
  return all.subarray(0, all.length >> 1)
}

for (const [target, name] of [
  [sync, "writeFileSync"],
  [later, "writeFile"],
] as const)
  wrap(target, name, (path, bytes) => {
    if (!isHere(path)) return
    counts()
    counts(() => real.writeFileSync(String(path), halfOf(bytes)))
  })

wrap(sync, "openSync", (path, flags) => isHere(path) && changes(flags) && counts())
for (const name of ["fdatasyncSync", "fdatasync", "ftruncateSync"]) wrap(sync, name, () => counts())
wrap(sync, "writeSync", (fd, bytes, from, length, position) => {
  if (Number(fd) <= 2) return
  const half = [Number(length) >> 1, position] as [number, number]
  counts(() => real.writeSync(Number(fd), bytes as Uint8Array, Number(from), ...half))
})

/** Everything below, what is largest first: the others go on from it. */
function remove(path: string): void {
  const found = real.lstatSync(path, { throwIfNoEntry: false })
  if (!found) return
  const inside = found.isDirectory() ? real.readdirSync(path).map((name) => join(path, name)) : []
  const sizes = new Map(inside.map((at) => [at, real.lstatSync(at).size]))
  const size = (at: string): number => sizes.get(at) ?? 0
  for (const at of inside.toSorted((a, b) => size(b) - size(a))) remove(at)
  counts()
  if (found.isDirectory()) real.rmdirSync(path)
  else real.unlinkSync(path)
}

function instead(target: Record<string, Call>, name: string, act: (path: string) => unknown): void {
  const before = target[name] as Call
  target[name] = function (this: unknown, ...args: never[]) {
    const [path] = args as unknown[]
    return isHere(path) ? act(String(path)) : before.apply(this, args)
  }
}

instead(sync, "rmSync", remove)
instead(later, "rm", async (path) => remove(path))

function copy(from: string, to: string): void {
  counts()
  if (!real.statSync(from).isDirectory()) return real.copyFileSync(from, to)
  real.mkdirSync(to, { recursive: true })
  for (const name of real.readdirSync(from)) copy(join(from, name), join(to, name))
}
later["cp"] = async (from: string, to: string) => copy(from, to)

wrap(later, "open", (path, flags) => isHere(path) && changes(flags) && counts())
const handle = await real.promises.open(process.execPath)
const handles = Object.getPrototypeOf(handle) as Record<string, Call>
await handle.close()
for (const name of ["datasync", "sync"]) wrap(handles, name, () => counts())
const { writev } = handles as { writev: Call }
handles["writev"] = function (this: { fd: number }, ...args: never[]) {
  const [chunks, position] = args as unknown as [Uint8Array[], number]
  const half = chunks.slice(0, (chunks.length + 1) >> 1)
  counts(() => void real.writevSync(this.fd, half, position))
  return writev.apply(this, args)
}
wrap(handles, "write", () => counts())

syncBuiltinESMExports()
process.on("exit", () => real.writeSync(1, `${mine.calls} calls\n`))
