import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { accessTo, onAccount, onParameter } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { badPath, invalid } from "../errors.ts"
import { LIST_PAGE, LISTED, PATH_PAGE, STRIDE } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { isPublic, publicUnder } from "../public/public.ts"
import { metadata, shown, valueOf } from "./answer.ts"
import {
  assertFilters,
  DESCRIBE_KEYS,
  isUnder,
  matchesAll,
  PATH_KEYS,
  type Filter,
  type Filtered,
} from "./filter.ts"
import { publicAnswer } from "./get.ts"
import { readName } from "./names.ts"
import {
  arnOf,
  findParameter,
  latest,
  parameters,
  versionsOf,
  type Parameter,
} from "./parameter.ts"

const PATH = /^\/(?:[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*\/?)?$/

/** Throws ValidationException. */
function assertPath(path: string): void {
  if (!PATH.test(path) || (/^\/(?:aws|ssm)/i.test(path) && !isPublic(path))) throw badPath()
}

/** The parameters of an account in a Region whose names begin so, in the order of their names. */
function ownUnder(
  tx: ReadTx,
  { account, region }: Pick<Call, "account" | "region">,
  prefix: string,
): readonly Parameter[] {
  const found: Parameter[] = []
  let after: string | undefined
  while (found.length < LISTED) {
    // The sign behind the slash ends the names that begin with one.
    const to = [`${prefix.slice(0, -1)}0`]
    const range = { prefix: [account, region], from: [prefix], to, after, limit: STRIDE }
    const page = tx.scan(parameters, range)
    found.push(...page.rows)
    after = page.next
    if (after === undefined) break
  }
  return found
}

export const GetParametersByPath = op.write("GetParametersByPath", {
  authorize(tx, { Path, Recursive = false }, call) {
    assertPath(Path)
    const { account, region } = call
    const key = Path.length > 1 && Path.endsWith("/") ? Path.slice(0, -1) : Path
    const keys = { "ssm:Recursive": String(Recursive) }
    return accessTo(tx, { account, region, key }, { call, keys })
  },
  run(tx, input, call): Out<"GetParametersByPath"> {
    const { Path: path, WithDecryption: decrypts, ParameterFilters: filters = [] } = input
    assertFilters(filters, { keys: PATH_KEYS, more: ["Label", "DataType", "tag"] })
    const option = input.Recursive ? "Recursive" : "OneLevel"
    if (isPublic(path)) {
      const all = publicUnder(call.region, path).filter(({ key }) => isUnder(key, path, option))
      const { items, more } = pageOf(all, input, PATH_PAGE)
      return { Parameters: items.map((one) => publicAnswer(one, call)), ...more }
    }
    const found = ownUnder(tx, call, path.endsWith("/") ? path : `${path}/`)
      .filter(({ key }) => isUnder(key, path, option))
      .flatMap((parameter) => filteredVersions(tx, parameter, filters))
    const { items, more } = pageOf(found, input, PATH_PAGE)
    return {
      Parameters: items.map((one) => shown(tx, call, { ...one, decrypts })),
      ...more,
    }
  },
})

/** The latest version, or the one that has the label that is asked for. */
function filteredVersions(
  tx: ReadTx,
  parameter: Parameter,
  filters: readonly Filter[],
): readonly Filtered[] {
  const byLabel = filters.some(({ Key }) => Key === "Label")
  const candidates = byLabel ? versionsOf(tx, parameter) : [latest(tx, parameter)]
  return candidates
    .map((version) => ({ parameter, version }))
    .filter((one) => matchesAll(one, filters))
}

export const GetParameterHistory = op.write("GetParameterHistory", {
  authorize: onParameter,
  run(tx, input, call): Out<"GetParameterHistory"> {
    const parameter = findParameter(tx, readName(input.Name, call))
    const { items, more } = pageOf(versionsOf(tx, parameter), input, LIST_PAGE)
    const decrypts = input.WithDecryption
    return {
      Parameters: items.map((version) => ({
        ...metadata(parameter, version),
        Value: valueOf(tx, call, { parameter, version, decrypts }),
        Labels: version.labels,
      })),
      ...more,
    }
  },
})

export const DescribeParameters = op.read("DescribeParameters", {
  authorize: onAccount,
  run(tx, input, call): Out<"DescribeParameters"> {
    if (input.Shared)
      throw notImplemented("parameters that Resource Access Manager shares (Shared)")
    const filters = filtersOf(input)
    const found = ownUnder(tx, call, "/")
      .map((parameter) => ({ parameter, version: latest(tx, parameter) }))
      .filter((one) => matchesAll(one, filters))
    const { items, more } = pageOf(found, input, LIST_PAGE)
    return {
      Parameters: items.map(({ parameter, version }) => ({
        ...metadata(parameter, version),
        ARN: arnOf(parameter),
      })),
      ...more,
    }
  },
})

function filtersOf(input: In<"DescribeParameters">): readonly Filter[] {
  const { Filters: old, ParameterFilters: filters } = input
  // Quoted.
  if (old && filters)
    throw invalid("You can use either Filters or ParameterFilters in a single request.")
  // The older form finds names by their beginning.
  if (old)
    return old.map(({ Key, Values }) => ({
      ...{ Key, Values, Option: Key === "Name" ? "BeginsWith" : "Equals" },
    }))
  assertFilters(filters ?? [], { keys: DESCRIBE_KEYS, more: ["DataType", "tag"] })
  for (const { Key, Values = [] } of filters ?? [])
    if (Key === "Path") for (const path of Values) assertPath(path)
  return filters ?? []
}
