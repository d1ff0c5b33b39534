import { invalidRequest, malformedXml } from "./errors.ts"

/** Throws MalformedXML where the body of a request has not what its schema demands. */
export function assertBody(input: object, ...names: readonly string[]): void {
  const given: Readonly<Record<string, unknown>> = { ...input }
  if (names.some((name) => given[name] === undefined)) throw malformedXml()
}

/** Throws InvalidRequest where the address of a request has it not; the text is not verified. */
export function assertQuery(input: object, ...names: readonly string[]): void {
  const given: Readonly<Record<string, unknown>> = { ...input }
  for (const name of names)
    if (given[name] === undefined) throw invalidRequest(`Missing required parameter: ${name}`)
}

/** Whether a value is absent or one of those that the model has. */
export const isOneOf = (value: string | undefined, allowed: readonly string[]): boolean =>
  value === undefined || allowed.includes(value)
