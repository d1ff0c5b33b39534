/** Tells the person who runs the server; callers never see what stands here. */
export function reportToStderr(what: string, error: unknown): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`${new Date().toISOString()} ${what}: ${detail}\n`)
}
