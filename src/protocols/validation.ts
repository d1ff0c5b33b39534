import type {
  Member,
  OperationModel,
  ProtocolName,
  ServiceModel,
  Shape,
  StructureShape,
} from "../models/schema.ts"
import { AwsError } from "./aws-error.ts"
import type { Values } from "./codec.ts"
import { createChecks } from "./validation/constraints.ts"
import type { Check } from "./validation/constraints.ts"
import { documentCheck } from "./validation/document.ts"
import { javaPattern } from "./validation/java-pattern.ts"
import { javaName } from "./validation/java-text.ts"
import { validationStyle } from "./validation/style.ts"
import type { ValidationStyle } from "./validation/style.ts"

/** Which operation's input is checked. */
export interface ValidatedCall {
  readonly model: ServiceModel
  readonly operation: OperationModel
  readonly protocol: ProtocolName
}

/**
 * Checks an input against the constraints of the model, in the service's order and words. Throws
 * AwsError (`ValidationException`, `MissingParameter` …). What no model says, the operation checks.
 */
export type Validator = (call: ValidatedCall, input: Values) => void

type InputCheck = (input: Values) => void

interface ServiceChecks {
  readonly style: ValidationStyle
  readonly checks: (shape: Shape) => Check | undefined
}

/** A validator for all services; it compiles an operation's checks on its first call. */
export function createValidator(): Validator {
  const services = new WeakMap<ServiceModel, ServiceChecks>()
  const operations = new WeakMap<OperationModel, InputCheck>()

  function serviceChecks({ model, protocol }: ValidatedCall): ServiceChecks {
    let found = services.get(model)
    if (found === undefined) {
      const style = validationStyle(model, protocol)
      const hideValues = style.kind === "framework" && style.hideValues
      const notNullItems = style.kind === "framework" ? style.notNullItems : new Set<string>()
      found = { style, checks: createChecks({ hideValues, notNullItems }) }
      services.set(model, found)
    }
    return found
  }

  return (call, input) => {
    let check = operations.get(call.operation)
    if (check === undefined) {
      check = inputCheck(call.operation, serviceChecks(call))
      operations.set(call.operation, check)
    }
    check(input)
  }
}

/** Patterns of the model that JavaScript cannot have; they are not checked. */
export function unreadablePatterns(model: ServiceModel): string[] {
  const patterns: string[] = []
  for (const shape of Object.values(model.shapes)) {
    const { pattern } = shape as { pattern?: string }
    if (pattern !== undefined && javaPattern(pattern) === undefined) {
      patterns.push(`${shape.name}: ${pattern}`)
    }
  }
  return patterns
}

const accept: InputCheck = () => {}

function inputCheck(operation: OperationModel, { style, checks }: ServiceChecks): InputCheck {
  const { input: shape } = operation
  if (shape === undefined || style.kind === "none") return accept
  if (style.kind === "parameters") return parameterCheck(shape, style)
  if (style.kind === "document") return documentCheck(shape)
  const { bodyPrefix } = style
  const check = checks(bodyPrefix ? withBodyMember(operation, shape) : shape)
  return frameworkCheck(check, style, operation)
}

function frameworkCheck(
  check: Check | undefined,
  { code, bodyPrefix, reword }: ValidationStyle & { kind: "framework" },
  operation: OperationModel,
): InputCheck {
  if (check === undefined) return accept
  return (input) => {
    const value = bodyPrefix ? splitBody(operation, input) : input
    if (check(value, undefined)) return
    const found: string[] = []
    check(value, { path: "", errors: found })
    const errors = reword ? reword(operation.name, input, found) : found
    if (typeof errors === "string") throw new AwsError(code, errors)
    const noun = errors.length === 1 ? "error" : "errors"
    throw new AwsError(code, `${errors.length} validation ${noun} detected: ${errors.join("; ")}`)
  }
}

function parameterCheck(
  shape: StructureShape,
  { own, fullStop }: ValidationStyle & { kind: "parameters" },
): InputCheck {
  const required = (shape.required ?? []).filter((name) => !own.has(name))
  if (required.length === 0) return accept
  return (input) => {
    for (const name of required) {
      if (input[name] !== undefined) continue
      const parameter = fullStop ? name : ec2Name(name, shape.members[name])
      const end = fullStop ? "." : ""
      throw new AwsError(
        "MissingParameter",
        `The request must contain the parameter ${parameter}${end}`,
      )
    }
  }
}

/** The name that a client writes; which spelling AWS shows differs by operation. */
function ec2Name(name: string, member: Member | undefined): string {
  const wireName = member?.queryName ?? member?.locationName ?? name
  return wireName.charAt(0).toUpperCase() + wireName.slice(1)
}

/** API Gateway's own view of an input: beside labels and parameters one member, the body. */
function withBodyMember(operation: OperationModel, shape: StructureShape): StructureShape {
  const members: Record<string, Member> = {}
  const body: Record<string, Member> = {}
  for (const [name, member] of Object.entries(shape.members)) {
    if (member.location === undefined) body[name] = member
    else members[name] = member
  }
  const inBody = (name: string) => Object.hasOwn(body, name)
  const bodyShape: StructureShape = {
    name: `${operation.name}Input`,
    type: "structure",
    members: body,
    required: (shape.required ?? []).filter(inBody),
  }
  members[bodyName(operation)] = { shape: bodyShape }
  return {
    name: shape.name,
    type: "structure",
    members,
    required: (shape.required ?? []).filter((name) => !inBody(name)),
  }
}

function splitBody(operation: OperationModel, input: Values): Values {
  return { ...input, [bodyName(operation)]: input }
}

function bodyName(operation: OperationModel): string {
  return javaName(`${operation.name}Input`)
}
