import { parseArn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import {
  badName,
  invalid,
  notQualified,
  parameterMissing,
  reservedName,
  reservedPrefix,
  tooDeep,
} from "../errors.ts"
import { ARN_LENGTH, LEVELS } from "../limits.ts"

/** Which parameter a name or ARN means, and which version of it. */
export interface ParameterName {
  readonly account: string
  readonly region: string
  /** The name with its leading slash, which one of a single level need not have. */
  readonly key: string
  /** As the request says it; undefined where it is an ARN: answers then tell the parameter's own. */
  readonly asked?: string | undefined
  /** `3` or a label. */
  readonly selector?: string | undefined
}

const SIGNS = /^[A-Za-z0-9_.\-/]+$/
const NAME = /^(?:\/[A-Za-z0-9_.-]+)+$/

/** Recorded: `x` and `/x` are the same parameter. */
export const keyOf = (name: string): string => (name.startsWith("/") ? name : `/${name}`)

/** Throws ValidationException, AccessDeniedException, HierarchyLevelLimitExceededException. */
export function assertNewName(name: string, arnLength: number): void {
  if (!SIGNS.test(name)) throw badName()
  const path = name.includes("/", 1)
  if (/^\/?aws/i.test(name)) {
    if (path && name.startsWith("/")) throw reservedName(name)
    throw reservedPrefix()
  }
  if (/^\/?ssm/i.test(name)) throw path ? badName() : reservedPrefix()
  if (path && !name.startsWith("/")) throw notQualified()
  if (!NAME.test(keyOf(name))) throw badName()
  if (keyOf(name).split("/").length - 1 > LEVELS) throw tooDeep(LEVELS)
  if (arnLength > ARN_LENGTH)
    throw invalid(`The name of a parameter with its ARN can't be longer than ${ARN_LENGTH}.`)
}

/** Reads a name of an operation that takes no versions. */
export function readName(text: string, call: Call): ParameterName {
  const name = readSelected(text, call)
  if (name.selector !== undefined) throw badName()
  return name
}

/** Reads `name`, `name:3`, `name:label`, or an ARN with or without them. */
export function readSelected(text: string, call: Pick<Call, "account" | "region">): ParameterName {
  const arn = text.startsWith("arn:") ? parseArn(text) : undefined
  if (text.startsWith("arn:") && (arn?.service !== "ssm" || !arn.resource.startsWith("parameter/")))
    throw badName()
  // Not verified: an ARN of another Region is that of no parameter here.
  if (arn && arn.region !== call.region) throw parameterMissing()
  const whole = arn ? arn.resource.slice("parameter".length) : text
  const colon = whole.indexOf(":")
  const name = colon < 0 ? whole : whole.slice(0, colon)
  // Recorded: a path without its first slash, and one with two in a row, are no names.
  if ((name.includes("/") && !name.startsWith("/")) || !NAME.test(keyOf(name))) throw badName()
  return {
    account: arn?.account || call.account,
    region: call.region,
    key: keyOf(name),
    ...(!arn && { asked: name }),
    ...(colon >= 0 && { selector: whole.slice(colon + 1) }),
  }
}
