import type { Shape, StructureShape } from "../../models/schema.ts"
import { AwsError } from "../aws-error.ts"
import type { Values } from "../codec.ts"
import { malformedXml } from "../errors/malformed-xml.ts"

/**
 * Holds an input to what the model demands, at any depth: MalformedXML where the document has it not
 * (recorded of S3), InvalidRequest where the address or a header has it not (not verified).
 */
export function documentCheck(shape: StructureShape): (input: Values) => void {
  return (input) => {
    for (const name of shape.required ?? []) {
      if (input[name] !== undefined) continue
      if (shape.members[name]?.location === undefined) throw malformedXml()
      throw new AwsError("InvalidRequest", `Missing required parameter: ${name}`, { status: 400 })
    }
    for (const [name, member] of Object.entries(shape.members))
      if (!isWhole(member.shape, input[name])) throw malformedXml()
  }
}

/** Whether a value, if there is one, has all that its shape demands. */
function isWhole(shape: Shape, value: unknown): boolean {
  if (value === undefined || value === null) return true
  switch (shape.type) {
    case "structure": {
      const given = value as Values
      if (shape.required?.some((name) => given[name] === undefined)) return false
      return Object.entries(shape.members).every(([name, { shape: part }]) =>
        isWhole(part, given[name]),
      )
    }
    case "list":
      return (value as readonly unknown[]).every((item) => isWhole(shape.member.shape, item))
    case "map":
      return Object.values(value).every((item) => isWhole(shape.value.shape, item))
    default:
      return true
  }
}
