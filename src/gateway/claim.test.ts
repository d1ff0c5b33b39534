import { gzipSync } from "node:zlib"
import { expect, test } from "vitest"
import type { WireRequest } from "../kernel/wire.ts"
import { router } from "../protocols/route.ts"
import { createClaims, Unclaimed } from "./claim.ts"
import { formRequest, jsonRequest, readModels, request } from "./testing/open-cloud.ts"

const models = readModels()
const claims = createClaims({
  index: models.serviceIndex(),
  loadModel: (id) => models.loadModel(id),
  route: (model, wire) => router(model)(wire)?.operation,
})

/** `service.Operation over protocol`, or what the caller is told. */
function claimed(wire: WireRequest, signingName?: string): string {
  try {
    const { model, operation, protocol } = claims.claim(wire, signingName)
    return `${model.id}.${operation.name} over ${protocol}`
  } catch (error) {
    if (!(error instanceof Unclaimed)) throw error
    const { code, message, options } = error.answer
    return `${code} (${options.status}) over ${error.protocol}: ${message}`
  }
}

const get = (path: string, parts: Partial<WireRequest> = {}): WireRequest =>
  request({ method: "GET", path, ...parts })

const cbor = (path: string): WireRequest =>
  request({ path, headers: { "smithy-protocol": "rpc-v2-cbor" } })

test("AWS JSON is claimed by its target, signed or not", () => {
  const wire = jsonRequest("AmazonSQS.SendMessage", {})
  expect(claimed(wire, "sqs")).toBe("sqs.SendMessage over json")
  expect(claimed(wire)).toBe("sqs.SendMessage over json")
  expect(claimed(jsonRequest("DynamoDBStreams_20120810.ListStreams", {}), "dynamodb")).toBe(
    "dynamodbstreams.ListStreams over json",
  )
})

test.each([
  "AmazonSQS.Nonsense",
  "Nonsense.SendMessage",
  "AmazonSQS",
  "",
  ".",
  "AmazonSQS.__proto__",
  "AmazonSQS.constructor",
])("the target %j is no operation", (target) => {
  expect(claimed(jsonRequest(target, {}), "sqs")).toBe(
    "UnknownOperationException (400) over json: ",
  )
})

test("CBOR is claimed by its path, under the target prefix or any name of the signed service", () => {
  expect(claimed(cbor("/service/GraniteServiceVersion20100801/operation/ListMetrics"))).toBe(
    "cloudwatch.ListMetrics over smithy-rpc-v2-cbor",
  )
  expect(claimed(cbor("/service/CloudWatch/operation/ListMetrics"), "monitoring")).toBe(
    "cloudwatch.ListMetrics over smithy-rpc-v2-cbor",
  )
  for (const path of ["/", "/service/AmazonSQS/operation/SendMessage", "/service/x/operation/y"])
    expect(claimed(cbor(path)), path).toBe(
      "UnknownOperationException (404) over smithy-rpc-v2-cbor: ",
    )
})

test("Query is claimed by Action and Version, in a form or a query string, signed or not", () => {
  const parameters = { Action: "GetCallerIdentity", Version: "2011-06-15" }
  expect(claimed(formRequest(parameters), "sts")).toBe("sts.GetCallerIdentity over query")
  expect(claimed(formRequest(parameters))).toBe("sts.GetCallerIdentity over query")
  const query = new URLSearchParams(parameters).toString()
  expect(claimed(get("/", { query }))).toBe("sts.GetCallerIdentity over query")
  // Old SQS clients send no version; then the signature decides, or a queue's address.
  expect(claimed(formRequest({ Action: "ListQueues" }), "sqs")).toBe("sqs.ListQueues over query")
  const receive = { query: "Action=ReceiveMessage" }
  expect(claimed(get("/123456789012/jobs", receive))).toBe("sqs.ReceiveMessage over query")
  expect(claimed(get("/bucket/jobs", receive))).toBe("s3.GetObject over rest-xml")
})

test("a form that was compressed is read all the same", () => {
  const form = "Action=PutMetricData&Version=2010-08-01&Namespace=n"
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "content-encoding": "gzip",
  }
  const wire = { ...request({ headers }), body: gzipSync(form) }
  expect(claimed(wire, "monitoring")).toBe("cloudwatch.PutMetricData over query")
})

