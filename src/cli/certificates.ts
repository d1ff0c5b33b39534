import { readArguments, textOf } from "./arguments.ts"
import { UsageError } from "./usage-error.ts"
import { control, TARGET_HELP, targetOptions } from "./target.ts"

const options = {
  ...targetOptions,
  type: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const

const print = (line: string): void => void process.stdout.write(`${line.trimEnd()}\n`)

const DNS_HELP = `Usage: cloudarium dns [list | set NAME VALUE | delete NAME] [options]

Tells the cloud what the public DNS has. ACM validates certificates by it: set the record that
DescribeCertificate shows.

  --type TYPE            of the record (default CNAME)
${TARGET_HELP}`

interface DnsRecord {
  readonly name: string
  readonly type: string
  readonly value: string
}

/** Lists, sets and deletes records of the public DNS. */
export async function dns(args: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments(args, options, { positionals: 3 })
  if (values["help"]) return print(DNS_HELP)
  const [verb = "list", name, value] = positionals
  const body = dnsBody(verb, { name, value, type: textOf(values["type"], "CNAME") })
  const { records } = await control(values, "dns", body)
  const list = records as readonly DnsRecord[]
  if (list.length === 0) print("There are no records.")
  for (const record of list) print(`${record.name}  ${record.type}  ${record.value}`)
}

interface Given {
  readonly name: string | undefined
  readonly value: string | undefined
  readonly type: string
}

function dnsBody(verb: string, { name, value, type }: Given): object | undefined {
  if (verb === "list" && name === undefined) return undefined
  if (verb === "set" && name !== undefined && value !== undefined) return { name, type, value }
  if (verb === "delete" && name !== undefined && value === undefined)
    return { name, type, value: null }
  throw new UsageError("dns takes list, set NAME VALUE or delete NAME")
}

const APPROVE_HELP = `Usage: cloudarium approve CERTIFICATE-ARN [DOMAIN] [options]

Follows the link in the mail by which ACM asks whether a certificate may be issued.

${TARGET_HELP}`

/** Approves a certificate that is validated by mail. */
export async function approve(args: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments(args, options, { positionals: 2 })
  if (values["help"]) return print(APPROVE_HELP)
  const [arn, domain] = positionals
  if (arn === undefined) throw new UsageError("approve needs the ARN of a certificate")
  await control(values, "certificates", { approve: arn, ...(domain !== undefined && { domain }) })
  print(`Approved ${domain ?? arn}.`)
}
