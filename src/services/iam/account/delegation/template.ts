/**
 * Policy templates of partners: policies with parameters, `@{bucketName}`, that become an ordinary
 * policy when a delegation request gives their values ("Policy templates", IAM user guide).
 */
export interface TemplateParameter {
  readonly name: string
  readonly values: readonly string[]
  readonly type: "string" | "stringList"
}

/** What is wrong with a template or with what it was given; the words are ours. */
export class TemplateRefusal extends Error {}

const PARAMETER = /@\{([^{}]*)\}/g
const ENABLED = "@Enabled"
/** A statement may be left out by its parameter: `True` includes it. */
const TRUE = "True"
/** Texts that one text with lists in it may become. */
const MOST_TEXTS = 1_000

type Given = ReadonlyMap<string, TemplateParameter>
type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** The policy that a template becomes. Throws TemplateRefusal. */
export function renderTemplate(template: string, parameters: readonly TemplateParameter[]): string {
  const given = new Map(parameters.map((one) => [one.name, one]))
  if (given.size < parameters.length) throw new TemplateRefusal("A parameter is given twice.")
  for (const { name, type, values } of parameters)
    if (type === "string" && values.length !== 1)
      throw new TemplateRefusal(`Parameter ${name} of type string must have one value.`)
  const policy = JSON.parse(template) as { readonly [name: string]: Json }
  const statements = [policy["Statement"] ?? []].flat(1) as readonly Json[]
  const Statement = statements.filter((one) => isEnabled(one, given)).map((one) => fill(one, given))
  return JSON.stringify({ ...policy, Statement })
}

/** The names of all parameters of a template, those that enable statements included. */
export function parametersOf(template: string): ReadonlySet<string> {
  const names = new Set([...template.matchAll(PARAMETER)].map(([, name = ""]) => name))
  const policy = JSON.parse(template) as { readonly Statement?: Json }
  for (const statement of [policy.Statement ?? []].flat(1) as readonly Json[]) {
    const switched = switchOf(statement)
    if (switched !== undefined) names.add(switched.replace(/^!/, ""))
  }
  return names
}

const isObject = (value: Json): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

function switchOf(statement: Json): string | undefined {
  const value = isObject(statement) ? statement[ENABLED] : undefined
  return typeof value === "string" ? value : undefined
}

/** "Include the statement when parameter value is "True"", or with `!` when it is not. */
function isEnabled(statement: Json, given: Given): boolean {
  const switched = switchOf(statement)
  if (switched === undefined) return true
  const negated = switched.startsWith("!")
  const [value] = valuesOf(negated ? switched.slice(1) : switched, given)
  return (value === TRUE) !== negated
}

function fill(value: Json, given: Given): Json {
  if (typeof value === "string") {
    const { texts, many } = expand(value, given)
    return many ? texts : (texts[0] ?? "")
  }
  if (Array.isArray(value))
    return (value as readonly Json[]).flatMap((one): readonly Json[] =>
      typeof one === "string" ? expand(one, given).texts : [fill(one, given)],
    )
  if (!isObject(value)) return value
  const members = Object.entries(value).filter(([name]) => name !== ENABLED)
  return Object.fromEntries(members.map(([name, one]) => [name, fill(one, given)]))
}

/** "StringList parameters create a cross-product of all combinations." */
function expand(text: string, given: Given): { texts: readonly string[]; many: boolean } {
  let texts: readonly string[] = [""]
  let many = false
  let end = 0
  for (const match of text.matchAll(PARAMETER)) {
    const [whole, name = ""] = match
    const lead = text.slice(end, match.index)
    const values = valuesOf(name, given)
    many ||= given.get(name)?.type === "stringList"
    if (texts.length * values.length > MOST_TEXTS)
      throw new TemplateRefusal("The parameters have too many combinations.")
    texts = texts.flatMap((start) => values.map((value) => start + lead + value))
    end = match.index + whole.length
  }
  return { texts: texts.map((start) => start + text.slice(end)), many }
}

function valuesOf(name: string, given: Given): readonly string[] {
  const parameter = given.get(name)
  if (!parameter) throw new TemplateRefusal(`A value of parameter ${name} is missing.`)
  return parameter.values
}
