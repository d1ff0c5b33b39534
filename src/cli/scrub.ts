import type { Scrubbed } from "../gateway/control/scrub.ts"
import { readArguments } from "./arguments.ts"
import { control, TARGET_HELP, targetOptions } from "./target.ts"

const options = { ...targetOptions, help: { type: "boolean", short: "h" } } as const

const print = (line: string): void => void process.stdout.write(`${line.trimEnd()}\n`)

const HELP = `Usage: cloudarium scrub [options]

Reads all bytes that lie in files and holds them against their checksums. Names the objects whose
bytes are damaged, and ends with exit code 1 if there are any.

${TARGET_HELP}`

/** Looks for damage on the disk. */
export async function scrub(args: readonly string[]): Promise<void> {
  const { values } = readArguments(args, options)
  if (values["help"]) return print(HELP)
  let [blobs, bytes, damaged] = [0, 0, 0]
  let next: string | undefined
  do {
    const body = next === undefined ? {} : { after: next }
    const told = (await control(values, "scrub", body)) as unknown as Scrubbed
    blobs += told.blobs
    bytes += told.bytes
    damaged += told.damaged.length
    for (const { blob, problem, of } of told.damaged)
      print(`${of.length > 0 ? of.join(", ") : "nobody's"}: ${blob} ${problem}`)
    next = told.next
  } while (next !== undefined)
  print(`${blobs} files with ${bytes} bytes, ${damaged} of them damaged.`)
  if (damaged > 0) process.exitCode = 1
}
