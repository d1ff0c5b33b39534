import { expect, test } from "vitest"
import { assertQueueName, parseQueueArn, parseQueueUrl, queueArn, queueUrl } from "./names.ts"

const ACCOUNT = "123456789012"

test("queue URLs are read whatever their host", () => {
  const plain = { account: ACCOUNT, name: "jobs" }
  expect(parseQueueUrl(`http://localhost:4566/${ACCOUNT}/jobs`)).toEqual(plain)
  expect(parseQueueUrl(`https://example.org/${ACCOUNT}/jobs/`)).toEqual(plain)
  expect(parseQueueUrl(`http://[::1]:4566/${ACCOUNT}/jobs?Action=x`)).toEqual(plain)
})

test("a queue URL can name its Region in the host or in the path", () => {
  const west = { account: ACCOUNT, region: "eu-west-1", name: "jobs.fifo" }
  expect(parseQueueUrl(`https://sqs.eu-west-1.amazonaws.com/${ACCOUNT}/jobs.fifo`)).toEqual(west)
  expect(parseQueueUrl(`http://sqs.eu-west-1.localhost:4566/${ACCOUNT}/jobs.fifo`)).toEqual(west)
  expect(parseQueueUrl(`https://eu-west-1.queue.amazonaws.com/${ACCOUNT}/jobs.fifo`)).toEqual(west)
  expect(parseQueueUrl(`http://localhost:4566/queue/eu-west-1/${ACCOUNT}/jobs.fifo`)).toEqual(west)
  expect(parseQueueUrl(`https://queue.amazonaws.com/${ACCOUNT}/jobs`)?.region).toBe("us-east-1")
  expect(parseQueueUrl(`https://sqs.us-gov-west-1.amazonaws.com/${ACCOUNT}/a`)?.region).toBe(
    "us-gov-west-1",
  )
})

test("a bare name stands for a queue of the caller", () => {
  expect(parseQueueUrl("jobs")).toEqual({ name: "jobs" })
  expect(parseQueueUrl(`${ACCOUNT}/jobs`)).toEqual({ account: ACCOUNT, name: "jobs" })
})

test("what is no queue URL is none", () => {
  for (const url of ["", "http://localhost:4566", "http://localhost/x/jobs", "http://h/a/b/c/d"]) {
    expect(parseQueueUrl(url), url).toBeUndefined()
  }
  expect(parseQueueUrl(`http://localhost/other/eu-west-1/${ACCOUNT}/jobs`)).toBeUndefined()
})

test("a URL that we make is read back", () => {
  const url = queueUrl("http://localhost:4566", ACCOUNT, "jobs")
  expect(url).toBe(`http://localhost:4566/${ACCOUNT}/jobs`)
  expect(parseQueueUrl(url)).toEqual({ account: ACCOUNT, name: "jobs" })
})

test("ARNs go both ways, and only queues' ARNs are read", () => {
  const parts = { partition: "aws-cn", region: "cn-north-1", account: ACCOUNT, name: "jobs.fifo" }
  expect(queueArn(parts)).toBe(`arn:aws-cn:sqs:cn-north-1:${ACCOUNT}:jobs.fifo`)
  expect(parseQueueArn(queueArn(parts))).toEqual(parts)
  expect(parseQueueArn(`arn:aws:sns:us-east-1:${ACCOUNT}:jobs`)).toBeUndefined()
  expect(parseQueueArn("jobs")).toBeUndefined()
  expect(parseQueueArn(`arn:aws:sqs:us-east-1:${ACCOUNT}:`)).toBeUndefined()
})

const refusal = (name: string, fifo: boolean): string | undefined => {
  try {
    assertQueueName(name, fifo)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

test("SQS-16 a FIFO queue's name ends in .fifo, no other's does", () => {
  expect(refusal("jobs.fifo", true)).toBeUndefined()
  expect(refusal("jobs", false)).toBeUndefined()
  expect(refusal("jobs.fifo", false)).toBe(
    "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
  )
  expect(refusal("jobs", true)).toBe(
    "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, " +
      "must end with .fifo suffix and be 1 to 80 in length",
  )
})

test("queue names have 1 to 80 of the allowed characters", () => {
  expect(refusal("A-z_0", false)).toBeUndefined()
  expect(refusal("a".repeat(80), false)).toBeUndefined()
  expect(refusal("a".repeat(75) + ".fifo", true)).toBeUndefined()
  for (const name of ["", "a".repeat(81), "a/b", "a.b", "é", "a b"]) {
    expect(refusal(name, false), name).toBeDefined()
  }
  for (const name of [".fifo", "a".repeat(76) + ".fifo", "a.b.fifo"]) {
    expect(refusal(name, true), name).toBeDefined()
  }
})
