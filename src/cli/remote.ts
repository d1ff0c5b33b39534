import type { Lag, Redelivery } from "../kernel/faults.ts"
import { readArguments, type Parsed } from "./arguments.ts"
import { UsageError } from "./usage-error.ts"
import { control, TARGET_HELP, targetOptions, targetUrl } from "./target.ts"

const options = { ...targetOptions, help: { type: "boolean", short: "h" } } as const

function read(args: readonly string[], usage: string, positionals: number): Parsed | undefined {
  const parsed = readArguments(args, options, { positionals })
  if (!parsed.values["help"]) return parsed
  process.stdout.write(`Usage: cloudarium ${usage}\n\n${TARGET_HELP}`)
  return undefined
}

const STATUS_HELP = `status [options]

Tells the cloud's version, services and time, and what is down.`

const CLOCK_HELP = `clock [advance SPAN | freeze | resume] [options]

Tells cloud time, or turns it: advance moves it forward, and what falls due on the way runs; freeze
lets it stand, resume lets it run again. A SPAN is 30s, 15m, 1h30m or 7d.`

const FAULT_HELP = `fault [list | VERB …] [options]

Lets things go wrong, and tells what does.

  fail PLACE               a Region (us-east-1) or an AZ (us-east-1a, use1-az1) goes down
  heal PLACE | heal all    it is up again; all: everything, and what follows ends, too
  lag SPAN [REGION]        reads that need not see the latest lag so far behind, and events of
                           buckets come so late; 0s ends it
  redeliver SHARE [REGION] such a share (10%) of messages and events comes twice; 0% ends it
  slow-down on|off [REGION]  S3 refuses what is above its rates`

const SNAPSHOT_HELP = `snapshot [list | save NAME | load NAME | delete NAME] [options]

Keeps the whole state under a name, and puts it back.`

const RESET_HELP = `reset [options]

Takes everything away: resources, identities, faults and the shift of the clock. Snapshots stay.`

const print = (line: string): void => void process.stdout.write(`${line}\n`)

export async function status(args: readonly string[]): Promise<void> {
  const parsed = read(args, STATUS_HELP, 0)
  if (!parsed) return
  const health = await control(parsed.values, "health")
  const clockNow = health["clock"] as { now: string; mode: string }
  const down = downOf(health as unknown as Down)
  print(`Cloudarium ${String(health["version"])} at ${targetUrl(parsed.values)}`)
  print(`  Services  ${(health["services"] as string[]).join(", ")}`)
  print(`  Clock     ${clockNow.now} (${clockNow.mode})`)
  print(`  Down      ${down || "nothing"}`)
  print(`  Commits   ${String(health["commit"])}`)
  for (const line of disturbances(health)) print(`  ${line}`)
}

export async function clock(args: readonly string[]): Promise<void> {
  const parsed = read(args, CLOCK_HELP, 2)
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
  const parsed = read(args, FAULT_HELP, 3)
  if (!parsed) return
  const [verb = "list", ...words] = parsed.positionals
  const form = Object.hasOwn(FAULT_FORMS, verb) ? FAULT_FORMS[verb] : undefined
  if (!form)
    throw new UsageError(`fault takes ${Object.keys(FAULT_FORMS).join(", ")}, not "${verb}"`)
  if (words.length < form.least) throw new UsageError(`fault ${verb} needs ${form.needs}`)
  const surplus = words[form.most]
  if (surplus !== undefined) throw new UsageError(`unexpected argument "${surplus}"`)
  const answer = (await control(
    parsed.values,
    "faults",
    form.body(...words),
  )) as unknown as Disturbed & Down
  const down = downOf(answer)
  print(down === "" ? "Everything is up." : `Down: ${down}`)
  for (const line of disturbances(answer)) print(line)
}

interface Down {
  readonly faults: readonly string[]
  readonly zones?: Readonly<Record<string, string>>
}

/** Whoever failed `us-east-1a` knows it by that name, and it is another AZ in each account. */
const downOf = ({ faults, zones = {} }: Down): string =>
  faults.map((place) => (zones[place] ? `${place} (${zones[place]})` : place)).join(", ")

/** What goes on in Regions that are up. */
function disturbances({ lags = [], redeliveries = [], slowDowns = [] }: Disturbed): string[] {
  return [
    ...lags.map(
      ({ region, ms }) =>
        `Reads that need not see the latest, and events of buckets, lag ${ms / 1000} s behind in ${region}.`,
    ),
    ...redeliveries.map(({ region, share }) => {
      const percent = Number((share * 100).toPrecision(12))
      return `${percent} % of what is promised at least once comes again in ${region}.`
    }),
    ...slowDowns.map((region) => `Services refuse what is above their rates in ${region}.`),
  ]
}

interface Disturbed {
  readonly lags?: readonly Lag[]
  readonly redeliveries?: readonly Redelivery[]
  readonly slowDowns?: readonly string[]
}

interface FaultForm {
  /** How many words it takes. */
  readonly least: number
  readonly most: number
  readonly needs: string
  body(...words: string[]): object | undefined
}

const ofPlace = (verb: string): FaultForm => ({
  ...{ least: 1, most: 1, needs: "a place, such as us-east-1a" },
  body: (place) => ({ [verb]: place }),
})

const FAULT_FORMS: Readonly<Record<string, FaultForm>> = Object.freeze({
  list: { least: 0, most: 0, needs: "", body: () => undefined },
  fail: ofPlace("fail"),
  heal: ofPlace("heal"),
  lag: {
    ...{ least: 1, most: 2, needs: "a span, such as 2s, or 0s to end it" },
    body: (span, region) => ({ lag: { span, region } }),
  },
  redeliver: {
    ...{ least: 1, most: 2, needs: "a share, such as 10%, or 0% to end it" },
    body: (share, region) => ({ redeliver: { share: shareOf(share), region } }),
  },
  "slow-down": {
    ...{ least: 1, most: 2, needs: "on or off" },
    body: (state, region) => ({ slowDown: { on: isOn(state), region } }),
  },
})

function isOn(text = ""): boolean {
  if (text !== "on" && text !== "off") throw new UsageError(`slow-down is on or off, not "${text}"`)
  return text === "on"
}

function shareOf(text = ""): number {
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text)?.[1]
  if (percent === undefined) throw new UsageError(`"${text}" is no share, such as 10%`)
  return Number(percent) / 100
}

export async function snapshot(args: readonly string[]): Promise<void> {
  const parsed = read(args, SNAPSHOT_HELP, 2)
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
  const parsed = read(args, RESET_HELP, 0)
  if (!parsed) return
  await control(parsed.values, "reset", {})
  print("The cloud is empty.")
}
