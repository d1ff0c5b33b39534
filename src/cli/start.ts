import { existsSync, writeFileSync } from "node:fs"
import { flushCompileCache } from "node:module"
import { constants } from "node:os"
import { join, resolve } from "node:path"
import { isatty } from "node:tty"
import { setFlagsFromString } from "node:v8"
import { isLoopbackAddress } from "../gateway/control/guard.ts"
import { DiskFullError, StoreCorruptError, StoreInUseError } from "../kernel/store-errors.ts"
import { startServer, type Server, type ServerSettings } from "../main.ts"
import {
  oneOf,
  quoted,
  readAccount,
  readArguments,
  readPort,
  readRegion,
  textOf,
} from "./arguments.ts"
import { clientsUrl, DEFAULT_PORT, neighbour } from "./target.ts"
import { UsageError } from "./usage-error.ts"
import { version } from "./version.ts"

const options = {
  port: { type: "string", short: "p" },
  host: { type: "string" },
  data: { type: "string", short: "d" },
  ephemeral: { type: "boolean" },
  auth: { type: "string", default: "open" },
  account: { type: "string" },
  region: { type: "string" },
  durability: { type: "string", default: "process" },
  "cors-origin": { type: "string", multiple: true },
  help: { type: "boolean", short: "h" },
} as const

/** Where state lies unless another place is named. */
const OWN_FOLDER = ".cloudarium"

const HELP = `Usage: cloudarium start [options]

  -p, --port N          port for everything (default ${DEFAULT_PORT}; 0 picks a free one)
  --host HOST           address to listen on (default 127.0.0.1; others need --auth strict)
  -d, --data DIR        where the cloud's state lies (default ${OWN_FOLDER})
  --ephemeral           keep all state in memory
  --auth open|strict    strict accepts only keys that were made in this cloud (default open)
  --account ID          the account of dummy keys such as "test" (default 000000000000)
  --region REGION       the Region of requests that name none (default us-east-1)
  --durability process|power
                        power: answer only after the disk has it (default process)
  --cors-origin ORIGIN  let pages of this origin call the cloud (repeatable)
  -h, --help            this text

SIGINT (Ctrl-C), SIGTERM and the end of its terminal stop it; a second one does so at once.
`

/** What the system says of a folder that is not ours to write to, is none, or has no room. */
const FOLDER_FAULTS = new Set([
  ...["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOENT", "ENAMETOOLONG", "ELOOP", "EINVAL"],
  ...["EIO", "ENOSPC", "EDQUOT"],
])

const isThisMachine = (host: string): boolean => host === "localhost" || isLoopbackAddress(host)
const EVERYWHERE = new Set(["0.0.0.0", "::"])

/** Starts the server and stays until it is told to stop. */
export async function start(args: readonly string[]): Promise<void> {
  const { values } = readArguments(args, options)
  if (values["help"]) {
    process.stdout.write(HELP)
    return
  }
  const settings = settingsOf(values)
  const stops = stopOnSignals()
  const server = await startServer(settings).catch(async (error: unknown) => {
    throw await explained(error, settings)
  })
  stops(server)
  tuneHeap()
  keepCompiled()
  if (settings.data === OWN_FOLDER) keepFromGit(OWN_FOLDER)
  process.stdout.write(await greeting(server, settings))
}

/**
 * Of a server that lives long. Not before all is loaded: V8 takes no compiled code of Node's own modules
 * that was made with other flags, and compiles them anew (measured: 5 ms of a start).
 */
function tuneHeap(): void {
  // V8 would rather let the heap grow to four times what is alive than collect it: a server that
  // shares a developer's machine should not. Below this, collections take a tenth of a busy core.
  setFlagsFromString("--heap-growing-percent=100")
  // V8 takes what survives a collection in the middle of a drain for long-lived, and makes all of its
  // kind in old space from then on: there it keeps whatever it points to until a full collection. A
  // tenth of a small request (measured).
  setFlagsFromString("--no-allocation-site-pretenuring")
  // Else V8 collects everything for each thirty megabytes of buffers that stream through, of which a
  // short collection frees as much: a fifth to a third of a large object's CPU (measured). Older ones
  // complain of a flag that they do not know.
  if (Number.parseInt(process.versions.v8, 10) >= 13)
    setFlagsFromString("--external-memory-accounted-in-global-limit")
}

function settingsOf(values: Readonly<Record<string, unknown>>): ServerSettings {
  const host = textOf(values["host"], "127.0.0.1").replace(/^\[(.*)\]$/, "$1")
  const strict = oneOf(values["auth"], ["open", "strict"], "--auth") === "strict"
  if (host === "") throw new UsageError("--host takes an address")
  if (!isThisMachine(host) && !strict)
    throw new UsageError(
      `--host ${host} lets other machines in, and any dummy key would be root: add --auth strict`,
    )
  if (values["ephemeral"] && values["data"] !== undefined)
    throw new UsageError("give --data or --ephemeral, not both")
  if (values["data"] === "") throw new UsageError("--data takes a folder")
  return {
    host,
    port: readPort(values["port"], DEFAULT_PORT),
    data: values["ephemeral"] ? undefined : textOf(values["data"], OWN_FOLDER),
    strict,
    account: readAccount(values["account"], "000000000000"),
    region: readRegion(values["region"], "us-east-1"),
    durability: oneOf(values["durability"], ["process", "power"], "--durability"),
    origins: ((values["cors-origin"] as string[] | undefined) ?? []).map(readOrigin),
    version: version(),
  }
}

/** The folder has keys in it, and lies where people write `git add .`: git is told to pass it over. */
function keepFromGit(folder: string): void {
  const path = join(folder, ".gitignore")
  try {
    if (!existsSync(path)) writeFileSync(path, "*\n")
  } catch {
    // A full disk keeps nobody from reading what is there.
  }
}

