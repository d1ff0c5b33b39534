import { expect, test } from "vitest"
import { s3Address } from "./s3-address.ts"

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
