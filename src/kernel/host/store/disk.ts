import { statfsSync } from "node:fs"
import { mkdir, open, stat } from "node:fs/promises"
import { dirname } from "node:path"
import { DiskFullError, StoreFailedError } from "../../store-errors.ts"

/**
 * Makes a folder, and those above it, for their owner alone. Node's `recursive` never ends where the
 * system takes no names (/proc), and says of a disk that is read-only that a folder is missing.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeBelow(folder)
  } catch (error) {
    const above = dirname(folder)
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || above === folder) throw error
    await makeFolder(above)
    await makeBelow(folder)
  }
}

/** Makes a folder in one that is there; it may be there itself, or be made by another meanwhile. */
async function makeBelow(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch(async (error: unknown) => {
    if (!(await isFolder(folder))) throw error
  })
}

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false

/** Makes the names in a folder durable. Windows does so itself, and opens no folders. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return
  const handle = await open(folder, "r")
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Calls that say nothing of what was written: where one fails, the sync can be tried again. */
const BESIDE_SYNCS = new Set<string | undefined>(["open", "stat", "lstat", "unlink", "rm"])

/**
 * Whether what was to be synced may be lost, since the disk refused the sync itself: the kernel may
 * have dropped the pages, and a later success proves nothing.
 */
export const isLoss = (error: unknown): boolean =>
  !BESIDE_SYNCS.has((error as NodeJS.ErrnoException).syscall)

/** What a refused write means to the caller. */
export function writeError(error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code
  if (code === "ENOSPC" || code === "EDQUOT") return new DiskFullError({ cause: error })
  const message = error instanceof Error ? error.message : String(error)
  return new StoreFailedError(`the disk refused a write: ${message}`, { cause: error })
}

/** Whether an error says that there is no such file: any other may be of a file that is there. */
export function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === "ENOENT" || code === "ENOTDIR"
}

export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
}

/** Throws DiskFullError where the disk of a folder says that it has less room than this. */
export function assertRoom(folder: string, bytes: number): void {
  const { bavail, bsize, blocks } = statfsSync(folder)
  // Some shares do not tell.
  if (blocks > 0 && bavail * bsize < bytes) throw new DiskFullError()
}
