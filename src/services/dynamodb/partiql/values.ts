import { setOwn } from "../../../protocols/own-property.ts"
import type { AttributeValue, Item } from "../values/attribute-value.ts"
import { checkedValue, type GivenValue } from "../values/validation.ts"
import { parameterCount, unsupportedOperation } from "./errors.ts"
import type { LiteralNode, Statement } from "./syntax/tree.ts"

/** What the `?` of a statement stand for. Throws ValidationException. */
export function checkedParameters(
  { parameters }: Statement,
  given: readonly GivenValue[] | undefined,
): readonly AttributeValue[] {
  if ((given?.length ?? 0) !== parameters) throw parameterCount()
  return (given ?? []).map(checkedValue)
}

/** The value of a literal. Throws ValidationException for sets that are none. */
export function literalValue(
  node: LiteralNode,
  parameters: readonly AttributeValue[],
): AttributeValue {
  switch (node.kind) {
    case "value":
      return node.value
    case "parameter":
      return parameters[node.index] as AttributeValue
    case "list":
      return { L: node.elements.map((element) => literalValue(element, parameters)) }
    case "map":
      return { M: literalItem(node, parameters) }
    case "bag":
      return bagValue(node.elements.map((element) => literalValue(element, parameters)))
  }
}

export function literalItem(
  { members }: Extract<LiteralNode, { kind: "map" }>,
  parameters: readonly AttributeValue[],
): Item {
  const item: Record<string, AttributeValue> = {}
  for (const [name, node] of members) setOwn(item, name, literalValue(node, parameters))
  return item
}

/** Sets have members of one type. How AWS refuses others is not verified. */
function bagValue(members: readonly AttributeValue[]): AttributeValue {
  const [strings, numbers, bytes]: [string[], string[], Uint8Array[]] = [[], [], []]
  for (const member of members) {
    if ("S" in member) strings.push(member.S)
    else if ("N" in member) numbers.push(member.N)
    else if ("B" in member) bytes.push(member.B)
  }
  if (strings.length === members.length) return checkedValue({ SS: strings })
  if (numbers.length === members.length) return checkedValue({ NS: numbers })
  if (bytes.length === members.length) return checkedValue({ BS: bytes })
  throw unsupportedOperation("Bag")
}

export const isLiteral = (node: { readonly kind: string }): node is LiteralNode =>
  node.kind === "value" ||
  node.kind === "parameter" ||
  node.kind === "list" ||
  node.kind === "map" ||
  node.kind === "bag"
