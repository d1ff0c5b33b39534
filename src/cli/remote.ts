import { readArguments, UsageError, type Parsed } from "./arguments.ts"
import { control, TARGET_HELP, targetOptions, targetUrl } from "./target.ts"

const options = { ...targetOptions, help: { type: "boolean", short: "h" } } as const

function read(args: readonly string[], usage: string, positionals: number): Parsed | undefined {
  const parsed = readArguments(args, options, { positionals })
  if (!parsed.values["help"]) return parsed
  process.stdout.write(`Usage: cloudarium ${usage}\n\n${TARGET_HELP}`)
  return undefined
}

const print = (line: string): void => void process.stdout.write(`${line}\n`)

export async function status(args: readonly string[]): Promise<void> {
  const parsed = read(args, "status", 0)
  if (!parsed) return
  const health = await control(parsed.values, "health")
  const clockNow = health["clock"] as { now: string; mode: string }
  const faults = health["faults"] as string[]
  print(`Cloudarium ${String(health["version"])} at ${targetUrl(parsed.values)}`)
  print(`  Services  ${(health["services"] as string[]).join(", ")}`)
  print(`  Clock     ${clockNow.now} (${clockNow.mode})`)
  print(`  Down      ${faults.length === 0 ? "nothing" : faults.join(", ")}`)
  print(`  Commits   ${String(health["commit"])}`)
}

export async function clock(args: readonly string[]): Promise<void> {
  const parsed = read(args, "clock [advance SPAN | freeze | resume]", 2)
  if (!parsed) return
  const [verb, span] = parsed.positionals
  if (verb === "advance" && span === undefined)
    throw new UsageError("clock advance needs a span, such as 30d")
  if (verb !== "advance" && span !== undefined)
    throw new UsageError(`unexpected argument "${span}"`)
  const body = verb === undefined ? undefined : clockBody(verb, span)
  const now = await control(parsed.values, "clock", body)
  print(`${String(now["now"])} (${String(now["mode"])})`)
}

function clockBody(verb: string, span: string | undefined): object {
  if (verb === "advance") return { advance: span }
  if (verb === "freeze" || verb === "resume") return { [verb]: true }
  throw new UsageError(`clock takes advance, freeze or resume, not "${verb}"`)
}

export async function fault(args: readonly string[]): Promise<void> {
  const parsed = read(args, "fault [list | fail PLACE | heal PLACE | heal all]", 2)
  if (!parsed) return
  const [verb = "list", place] = parsed.positionals
  if (verb !== "list" && verb !== "fail" && verb !== "heal")
    throw new UsageError(`fault takes list, fail or heal, not "${verb}"`)
  if ((verb === "list") !== (place === undefined))
    throw new UsageError(
      verb === "list"
        ? `unexpected argument "${place}"`
        : `fault ${verb} needs a place, such as us-east-1a`,
    )
  const answer = await control(
    parsed.values,
    "faults",
    verb === "list" ? undefined : { [verb]: place },
  )
  const faults = answer["faults"] as string[]
  print(faults.length === 0 ? "Everything is up." : `Down: ${faults.join(", ")}`)
}

export async function snapshot(args: readonly string[]): Promise<void> {
  const parsed = read(args, "snapshot [list | save NAME | load NAME | delete NAME]", 2)
  if (!parsed) return
  const [verb = "list", name] = parsed.positionals
  if (verb === "list") {
    if (name !== undefined) throw new UsageError(`unexpected argument "${name}"`)
    const { snapshots } = await control(parsed.values, "snapshots")
    const list = snapshots as { name: string; savedAt: string; sizeBytes: number }[]
    if (list.length === 0) print("There are no snapshots.")
    for (const one of list)
      print(`${one.savedAt}  ${String(one.sizeBytes).padStart(12)} B  ${one.name}`)
    return
  }
  if (verb !== "save" && verb !== "load" && verb !== "delete")
    throw new UsageError(`snapshot takes list, save, load or delete, not "${verb}"`)
  if (name === undefined) throw new UsageError(`snapshot ${verb} needs a name`)
  await control(parsed.values, "snapshots", { [verb]: name })
  print(`${{ save: "Saved", load: "Loaded", delete: "Deleted" }[verb]} ${name}.`)
}

export async function reset(args: readonly string[]): Promise<void> {
  const parsed = read(args, "reset", 0)
  if (!parsed) return
  await control(parsed.values, "reset", {})
  print("The cloud is empty.")
}
