import type { InProcessCloud } from "../../../index.ts"
import type { SdkHandler } from "../../../gateway/sdk-handler.ts"

/** An answer of the Query protocol. */
export interface QueryAnswer {
  readonly status: number
  readonly body: string
}

/** Signed as far as a dummy key is looked at: by whom, when, for which service and Region. */
const authorization = (day: string): string =>
  `AWS4-HMAC-SHA256 Credential=000000000000/${day}/us-east-1/sqs/aws4_request, ` +
  `SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`

/** Headers of a call that nobody signed. */
export const UNSIGNED = { authorization: "", "x-amz-date": "" }

/** Sends parameters as a query string to a path of the cloud, as old clients do. */
export async function query(
  cloud: InProcessCloud,
  path: string,
  parameters: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<QueryAnswer> {
  const handler = cloud.clientConfig()["requestHandler"] as SdkHandler
  const date = cloud
    .now()
    .toISOString()
    .replace(/[-:]|\.\d+/g, "")
  const signed = { authorization: authorization(date.slice(0, 8)), "x-amz-date": date }
  const sent = Object.entries({ ...signed, ...headers }).filter(([, value]) => value !== "")
  const { response } = await handler.handle({
    method: "GET",
    protocol: "http:",
    hostname: "localhost",
    port: 4566,
    path,
    query: parameters,
    headers: Object.fromEntries(sent),
  })
  const chunks: Buffer[] = []
  for await (const chunk of response.body) chunks.push(chunk as Buffer)
  return { status: response.statusCode, body: Buffer.concat(chunks).toString() }
}
