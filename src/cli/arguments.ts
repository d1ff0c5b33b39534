import { parseArgs, type ParseArgsOptionsConfig } from "node:util"
import { isRegion } from "../kernel/places.ts"
import { UsageError } from "./usage-error.ts"

/** As one word of the shell, whatever stands in it. */
export const quoted = (text: string): string =>
  /^[\w.:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

export interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | string[] | undefined>>
  readonly positionals: readonly string[]
}

/** Reads a command's arguments; unknown flags and surplus words are errors. */
export function readArguments(
  args: readonly string[],
  options: ParseArgsOptionsConfig,
  { positionals = 0 }: { positionals?: number } = {},
): Parsed {
  let parsed
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(
      error instanceof Error ? (error.message.split(/\.?\s*\n|\.\s/)[0] ?? "") : String(error),
    )
  }
  const extra = parsed.positionals[positionals]
  if (extra !== undefined) throw new UsageError(`unexpected argument "${extra}"`)
  return parsed as Parsed
}

export function readPort(value: unknown, fallback: number): number {
  if (value === undefined) return fallback
  const text = textOf(value, "")
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port >= 0 && port <= 65_535)) throw new UsageError(`--port ${text} is not a port`)
  return port
}

/** An account id of 12 digits. */
export function readAccount(value: unknown, fallback: string): string {
  const text = textOf(value, fallback)
  if (!/^\d{12}$/.test(text)) throw new UsageError(`--account takes 12 digits, not "${text}"`)
  return text
}

/** The code of a Region that there is. */
export function readRegion(value: unknown, fallback: string): string {
  const text = textOf(value, fallback)
  if (!isRegion(text)) throw new UsageError(`--region ${text}: there is no such Region`)
  return text
}

/** The text that an option was given, or `fallback`. */
export function textOf(value: unknown, fallback: string): string {
  return typeof value === "string" ? value : fallback
}

export function oneOf<T extends string>(value: unknown, allowed: readonly T[], flag: string): T {
  const found = allowed.find((one) => one === value)
  if (found === undefined)
    throw new UsageError(`${flag} takes ${allowed.join(" or ")}, not "${String(value)}"`)
  return found
}
