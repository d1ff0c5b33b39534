import { expect, test } from "vitest"
import { s3Address } from "./address.ts"

const address = (host: string, plain = true) =>
  s3Address({ headers: { host }, path: "/a/b%20c" }, plain)

test.each([
  ["bucket.s3.amazonaws.com", "bucket"],
  ["my.dotted.bucket.s3.eu-west-1.amazonaws.com:443", "my.dotted.bucket"],
  ["bucket.s3-eu-west-1.amazonaws.com", "bucket"],
  ["bucket.s3.dualstack.us-gov-west-1.amazonaws.com", "bucket"],
  ["bucket.s3-accelerate.amazonaws.com", "bucket"],
  ["bucket.s3-fips.us-east-1.amazonaws.com", "bucket"],
  ["point-123456789012.s3-accesspoint.us-east-1.amazonaws.com", "point-123456789012"],
  ["bucket.s3.localhost:4566", "bucket"],
  ["bucket.s3.us-east-1.localhost.localstack.cloud:4566", "bucket"],
  ["Bucket.localhost:4566", "Bucket"],
  ["b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", "b--use1-az4--x-s3"],
  ["b--use1-az4--x-s3.localhost:4566", "b--use1-az4--x-s3"],
])("%s is the address of a bucket", (host, bucket) => {
  expect(address(host)).toEqual({ kind: "api", path: `/${bucket}/a/b%20c` })
})

test.each([
  ["bucket.s3-website.eu-central-1.amazonaws.com", "bucket"],
  ["bucket.s3-website-us-east-1.amazonaws.com", "bucket"],
  ["www.example.com.s3-website.localhost.localstack.cloud:4566", "www.example.com"],
])("%s is a website", (host, bucket) => {
  expect(address(host)).toEqual({ kind: "website", path: `/${bucket}/a/b%20c` })
})

test.each([
  "localhost:4566",
  "127.0.0.1:4566",
  "[::1]:4566",
  "s3.localhost:4566",
  "s3express-control.us-east-1.amazonaws.com",
  "s3express-control.localhost:4566",
  "s3.amazonaws.com",
  "s3.eu-west-1.amazonaws.com",
  "s3.eu-west-1.localhost.localstack.cloud:4566",
  "sqs.eu-west-1.localhost.localstack.cloud:4566",
])("%s names no bucket", (host) => {
  expect(address(host)).toBeUndefined()
})

test("a label before localhost is a bucket only where the request is S3's", () => {
  expect(address("bucket.localhost:4566", false)).toBeUndefined()
})

test("the paths of S3 Control and Object Lambda stay as they are", () => {
  const headers = { host: "123456789012.localhost:4566", "x-amz-account-id": "123456789012" }
  expect(s3Address({ headers, path: "/v20180820/jobs" }, true)).toBeUndefined()
  expect(s3Address({ headers, path: "/WriteGetObjectResponse" }, true)).toBeUndefined()
})

test("the host of an access point of Object Lambda stands for its ARN", () => {
  const path = (host: string, more: { authorization?: string; query?: string } = {}) =>
    s3Address(
      {
        ...{ path: "/k", query: more.query ?? "" },
        headers: { host, ...(more.authorization && { authorization: more.authorization }) },
      },
      true,
    )?.path
  const arn = (region: string) =>
    `/${encodeURIComponent(`arn:aws:s3-object-lambda:${region}:123456789012:accesspoint/my-lens`)}/k`
  const label = "my-lens-123456789012"
  expect(path(`${label}.s3-object-lambda.eu-west-1.amazonaws.com`)).toBe(arn("eu-west-1"))
  expect(path(`${label}.s3-object-lambda-fips.us-east-1.amazonaws.com`)).toBe(arn("us-east-1"))
  // Before an endpoint of one's own it is what the request is signed for.
  const scope = "20260101/us-west-2/s3-object-lambda/aws4_request"
  const authorization = `AWS4-HMAC-SHA256 Credential=AKID/${scope}, SignedHeaders=host`
  expect(path(`${label}.localhost:4566`, { authorization })).toBe(arn("us-west-2"))
  const query = `X-Amz-Credential=AKID%2F${scope.replaceAll("/", "%2F")}`
  expect(path(`${label}.localhost:4566`, { query })).toBe(arn("us-west-2"))
  expect(path(`${label}.localhost:4566`)).toBe(`/${label}/k`)
  const ours = authorization.replace("s3-object-lambda", "s3")
  expect(path(`${label}.localhost:4566`, { authorization: ours })).toBe(`/${label}/k`)
})
