/** Where an output keeps the JSON of members that its handler has as text. */
export const JSON_TEXT: unique symbol = Symbol("JSON text of members")

/** JSON of top-level members, by name: exactly what a codec would make of their values. */
export type JsonTexts = Readonly<Record<string, string>>

/**
 * The output with the JSON of some of its members, which stored data have at hand: a JSON codec then
 * writes that. The members stay readable for everybody else; make them getters where that is work.
 */
export const withJsonText = <Output extends object>(output: Output, texts: JsonTexts): Output =>
  Object.assign(output, { [JSON_TEXT]: texts })

export const jsonTextsOf = (output: object): JsonTexts | undefined =>
  (output as { readonly [JSON_TEXT]?: JsonTexts })[JSON_TEXT]
