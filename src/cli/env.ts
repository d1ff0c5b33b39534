import { quoted, readAccount, readArguments, readRegion } from "./arguments.ts"
import { clientsUrl, targetOptions, targetUrl } from "./target.ts"

/** Prints shell lines that point AWS clients at the cloud. */
export async function env(args: readonly string[]): Promise<void> {
  const { values } = readArguments(args, {
    ...targetOptions,
    account: { type: "string" },
    region: { type: "string" },
    help: { type: "boolean", short: "h" },
  })
  if (values["help"]) {
    process.stdout.write(
      "Usage: cloudarium env [--url URL] [--port N] [--account 12-DIGITS] [--region REGION]\n",
    )
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
