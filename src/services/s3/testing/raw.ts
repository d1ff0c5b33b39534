import type { SdkHandler } from "../../../gateway/sdk-handler.ts"
import type { InProcessCloud } from "../../../index.ts"

export interface RawRequest {
  readonly method: string
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>
  /** Sent without a signature. */
  readonly unsigned?: boolean
}

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Signed as far as a dummy key is looked at: by whom, when, for which service and Region. */
const authorization = (day: string, names: readonly string[]): string =>
  `AWS4-HMAC-SHA256 Credential=000000000000/${day}/us-east-1/s3/aws4_request, ` +
  `SignedHeaders=${["host", ...names].toSorted().join(";")}, Signature=${"0".repeat(64)}`

/** A request as no SDK would make it, to a cloud in this process. */
export async function raw(cloud: InProcessCloud, request: RawRequest): Promise<RawAnswer> {
  const handler = cloud.clientConfig()["requestHandler"] as SdkHandler
  const date = cloud
    .now()
    .toISOString()
    .replace(/[-:]|\.\d+/g, "")
  const { body, method, path, query = {} } = request
  const dated = {
    "x-amz-date": date,
    "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
    ...request.headers,
  }
  const signed = { ...dated, authorization: authorization(date.slice(0, 8), Object.keys(dated)) }
  const { response } = await handler.handle({
    ...{ method, path, query, body, protocol: "http:", hostname: "localhost", port: 4566 },
    headers: request.unsigned ? { ...request.headers } : signed,
  })
  const chunks: Buffer[] = []
  for await (const chunk of response.body) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  return { status: response.statusCode, headers: response.headers, body: text }
}

/** `Code: Message` of an error's document. */
export const errorOf = ({ status, body }: RawAnswer): string =>
  `${status} ${/<Code>(.*?)<\/Code>/.exec(body)?.[1]}: ${/<Message>(.*?)<\/Message>/.exec(body)?.[1]}`
