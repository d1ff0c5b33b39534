import type {
  MapShape,
  Member,
  OperationModel,
  Shape,
  StructureShape,
} from "../../models/schema.ts"
import type { Values } from "../codec.ts"
import { createJsonWriters, type JsonWriter } from "./writer.ts"
import type { XmlAnswer } from "../xml/error.ts"

/** What the services of AWS Query answer to those who would rather read JSON than XML. */
export interface QueryJson {
  /** The whole answer. Throws when the output has a member that the model does not know. */
  readonly answer: (operation: OperationModel, output: Values, requestId: string) => string
}

/**
 * Whether the answer is to be JSON. AWS's clients never ask for it; those who call with a request
 * that someone else has signed do. What AWS does with JSON among other types: not verified.
 */
export const wantsJson = (accept: string | undefined): boolean =>
  accept?.startsWith("application/json") === true

/** SQS's own names of lists, which its model has not had since its change of protocol (quoted). */
const OWN_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ListQueuesResult: { QueueUrls: "queueUrls" },
  ReceiveMessageResult: { Messages: "messages" },
}

/**
 * As users of AWS quote it: the members in the order of their names, `null` for what is not there,
 * times in seconds, and flattened maps, which SQS has, as lists of pairs. Other maps: not verified.
 */
export function queryJson(): QueryJson {
  const compiled = new WeakMap<Shape, JsonWriter>()
  const simple = createJsonWriters({ strict: true, bodyOnly: false })

  function writer(member: Member): JsonWriter {
    const { shape } = member
    if (shape.type === "map")
      return mapWriter(shape, (member.flattened ?? shape.flattened) === true)
    let write = compiled.get(shape)
    if (write === undefined) {
      write = compile(shape)
      compiled.set(shape, write)
    }
    return write
  }

  function compile(shape: Shape): JsonWriter {
    if (shape.type === "structure") return structureWriter(shape)
    if (shape.type !== "list") return simple(shape)
    let item: JsonWriter | undefined
    return (value) => (value as readonly unknown[]).map((item ??= writer(shape.member)))
  }

  function structureWriter(shape: StructureShape): JsonWriter {
    const own = OWN_NAMES[shape.name]
    const fields = Object.entries(shape.members)
      .map(([name, member]) => ({ name, wire: own?.[name] ?? name, member }))
      .toSorted((a, b) => (a.wire < b.wire ? -1 : 1))
    return (value) => {
      const values = value as Values
      for (const name in values)
        if (!Object.hasOwn(shape.members, name))
          throw new Error(`${shape.name} has no member ${name}`)
      const written: Values = {}
      for (const { name, wire, member } of fields)
        written[wire] = values[name] === undefined ? null : writer(member)(values[name])
      return written
    }
  }

  function mapWriter(shape: MapShape, flattened: boolean): JsonWriter {
    const write = writer(shape.value)
    const [key, item] = [nameOf(shape.key) ?? "Key", nameOf(shape.value) ?? "Value"]
    return (value) => {
      const entries = Object.entries(value as Values)
      return flattened
        ? entries.map(([name, one]) => ({ [key]: name, [item]: write(one) }))
        : Object.fromEntries(entries.map(([name, one]) => [name, write(one)]))
    }
  }

  return {
    answer({ name, output, resultWrapper = `${name}Result` }, values, requestId) {
      const result = output && { [resultWrapper]: writer({ shape: output })(values) }
      const parts = { ...result, ResponseMetadata: { RequestId: requestId } }
      return JSON.stringify({ [`${name}Response`]: sorted(parts) })
    },
  }
}

/** An error as JSON; the members of its shape, if any, are left out. */
export function queryJsonError(answer: XmlAnswer, message: string, requestId: string): string {
  const { code, fault } = answer
  return JSON.stringify({
    Error: { Code: code, Message: message, Type: fault },
    RequestId: requestId,
  })
}

const nameOf = (member: Member): string | undefined => member.queryName ?? member.locationName

const sorted = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)))
