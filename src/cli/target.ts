import { readPort, textOf } from "./arguments.ts"
import { UsageError } from "./usage-error.ts"
import { version } from "./version.ts"

export const DEFAULT_PORT = 4566

/**
 * The same address for AWS's clients. They put the name of a bucket before a host's name, and few
 * machines find `<bucket>.localhost`; where the host is a number, the bucket goes into the path.
 */
export const clientsUrl = (url: string): string =>
  url.replace(/^http:\/\/localhost(?=[:/]|$)/, "http://127.0.0.1")

/** How the commands find a running cloud. */
export const targetOptions = {
  url: { type: "string" },
  port: { type: "string" },
  token: { type: "string" },
} as const

export const TARGET_HELP = `  --url URL | --port N   which cloud (default: AWS_ENDPOINT_URL if it is on this machine, else
                         http://localhost:${DEFAULT_PORT})
  --token TOKEN          for a cloud on another machine: what its folder's control-token says
  -h, --help             this text
`

/** How long a question may take; changes, such as a month's advance, may take any time. */
const ANSWER_MS = 30_000

export function targetUrl(values: Readonly<Record<string, unknown>>): string {
  const { url, port } = values
  if (url !== undefined && port !== undefined)
    throw new UsageError("give --url or --port, not both")
  if (typeof url === "string") {
    if (!/^https?:\/\//.test(url) || !URL.canParse(url))
      throw new UsageError(`--url ${url} is not a URL such as http://localhost:${DEFAULT_PORT}`)
    return url.replace(/\/+$/, "")
  }
  if (port === undefined && process.env["AWS_ENDPOINT_URL"]) {
    const known = process.env["AWS_ENDPOINT_URL"]
    if (/^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?\/?$/.test(known))
      return known.replace(/\/+$/, "")
  }
  return `http://localhost:${readPort(port, DEFAULT_PORT)}`
}

/** One call of the control API; throws with its own words when it refuses. */
export async function control(
  values: Readonly<Record<string, unknown>>,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const url = targetUrl(values)
  const asking = fetch(`${url}/_cloudarium/${path}`, {
    method: body ? "POST" : "GET",
    headers: {
      "content-type": "application/json",
      ...(typeof values["token"] === "string" && { authorization: `Bearer ${values["token"]}` }),
    },
    ...(body ? { body: JSON.stringify(body) } : { signal: AbortSignal.timeout(ANSWER_MS) }),
  })
  const response = await asking.catch((error: unknown) => {
    throw unanswered(url, error as Error)
  })
  const its = response.headers.get("x-cloudarium-version")
  const answer = await response.json().catch(() => undefined)
  // LocalStack listens on the same port, and so may anything else.
  if (its === null || typeof answer !== "object" || answer === null)
    throw new Error(`what answers at ${url} is no Cloudarium (${response.status})`)
  const told = answer as Record<string, unknown>
  if (response.ok) return told
  const mine = version()
  const versions = its === mine ? "" : ` (the cloud is Cloudarium ${its}, this command is ${mine})`
  throw new Error(`${textOf(told["error"], `the cloud answered ${response.status}`)}${versions}`)
}

/** What Node says of a connection in its error's cause, for a person. */
function unanswered(url: string, error: Error): Error {
  const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException
  if (error.name === "TimeoutError")
    return new Error(`what is at ${url} has not answered for ${ANSWER_MS / 1000} s`)
  // Node's own limit for an answer's first byte.
  if (code === "UND_ERR_HEADERS_TIMEOUT")
    return new Error(`the cloud at ${url} has been at it for minutes, and may still be`)
  if (code === "ECONNREFUSED" || code === undefined)
    return new Error(
      `no cloud answers at ${url} (start one with: cloudarium start; one on another port: --port N)`,
    )
  return new Error(`no cloud answers at ${url} (${message})`)
}

/** A program that does not answer by then is not named. */
const NEIGHBOUR_MS = 5_000

/** Who has a port of this machine: Cloudarium, LocalStack, or a program that does not say. */
export async function neighbour(port: number): Promise<string | undefined> {
  try {
    const response = await fetch(`http://localhost:${port}/_localstack/health`, {
      signal: AbortSignal.timeout(NEIGHBOUR_MS),
    })
    const { edition, version: its } = (await response.json()) as Record<string, unknown>
    if (typeof edition !== "string" || typeof its !== "string") return undefined
    return `${edition === "cloudarium" ? "Cloudarium" : "LocalStack"} ${its}`
  } catch {
    return undefined
  }
}
