import { createHash } from "node:crypto"
import { signRequest } from "../src/protocols/sigv4/sign.ts"

/** A request as bytes on the wire, with the headers that an AWS SDK sends and a dummy key. */
export function awsRequest(
  service: string,
  contentType: string,
  { body, target }: { body: string; target?: string },
): Buffer {
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "")
  const head = [
    "POST / HTTP/1.1",
    "host: localhost:4566",
    `content-type: ${contentType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...(target === undefined ? [] : [`x-amz-target: ${target}`]),
    "user-agent: aws-sdk-js/3.1000.0 ua/2.1 os/linux#6.1 lang/js md/nodejs#26.10.0 api/sqs#3.1000.0",
    "amz-sdk-invocation-id: 0f1f0c7e-0000-4000-8000-1234567890ab",
    "amz-sdk-request: attempt=1; max=3",
    `x-amz-date: ${date}`,
    `x-amz-content-sha256: ${createHash("sha256").update(body).digest("hex")}`,
    `authorization: AWS4-HMAC-SHA256 Credential=test/${date.slice(0, 8)}/us-east-1/${service}/aws4_request, ` +
      `SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature=${"fe5f80f77d5fa3be".repeat(4)}`,
  ]
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`)
}

export const sqs = (operation: string, input: object): Buffer =>
  awsRequest("sqs", "application/x-amz-json-1.0", {
    body: JSON.stringify(input),
    target: `AmazonSQS.${operation}`,
  })

export const sts = (operation: string): Buffer =>
  awsRequest("sts", "application/x-www-form-urlencoded; charset=utf-8", {
    body: `Action=${operation}&Version=2011-06-15`,
  })

/** A request of the Query protocol, with the dummy key. */
export const form = (
  service: string,
  version: string,
  parameters: Readonly<Record<string, string>>,
): Buffer =>
  awsRequest(service, "application/x-www-form-urlencoded; charset=utf-8", {
    body: new URLSearchParams({ ...parameters, Version: version }).toString(),
  })

/** Keys of the cloud under measurement: their signatures are verified. */
export interface BenchKeys {
  readonly accessKeyId: string
  readonly secret: string
  readonly sessionToken?: string
}

/** As `sqs`, signed for real. */
export function signedSqs(operation: string, input: object, keys: BenchKeys): Buffer {
  const body = JSON.stringify(input)
  const unsigned = {
    ...{ method: "POST", path: "/", query: "", body: Buffer.from(body) },
    ...{ secure: false, remoteAddress: "127.0.0.1" },
    headers: {
      host: "localhost:4566",
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `AmazonSQS.${operation}`,
      "user-agent":
        "aws-sdk-js/3.1000.0 ua/2.1 os/linux#6.1 lang/js md/nodejs#26.10.0 api/sqs#3.1000.0",
      "amz-sdk-invocation-id": "0f1f0c7e-0000-4000-8000-1234567890ab",
      "amz-sdk-request": "attempt=1; max=3",
    },
  }
  const scope = { service: "sqs", region: "us-east-1", timeMs: Date.now() }
  const { headers } = signRequest(unsigned, { credentials: keys, ...scope })
  const lines = Object.entries({ ...headers, "content-length": Buffer.byteLength(body) }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  return Buffer.from(`POST / HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`)
}
