import { expect, test } from "vitest"
import type { OperationModel, ServiceModel } from "../models/schema.ts"
import { linkBotocore } from "../models/link.ts"
import { router } from "./route.ts"
import type { Router } from "./route.ts"
import { publishedModel } from "./testing/published.ts"

function small(operations: Record<string, string>): ServiceModel {
  const entries = Object.entries(operations).map(([name, route]) => {
    const [method, requestUri] = route.split(" ")
    return [name, { name, http: { method, requestUri } }]
  })
  return linkBotocore({
    metadata: { protocol: "rest-json" },
    operations: Object.fromEntries(entries) as Record<string, Record<string, unknown>>,
    shapes: {},
  })
}

function match(route: Router, line: string, headers: Record<string, string> = {}) {
  const [method = "", url = ""] = line.split(" ")
  const [path = "", query = ""] = url.split(/\?(.*)/s)
  return route({ method, path, query, headers })
}

function name(route: Router, line: string, headers?: Record<string, string>): string | undefined {
  return match(route, line, headers)?.operation.name
}

const PATHS = router(
  small({
    List: "GET /things",
    Create: "PUT /things",
    Get: "GET /things/{id}",
    Special: "GET /things/special",
    Parts: "GET /things/{id}/parts/",
    File: "GET /files/{path+}",
    Policy: "GET /files/{path+}/policy",
    PolicyStatus: "GET /files/{path+}/policy/status",
    Any: "GET /{any}/parts",
    Root: "GET /",
  }),
)

test("constants come before labels, and labels before greedy labels", () => {
  expect(name(PATHS, "GET /things")).toBe("List")
  expect(name(PATHS, "GET /things/special")).toBe("Special")
  expect(name(PATHS, "GET /things/specials")).toBe("Get")
  expect(name(PATHS, "GET /")).toBe("Root")
})

test("a way that leads nowhere is left again", () => {
  expect(name(PATHS, "GET /things/parts")).toBe("Get")
  expect(name(PATHS, "GET /others/parts")).toBe("Any")
  expect(name(PATHS, "GET /things/special/parts")).toBe("Parts")
})

test("a trailing slash has no meaning, on either side", () => {
  expect(name(PATHS, "GET /things/")).toBe("List")
  expect(name(PATHS, "GET /things/a/parts")).toBe("Parts")
  expect(name(PATHS, "GET /things/a/parts/")).toBe("Parts")
})

test("greedy labels take slashes, and leave what has to follow", () => {
  expect(match(PATHS, "GET /files/a/b%2Fc//d/")?.labels).toEqual({ path: "a/b%2Fc//d/" })
  expect(match(PATHS, "GET /files/a/policy")?.labels).toEqual({ path: "a" })
  expect(match(PATHS, "GET /files/a/b/policy/status")).toMatchObject({
    operation: { name: "PolicyStatus" },
    labels: { path: "a/b" },
  })
  expect(match(PATHS, "GET /files/policy")?.labels).toEqual({ path: "policy" })
})

test("what has no operation is not guessed", () => {
  for (const line of ["POST /things", "GET /other", "GET /things//parts", "GET //", "GET things"]) {
    expect(match(PATHS, line)).toBeUndefined()
  }
  expect(match(PATHS, "GET /files/")).toBeUndefined()
})

test("labels are as they were sent", () => {
  const route = router(small({ Get: "GET /{a}/{b}" }))
  expect(match(route, "GET /a%20b/c+d")?.labels).toEqual({ a: "a%20b", b: "c+d" })
})

test("constant parameters tell operations apart", () => {
  const route = router(
    small({
      Create: "POST /tags",
      Tag: "POST /tags?operation=tag",
      Untag: "POST /tags?operation=untag",
      Select: "POST /tags?select&type=2",
    }),
  )
  expect(name(route, "POST /tags")).toBe("Create")
  expect(name(route, "POST /tags?x=1")).toBe("Create")
  expect(name(route, "POST /tags?operation=tag")).toBe("Tag")
  expect(name(route, "POST /tags?a=1&operation=untag")).toBe("Untag")
  expect(name(route, "POST /tags?operation=other")).toBe("Create")
  expect(name(route, "POST /tags?select=&type=2")).toBe("Select")
  expect(name(route, "POST /tags?operation=tag&select&type=2")).toBe("Select")
  expect(name(route, "POST /tags?select&type=2&operation=tag")).toBe("Select")
})

test("two operations with the same requests are an error of the model", () => {
  expect(() => router(small({ A: "GET /{a}", B: "GET /{b}" }))).toThrow("A and B have the same")
})

const S3 = router(publishedModel("s3"))

