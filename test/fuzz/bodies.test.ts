import { expect, test } from "vitest"
import type { WireRequest } from "../../src/kernel/wire.ts"
import type { Member, ServiceModel, Shape } from "../../src/models/schema.ts"
import {
  answerOf,
  formRequest,
  jsonRequest,
  openCloud,
  signed,
} from "../../src/gateway/testing/open-cloud.ts"
import { createDice, type Dice } from "../simulation/dice.ts"

const SEED = process.env["SEED"] ?? "1"
const CASES = Number(process.env["CLOUDARIUM_FUZZ_CASES"] ?? 6_000)
const DEPTH = 6

const ODD: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  -0.5,
  "",
  " ",
  "\0",
  "\ud800",
  "__proto__",
  "constructor",
  "x".repeat(70_000),
  [],
  {},
  [[[[]]]],
  "http://[::1",
  "arn:aws:sqs:::",
  "AA==",
  "2026-13-45T99:99:99Z",
]

/** A value for a shape: fitting, at its bounds, or nothing of the kind. */
function valueOf(dice: Dice, shape: Shape, depth = 0): unknown {
  if (depth > DEPTH || dice.chance(0.12)) return dice.pick(ODD)
  switch (shape.type) {
    case "structure": {
      const value: Record<string, unknown> = {}
      for (const [name, member] of Object.entries<Member>(shape.members))
        if (dice.chance(0.6) || shape.required?.includes(name))
          value[name] = valueOf(dice, member.shape, depth + 1)
      if (dice.chance(0.1)) value[dice.pick(["__proto__", "toString", "Unknown"])] = dice.pick(ODD)
      return value
    }
    case "list":
      return Array.from({ length: dice.pick([0, 1, 2, 11]) }, () =>
        valueOf(dice, shape.member.shape, depth + 1),
      )
    case "map":
      return {
        [dice.pick(["All", "a", "Policy", "__proto__", ""])]: valueOf(
          dice,
          shape.value.shape,
          depth + 1,
        ),
      }
    case "boolean":
      return dice.chance(0.5)
    case "string":
      return dice.pick([
        shape.enum?.[0] ?? "queue",
        "a".repeat(shape.max ?? 80),
        "a".repeat((shape.max ?? 80) + 1),
        "http://localhost:4566/000000000000/queue",
      ])
    case "blob":
      return dice.pick(["AAAA", "not base64!"])
    default:
      return dice.pick([0, 1, 10, shape.min ?? -1, (shape.max ?? 43_200) + 1])
  }
}

/** The wire form of an input: AWS JSON, or a form that was flattened without looking at the model. */
function wireOf(dice: Dice, model: ServiceModel, operation: string): WireRequest {
  const shape = model.operations[operation]?.input
  const input = (shape ? valueOf(dice, shape) : {}) as object
  if (model.protocols.includes("json") && dice.chance(0.7))
    return jsonRequest(`${model.targetPrefix}.${operation}`, input)
  const parameters: Record<string, string> = { Action: operation, Version: model.apiVersion }
  flatten(input, "", parameters)
  return formRequest(parameters)
}

function flatten(value: unknown, name: string, into: Record<string, string>): void {
  if (value === null || typeof value !== "object") {
    if (name !== "") into[name] = String(value)
    return
  }
  for (const [key, one] of Object.entries(value))
    flatten(
      one,
      `${name === "" ? "" : `${name}.`}${Array.isArray(value) ? Number(key) + 1 : key}`,
      into,
    )
}

/** Sometimes the bytes themselves are spoilt, after the body was signed or before. */
function spoil(dice: Dice, request: WireRequest): WireRequest {
  const body = Uint8Array.from(request.body)
  for (let i = dice.between(1, 4); i > 0 && body.length > 0; i -= 1)
    body[dice.integer(body.length)] = dice.integer(256)
  return {
    ...request,
    body: dice.chance(0.3) ? body.subarray(0, dice.integer(body.length + 1)) : body,
  }
}

test(
  `no input of SQS, STS or IAM is our failure (SEED=${SEED})`,
  { timeout: 400_000 },
  async () => {
    // A failure inside would be reported, and fails the test with its stack.
    const cloud = await openCloud()
    const dice = createDice(`bodies/${SEED}`)
    await answerOf(
      cloud.handle(
        signed(jsonRequest("AmazonSQS.CreateQueue", { QueueName: "queue" }), { service: "sqs" }),
      ),
    )
    const wrong: string[] = []
    const statuses = new Set<number>()
    for (let i = 0; i < CASES; i += 1) {
      const model = cloud.models.loadModel(dice.pick(["sqs", "sqs", "sts", "iam"]))
      const operation = dice.pick(Object.keys(model.operations))
      // It would wait for its answer, by host time.
      if (operation === "ReceiveMessage") continue
      let wire = wireOf(dice, model, operation)
      if (dice.chance(0.15)) wire = spoil(dice, wire)
      wire = signed(wire, { service: model.signingName })
      if (dice.chance(0.05)) wire = spoil(dice, wire)
      const { status, text } = await answerOf(cloud.handle(wire))
      statuses.add(status)
      if (status === 500 || / at \S+\.ts:\d+|node:internal/.test(text))
        wrong.push(`case ${i}: ${operation} ${status} ${text.slice(0, 200)}`)
    }
    expect(wrong).toEqual([])
    // A fuzz that only ever met one refusal would show nothing.
    expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 403, 404]))
  },
)
