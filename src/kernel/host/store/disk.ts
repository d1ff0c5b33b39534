import { open } from "node:fs/promises"
import { DiskFullError, StoreFailedError } from "../../store-errors.ts"

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

/** What a refused write means to the caller. */
export function writeError(error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code
  if (code === "ENOSPC" || code === "EDQUOT") return new DiskFullError({ cause: error })
  const message = error instanceof Error ? error.message : String(error)
  return new StoreFailedError(`the disk refused a write: ${message}`, { cause: error })
}