test("EC2 speaks its own protocol", () => {
  const wire = formRequest({ Action: "DescribeInstances", Version: "2016-11-15" })
  expect(claimed(wire, "ec2")).toBe("ec2.DescribeInstances over ec2")
  expect(claimed(wire)).toBe("ec2.DescribeInstances over ec2")
})

test("an Action that there is not is refused in the service's protocol", () => {
  expect(claimed(formRequest({ Action: "Nonsense", Version: "2011-06-15" }), "sts")).toBe(
    "InvalidAction (400) over query: The action Nonsense is not valid for this endpoint.",
  )
  expect(claimed(formRequest({ Action: "Nonsense" }), "sts")).toBe(
    "InvalidAction (400) over query: Could not find operation Nonsense for version NO_VERSION_SPECIFIED",
  )
  expect(claimed(formRequest({ Action: "toString", Version: "2016-11-15" }), "ec2")).toMatch(
    /^InvalidAction \(400\) over ec2/,
  )
})

test("REST is claimed by method and path of what the signature names", () => {
  expect(claimed(get("/2015-03-31/functions"), "lambda")).toBe(
    "lambda.ListFunctions over rest-json",
  )
  expect(claimed(get("/2013-04-01/hostedzone"), "route53")).toBe(
    "route53.ListHostedZones over rest-xml",
  )
  expect(claimed(get("/"), "s3")).toBe("s3.ListBuckets over rest-xml")
  expect(claimed(get("/bucket/key"), "s3")).toBe("s3.GetObject over rest-xml")
  expect(claimed(get("/nowhere"), "lambda")).toBe(
    "UnknownOperationException (404) over rest-json: ",
  )
})

test("an unsigned REST request is claimed by the service that its host names", () => {
  const headers = { host: "lambda.us-east-1.localhost.localstack.cloud:4566" }
  expect(claimed(get("/2015-03-31/functions", { headers }))).toBe(
    "lambda.ListFunctions over rest-json",
  )
  // SQS has no REST protocol: its host alone names no operation.
  const sqs = { host: "sqs.us-east-1.localhost.localstack.cloud:4566" }
  expect(claimed(get("/", { headers: sqs }))).toMatch(/^MissingAuthenticationToken \(403\)/)
  const query = "Action=ListQueues&Version=2012-11-05"
  expect(claimed(get("/", { headers: sqs, query }))).toBe("sqs.ListQueues over query")
})

test("services that sign alike are told apart by version, protocol and path", () => {
  const named = (Version: string): WireRequest =>
    formRequest({ Action: "DescribeLoadBalancers", Version })
  expect(claimed(named("2012-06-01"), "elasticloadbalancing")).toMatch(/^elb\./)
  expect(claimed(named("2015-12-01"), "elasticloadbalancing")).toMatch(/^elbv2\./)
  expect(claimed(formRequest({ Action: "ListIdentities" }), "ses")).toMatch(/^ses\./)
  expect(claimed(get("/v2/email/identities"), "ses")).toBe(
    "sesv2.ListEmailIdentities over rest-json",
  )
})

test("of services that share an operation, the one whose name it is gets it", () => {
  const wire = formRequest({ Action: "DescribeDBClusters", Version: "2014-10-31" })
  expect(claimed(wire, "rds")).toBe("rds.DescribeDBClusters over query")
})

test("what belongs to nobody says so, in a protocol that its sender may read", () => {
  expect(claimed(get("/"), "nonsense")).toBe(
    'UnknownService (404) over rest-xml: There is no AWS service that signs as "nonsense".',
  )
  const json = { "content-type": "application/x-amz-json-1.0" }
  expect(claimed(request({ headers: json }), "nonsense")).toMatch(/^UnknownService .* over json/)
  expect(claimed(request({ headers: json }))).toMatch(/^MissingAction \(400\) over json/)
  expect(claimed(request({}), "sts")).toMatch(/^MissingAction \(400\) over query/)
  expect(claimed(get("/"), "sqs")).toBe("UnknownOperationException (404) over query: ")
  expect(claimed(get("/"))).toMatch(/^MissingAuthenticationToken \(403\) over rest-xml/)
})
