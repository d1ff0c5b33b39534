import { AwsError } from "../../../protocols/aws-error.ts"
import { RequestError, validation } from "../errors.ts"
import { attributeOf, type AttributeValue, type Item } from "../values/attribute-value.ts"
import { assertName, checkedValue, type GivenItem } from "../values/validation.ts"
import { invalidExpression, undefinedName, undefinedValue } from "./errors.ts"
import type { Path } from "./path.ts"
import type { ExpressionParameter, PathNode } from "./syntax/tree.ts"

const NAME_KEY = /^#[0-9a-zA-Z_]+$/
const VALUE_KEY = /^:[0-9a-zA-Z_]+$/
/** Docs: "Quotas in Amazon DynamoDB", expression parameters. */
const MOST_KEY_BYTES = 255

/**
 * What `#names` and `:values` stand for in the expressions of one request, and which of them were
 * used. Throws ValidationException in AWS's words and order (recorded, but for the lengths).
 */
export class Substitutes {
  readonly #names: Readonly<Record<string, string>> | undefined
  readonly #values: Item | undefined
  /** Each once: they are few. */
  readonly #usedNames: string[] = []
  readonly #usedValues: string[] = []

  constructor(names?: Readonly<Record<string, string>>, values?: GivenItem) {
    this.#names = names && checkedNames(names)
    this.#values = values && checkedValues(values)
  }

  /** The path with its placeholders replaced. */
  path(node: PathNode, parameter: ExpressionParameter): Path {
    const { steps } = node
    for (let i = 0; i < steps.length; i++) {
      if (isPlaceholder(steps[i])) return this.#replaced(steps, parameter)
    }
    return steps as Path
  }

  #replaced(steps: PathNode["steps"], parameter: ExpressionParameter): Path {
    const names = this.#names
    const replaced = steps.map((step) => {
      if (typeof step === "number" || !isPlaceholder(step)) return step
      if (names === undefined || !Object.hasOwn(names, step))
        throw invalidExpression(parameter, undefinedName(step))
      note(this.#usedNames, step)
      return names[step] as string
    })
    return replaced as unknown as Path
  }

  value(name: string, parameter: ExpressionParameter): AttributeValue {
    const value = this.#values && attributeOf(this.#values, name)
    if (value === undefined) throw invalidExpression(parameter, undefinedValue(name))
    note(this.#usedValues, name)
    return value
  }

  /** To call when all expressions of the request are bound: each substitute has to be of use. */
  refuseUnused(): void {
    refuseRest("ExpressionAttributeNames", this.#names, this.#usedNames)
    refuseRest("ExpressionAttributeValues", this.#values, this.#usedValues)
  }
}

function note(used: string[], key: string): void {
  if (!used.includes(key)) used.push(key)
}

const isPlaceholder = (step: string | number | undefined): boolean =>
  typeof step === "string" && step.charCodeAt(0) === 35

function refuseRest(parameter: string, given: object | undefined, used: readonly string[]): void {
  if (given === undefined) return
  const keys = Object.keys(given)
  if (keys.length === used.length) return
  const rest = keys.filter((key) => !used.includes(key))
  throw validation(
    `Value provided in ${parameter} unused in expressions: keys: {${rest.join(", ")}}`,
  )
}

function checkedNames(names: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const parameter = "ExpressionAttributeNames"
  checkKeys(parameter, names, NAME_KEY)
  let key = ""
  try {
    for (key in names) assertName(names[key] as string)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw validation(ofSubstitute(parameter, key, error))
  }
  return names
}

function checkedValues(values: GivenItem): Item {
  const parameter = "ExpressionAttributeValues"
  checkKeys(parameter, values, VALUE_KEY)
  const checked: Record<string, AttributeValue> = {}
  let key = ""
  try {
    for (key in values) checked[key] = checkedValue(values[key] as GivenItem[string])
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const { newer = error.message, enveloped = true } = error instanceof RequestError ? error : {}
    throw new RequestError(ofSubstitute(parameter, key, error), { newer, enveloped })
  }
  return checked
}

/** Of which substitute a refusal is: the newer way does not say that of values (recorded). */
const ofSubstitute = (parameter: string, key: string, { message }: AwsError): string =>
  `${parameter} contains invalid value: ${message} for key ${key}`

function checkKeys(parameter: string, given: object, form: RegExp): void {
  const keys = Object.keys(given)
  if (keys.length === 0) throw validation(`${parameter} must not be empty`)
  for (const key of keys) {
    if (!form.test(key))
      throw validation(`${parameter} contains invalid key: Syntax error; key: "${key}"`)
    // Not verified.
    if (key.length > MOST_KEY_BYTES)
      throw validation(
        `${parameter} contains invalid key: The expression attribute map contains a key that is too long; key: "${key}"`,
      )
  }
}
