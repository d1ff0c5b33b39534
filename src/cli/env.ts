import { quoted, readAccount, readArguments, readRegion } from "./arguments.ts"
import { clientsUrl, targetOptions, targetUrl } from "./target.ts"

const HELP = `Usage: cloudarium env [options]

Prints what points the AWS CLI, SDKs and Terraform at the cloud: eval "$(cloudarium env)"

  --account ID           speak as the root of this account (default: the cloud's own)
  --region REGION        the clients' Region (default us-east-1)
  --url URL | --port N   which cloud (default: AWS_ENDPOINT_URL if it is on this machine, else
                         http://localhost:4566)
  -h, --help             this text
`

/** Prints shell lines that point AWS clients at the cloud. */
export async function env(args: readonly string[]): Promise<void> {
  const { values } = readArguments(args, {
    url: targetOptions.url,
    port: targetOptions.port,
    account: { type: "string" },
    region: { type: "string" },
    help: { type: "boolean", short: "h" },
  })
  if (values["help"]) {
    process.stdout.write(HELP)
    return
  }
  const region = readRegion(values["region"], "us-east-1")
  const account = values["account"]
  const url = targetUrl(values)
  const lines = [
    `export AWS_ENDPOINT_URL=${quoted(values["url"] === undefined ? clientsUrl(url) : url)}`,
    `export AWS_ACCESS_KEY_ID=${account === undefined ? "test" : readAccount(account, "")}`,
    "export AWS_SECRET_ACCESS_KEY=test",
    `export AWS_DEFAULT_REGION=${region}`,
    `export AWS_REGION=${region}`,
    // An SDK must not find a real profile's token beside the dummy key, nor go to the real AWS.
    "unset AWS_SESSION_TOKEN AWS_PROFILE AWS_DEFAULT_PROFILE AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  ]
  process.stdout.write(`${lines.join("\n")}\n`)
}
