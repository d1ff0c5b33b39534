/** What a type of management policy may say, as far as AWS checks it. Names are lower case. */
export type Shape =
  /** Members of AWS's choosing. */
  | { readonly kind: "record"; readonly members: Readonly<Record<string, Shape>> }
  /** Members of the author's choosing. */
  | { readonly kind: "map"; readonly names?: RegExp; readonly entries: Shape }
  /** One value: `@@assign` only. */
  | { readonly kind: "text"; readonly values?: RegExp; readonly numbers?: boolean }
  /** Many values: all operators. */
  | { readonly kind: "list"; readonly values?: RegExp }
  /** Settings that only follow the grammar: AWS's rules for them are not known here. */
  | { readonly kind: "any" }

export const record = (members: Readonly<Record<string, Shape>>): Shape => ({
  kind: "record",
  members,
})

export const mapOf = (entries: Shape, names?: RegExp): Shape => ({
  kind: "map",
  entries,
  ...(names && { names }),
})

/** A text, or where AWS takes one for it, a number. */
export const text = (values?: RegExp): Shape => ({ kind: "text", ...(values && { values }) })
export const textOrNumber: Shape = { kind: "text", numbers: true }

export const list = (values?: RegExp): Shape => ({ kind: "list", ...(values && { values }) })

export const any: Shape = { kind: "any" }
