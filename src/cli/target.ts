import { readPort, textOf, UsageError } from "./arguments.ts"

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

export const TARGET_HELP =
  "  --url URL | --port N   which cloud (default http://localhost:4566)\n  --token TOKEN          for a cloud on another machine\n"

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
  let response
  try {
    response = await fetch(`${url}/_cloudarium/${path}`, {
      method: body ? "POST" : "GET",
      headers: {
        "content-type": "application/json",
        ...(typeof values["token"] === "string" && { authorization: `Bearer ${values["token"]}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
  } catch {
    throw new Error(
      `no cloud answers at ${url} (start one with: cloudarium start; one on another port: --port N)`,
    )
  }
  // LocalStack listens on the same port, and so may anything else.
  const answer = (await response.json().catch(() => undefined)) as
    | Record<string, unknown>
    | undefined
  if (answer === undefined)
    throw new Error(`what answers at ${url} is no Cloudarium (${response.status})`)
  if (!response.ok)
    throw new Error(textOf(answer["error"], `the cloud answered ${response.status}`))
  return answer
}
