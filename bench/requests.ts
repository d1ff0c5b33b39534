import { createHash } from "node:crypto"

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
