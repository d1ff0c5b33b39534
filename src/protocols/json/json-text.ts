/** Where an output keeps what it has of members as JSON. */
const JSON_TEXT: unique symbol = Symbol("JSON text of members")

/** JSON of top-level members, by name: exactly what a codec would make of their values. */
export type JsonTexts = Readonly<Record<string, string>>

/** Of members that a codec writes as they are, without reading their values. */
export const jsonTextsOf = (output: object): JsonTexts | undefined =>
  (output as { readonly [JSON_TEXT]?: JsonTexts })[JSON_TEXT]

/** Where an output keeps what its member is made from. */
const SOURCE: unique symbol = Symbol("source of a member")

type Given<Source> = { [JSON_TEXT]?: JsonTexts; [SOURCE]?: Source }

export interface TextMember<Name extends string, Source, Value> {
  /** Adds the member to an output that has no other of its kind. */
  add<Output extends object>(
    output: Output,
    text: string,
    source: Source,
  ): Output & { readonly [Key in Name]: Value }
}

/**
 * A member whose JSON stored data have at hand: its value is made for those who read it. All outputs
 * share one getter: with one of its own each was slower to make and to write, and what it held stayed
 * until a full collection (measured: a quarter of a query of 20 items).
 */
export function textMember<Name extends string, Source, Value>(
  name: Name,
  make: (source: Source) => Value,
): TextMember<Name, Source, Value> {
  const accessor: PropertyDescriptor = {
    enumerable: true,
    get(this: { readonly [SOURCE]: Source }) {
      return make(this[SOURCE])
    },
  }
  return {
    add(output, text, source) {
      const given: Given<Source> = output
      given[SOURCE] = source
      given[JSON_TEXT] = { [name]: text }
      return Object.defineProperty(output, name, accessor) as never
    },
  }
}