/** Of a scheme of its own, such as those of desktop programs. */
const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^\s/?#*]+$/

/** An origin as browsers write it: one that they never send would let nobody in. */
function readOrigin(text: string): string {
  const web = /^https?:/.test(text)
  const whole = web ? URL.canParse(text) && new URL(text).origin === text : ORIGIN.test(text)
  if (whole) return text
  throw new UsageError(`--cors-origin ${text} is not an origin such as https://app.example.com`)
}

/** What the system says of a port or a folder, with what to do about it. */
async function explained(error: unknown, { host, port, data }: ServerSettings): Promise<unknown> {
  const cause = error instanceof Error ? (error as NodeJS.ErrnoException) : undefined
  if (cause instanceof StoreInUseError)
    return new Error(`${cause.message}: stop that one, or give --data DIR or --ephemeral`, {
      cause,
    })
  if (cause instanceof StoreCorruptError)
    return new Error(`${data}: ${cause.message}: give another --data DIR, or --ephemeral`, {
      cause,
    })
  if (cause instanceof DiskFullError)
    return new Error(`no state can be kept in ${data} (${cause.message}): give --data DIR`, {
      cause,
    })
  if (cause?.syscall !== "listen" && cause?.syscall !== "getaddrinfo") {
    if (!FOLDER_FAULTS.has(cause?.code ?? "")) return error
    return new Error(
      `no state can be kept in ${data} (${cause?.message}): give --data DIR or --ephemeral`,
      { cause },
    )
  }
  if (cause.code === "EADDRINUSE") {
    const other = await neighbour(port)
    const by = other === undefined ? `(${host})` : `by ${other}`
    return new Error(`port ${port} is in use ${by}: stop the other one or give --port`, { cause })
  }
  if (cause.code === "EACCES")
    return new Error(`port ${port} is not open to this user: give --port above 1023`, { cause })
  return new Error(`this machine has no address ${host} to listen on (${cause.code})`, { cause })
}

/** One screen that a newcomer can act on. */
async function greeting(server: Server, settings: ServerSettings): Promise<string> {
  const { caPath } = server
  const url = addressFor(server, settings)
  const port = server.port === DEFAULT_PORT ? "" : ` --port ${server.port}`
  // What npm runs is seldom in a shell's path.
  const npx = process.env["npm_command"] === undefined ? "" : "npx "
  const everywhere = EVERYWHERE.has(settings.host) ? " and every address of this machine" : ""
  const lines = [
    `Cloudarium ${settings.version} is ready at ${server.url}${everywhere} (TLS on the same port)`,
    "",
  ]
  if (settings.strict) lines.push(...(await strictKeys(server, url)))
  else
    lines.push(
      `  export AWS_ENDPOINT_URL=${url} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=${settings.region}`,
    )
  lines.push(
    // Version 1 of the CLI does not heed AWS_ENDPOINT_URL for SQS and a few other services.
    `  aws --endpoint-url ${url} sqs create-queue --queue-name hello`,
    "",
    `  Data      ${settings.data === undefined ? "in memory, gone when this stops" : resolve(settings.data)}`,
    `  Account   ${settings.account}${settings.strict ? "" : "; a 12-digit access key is the root of that account"}`,
    `  Services  ${server.cloud.catalog.ids.join(", ")}; every other AWS operation answers 501 NotImplemented`,
    ...(caPath === undefined ? [] : [`  TLS       export AWS_CA_BUNDLE=${quoted(caPath)}`]),
    `  Control   ${npx}cloudarium status${port} | clock advance 30d | fault fail us-east-1a | snapshot save NAME | reset`,
    "  Stop      Ctrl-C",
    "",
  )
  return `${lines.join("\n")}\n`
}

/** What clients are told; a cloud at `::1` only is not to be found at `127.0.0.1`. */
const addressFor = ({ url }: Server, { host }: ServerSettings): string =>
  host === "127.0.0.1" || host === "0.0.0.0" ? clientsUrl(url) : url

async function strictKeys(server: Server, url: string): Promise<string[]> {
  const { key, fresh } = await server.cloud.rootKey()
  const head = `  export AWS_ENDPOINT_URL=${url} AWS_DEFAULT_REGION=${server.cloud.settings.region}`
  if (!fresh) return [head, "  Keys: as printed at the first start."]
  return [
    `${head} AWS_ACCESS_KEY_ID=${key.accessKeyId} AWS_SECRET_ACCESS_KEY=${key.secret}`,
    `  This is the root key of account ${key.account}. It is shown only now.`,
  ]
}

/** Ends at once until it is told of a server: until then there is nothing that has to be finished. */
function stopOnSignals(): (server: Server) => void {
  // Asked without their streams: making that of the input takes 2 ms (measured).
  const hasTerminal = isatty(0) || isatty(1)
  let running: Server | undefined
  let stopping = false
  const stop = (signal: NodeJS.Signals): void => {
    if (!running) process.exit(128 + constants.signals[signal])
    if (stopping) process.exit(1)
    stopping = true
    running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(
          `cloudarium: ${error instanceof Error ? error.message : String(error)}\n`,
        )
        process.exit(1)
      },
    )
  }
  process.on("SIGINT", stop)
  process.on("SIGTERM", stop)
  // Node takes back what `nohup` set: one that was started without a terminal outlives its shell.
  process.on("SIGHUP", hasTerminal ? stop : () => {})
  return (server) => {
    running = server
  }
}

/** By then what a start and first requests need has been compiled. */
const COMPILED_MS = 5_000

/** Node keeps compiled code for the next start when a process ends: this is for those that are killed. */
function keepCompiled(): void {
  setTimeout(flushCompileCache, COMPILED_MS).unref()
}