test.each([
  ["GET /", "ListBuckets"],
  ["GET /bucket", "ListObjects"],
  ["GET /bucket/", "ListObjects"],
  ["GET /bucket?list-type=2&prefix=a", "ListObjectsV2"],
  ["GET /bucket?list-type=1", "ListObjects"],
  ["GET /bucket?acl", "GetBucketAcl"],
  ["GET /bucket/?acl=", "GetBucketAcl"],
  ["GET /bucket?analytics", "ListBucketAnalyticsConfigurations"],
  ["GET /bucket?analytics&id=a", "GetBucketAnalyticsConfiguration"],
  ["GET /bucket?uploads", "ListMultipartUploads"],
  ["GET /bucket/key", "GetObject"],
  ["GET /bucket/key?partNumber=1", "GetObject"],
  ["GET /bucket/key?v=1", "GetObject"],
  ["GET /bucket/key?20240101", "GetObject"],
  ["GET /bucket/key/acl", "GetObject"],
  ["GET /bucket/key?acl&versionId=1", "GetObjectAcl"],
  ["GET /bucket/key?uploadId=1", "ListParts"],
  ["PUT /bucket/key", "PutObject"],
  ["PUT /bucket/key?partNumber=1&uploadId=2", "UploadPart"],
  ["PUT /bucket/key?partNumber=1", "UploadPart"],
  ["POST /bucket/key?uploads", "CreateMultipartUpload"],
  ["POST /bucket/key?uploadId=2", "CompleteMultipartUpload"],
  ["POST /bucket/key", undefined],
  ["POST /bucket?delete", "DeleteObjects"],
  ["POST /bucket", undefined],
  ["DELETE /bucket/key", "DeleteObject"],
  ["DELETE /bucket/key?uploadId=2", "AbortMultipartUpload"],
  ["DELETE /bucket?analytics", "DeleteBucketAnalyticsConfiguration"],
  ["DELETE /bucket?new-sub-resource", undefined],
  ["DELETE /bucket?x-id=DeleteBucket", "DeleteBucket"],
  ["DELETE /bucket?versioning", undefined],
  ["DELETE /bucket?new-sub-resource=", undefined],
  ["PUT /bucket/key?X-Amz-Security-Token=&X-Amz-Date=1", "PutObject"],
  ["DELETE /bucket?acl=", undefined],
  ["DELETE /bucket/key?acl", undefined],
  ["DELETE /bucket/key?tagging=1&acl=1", "DeleteObjectTagging"],
  ["PUT /bucket?policyStatus", undefined],
  ["PUT /bucket/key?versioning", undefined],
  ["HEAD /bucket?acl", undefined],
  ["GET /bucket?delete", undefined],
  ["GET /bucket/key?restore", undefined],
  ["GET /bucket/page?session=7&v", "GetObject"],
  ["PUT /bucket?lifecycle", "PutBucketLifecycleConfiguration"],
  ["PUT /bucket?notification", "PutBucketNotificationConfiguration"],
  ["POST /WriteGetObjectResponse", "WriteGetObjectResponse"],
])("S3: %s is %s", (line, expected) => {
  expect(name(S3, line)).toBe(expected)
})

test("S3: a header tells a copy from an upload", () => {
  const copy = { "x-amz-copy-source": "a/b" }
  expect(name(S3, "PUT /bucket/key", copy)).toBe("CopyObject")
  expect(name(S3, "PUT /bucket/key?partNumber=1&uploadId=2", copy)).toBe("UploadPartCopy")
})

test("S3: keys keep their slashes", () => {
  expect(match(S3, "GET /bucket//a//b/")?.labels).toEqual({ Bucket: "bucket", Key: "/a//b/" })
})

/** A request for the operation as its template and its required members make it. */
function example(operation: OperationModel): Parameters<Router>[0] {
  const [path = "", constants = ""] = operation.http.requestUri.split("?")
  const headers: Record<string, string> = {}
  const query = constants === "" ? [] : [constants]
  for (const required of operation.input?.required ?? []) {
    const member = operation.input!.members[required]!
    const wire = member.locationName ?? required
    if (member.location === "header") headers[wire.toLowerCase()] = "x"
    if (member.location === "querystring") query.push(`${wire}=x`)
  }
  const { method } = operation.http
  return { method, path: path.replace(/\{[^}]+\}/g, "x"), query: query.join("&"), headers }
}

const REPLACED = /^(?:Get|Put)Bucket(?:Lifecycle|Notification)$|^ListDirectoryBuckets$/

test.each(["s3", "s3control", "cloudfront", "route53", "lambda", "apigateway", "glacier", "eks"])(
  "every operation of %s is found by its own request",
  (id) => {
    const model = publishedModel(id)
    const route = router(model)
    for (const operation of Object.values(model.operations)) {
      if (id === "s3" && REPLACED.test(operation.name)) continue
      expect(route(example(operation))?.operation.name).toBe(operation.name)
    }
  },
)
