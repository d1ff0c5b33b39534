import type { RequestExplanation, RequestSummary } from "../gateway/explain-request.ts"
import { readArguments, textOf } from "./arguments.ts"
import { UsageError } from "./usage-error.ts"
import { control, TARGET_HELP, targetOptions } from "./target.ts"

const common = {
  ...targetOptions,
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const

const EXPLAIN_HELP = `Usage: cloudarium explain REQUEST-ID [options]

Shows why a request was allowed or denied: every policy that was looked at, what matched and what
did not, and the smallest statement that would allow it. The id stands in every answer, as
x-amzn-RequestId, and "cloudarium requests --denied" lists the latest.

  --json                 the same as JSON
${TARGET_HELP}`

/** Explains one request. */
export async function explain(args: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments(args, common, { positionals: 1 })
  if (values["help"]) return print(EXPLAIN_HELP)
  const [id] = positionals
  if (id === undefined) throw new UsageError("explain needs the id of a request")
  if (!/^[\w-]{1,200}$/.test(id)) throw new UsageError(`"${id}" is not the id of a request`)
  const answer = await control(values, `requests/${id}/explain`)
  const explanation = answer as unknown as RequestExplanation
  print(values["json"] ? JSON.stringify(explanation, undefined, 2) : explanation.text)
}

const REQUESTS_HELP = `Usage: cloudarium requests [options]

Lists the latest requests, the newest first.

  --denied               only those that were denied
  --limit N              how many (default 20)
  --json                 the same as JSON
${TARGET_HELP}`

/** Lists recent requests. */
export async function requests(args: readonly string[]): Promise<void> {
  const options = { ...common, denied: { type: "boolean" }, limit: { type: "string" } } as const
  const { values } = readArguments(args, options)
  if (values["help"]) return print(REQUESTS_HELP)
  const limit = textOf(values["limit"], "20")
  if (!/^[1-9]\d{0,3}$/.test(limit)) throw new UsageError(`--limit ${limit} is not a number`)
  const query = `${values["denied"] ? "denied&" : ""}limit=${limit}`
  const answer = await control(values, `requests?${query}`)
  const list = answer["requests"] as readonly RequestSummary[]
  if (values["json"]) return print(JSON.stringify(list, undefined, 2))
  if (list.length === 0)
    print(values["denied"] ? "No recent request was denied." : "There are no recent requests.")
  for (const one of list) print(lineOf(one))
}

function lineOf({ requestId, time, service, operation, caller, outcome, error }: RequestSummary) {
  const what = `${service ?? "?"} ${operation ?? "?"}`
  const code = error ? `  ${error.code}` : ""
  return `${requestId}  ${time}  ${outcome.padEnd(9)}  ${what}  ${caller ?? "nobody"}${code}`
}

const print = (text: string): void => void process.stdout.write(`${text.trimEnd()}\n`)
