import { existsSync, readdirSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import type { WireRequest } from "../../kernel/wire.ts"
import type { BotocoreService } from "../../models/botocore.ts"
import { linkBotocore } from "../../models/link.ts"
import type { OperationModel, ServiceModel, Shape } from "../../models/schema.ts"
import type { Values } from "../codec.ts"

/** A request that AWS's own client sends for `params`. */
export interface InputCase {
  readonly id: string
  readonly model: ServiceModel
  readonly operation: OperationModel
  readonly params: Values
  readonly request: WireRequest
}

/** A response that AWS's own client reads as `result`, or as an error. */
export interface OutputCase {
  readonly id: string
  readonly model: ServiceModel
  readonly operation: OperationModel
  readonly result: Values
  readonly error?: { readonly code: string; readonly message: string; readonly members: Values }
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    /** Text; base64 for CBOR. */
    readonly body: string
  }
}

interface Suite {
  readonly description: string
  readonly metadata: Record<string, unknown>
  readonly shapes: BotocoreService["shapes"]
  readonly cases: readonly RawCase[]
}

interface RawCase {
  readonly id: string
  readonly given: Record<string, unknown> & { readonly name: string }
  readonly params?: Values
  readonly serialized?: { method?: string; uri?: string; body?: string; headers?: Headers }
  readonly result?: Values
  readonly response?: { status_code: number; headers?: Headers; body?: string }
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly error?: Values
}

type Headers = Record<string, string>

const FOLDER = resolve(process.env["CLOUDARIUM_AWS_CASES"] ?? "../shared/aws-cases", "protocols")

/** Why the cases are not run here, or `undefined` when they are there. */
export const casesMissing: string | undefined = existsSync(FOLDER)
  ? undefined
  : `AWS's protocol cases are not in ${FOLDER}; set CLOUDARIUM_AWS_CASES to their folder`

/** Such bytes are read in the tests of JSON and Query, by what CBOR and EC2 use, too. */
const COMPRESSED = "says that the client compresses, but not which bytes it sends"
const COMPRESSED_REST = `${COMPRESSED}; no operation of AWS's REST services has that trait`

/** Cases of `input` that cannot apply to a server, and why. All others are played. */
export const NOT_FOR_SERVERS: Readonly<Record<string, string>> = {
  SDKAppliedContentEncoding_awsJson1_0: COMPRESSED,
  SDKAppliedContentEncoding_awsJson1_1: COMPRESSED,
  SDKAppliedContentEncoding_awsQuery: COMPRESSED,
  SDKAppliedContentEncoding_ec2Query: COMPRESSED,
  SDKAppliedContentEncoding_restJson1: COMPRESSED_REST,
  SDKAppliedContentEncoding_restXml: COMPRESSED_REST,
  SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0: COMPRESSED,
  SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1: COMPRESSED,
  SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery: COMPRESSED,
  SDKAppendsGzipAndIgnoresHttpProvidedEncoding_ec2Query: COMPRESSED,
  SDKAppendedGzipAfterProvidedEncoding_restJson1: COMPRESSED_REST,
  SDKAppendedGzipAfterProvidedEncoding_restXml: COMPRESSED_REST,
  RestJsonHostWithPath: "is about the client's endpoint: its path is not of the operation",
}

/** The names of the files in `input` or `output`; none when the folder is missing. */
export const caseFiles = (folder: "input" | "output"): string[] =>
  casesMissing === undefined
    ? readdirSync(resolve(FOLDER, folder)).map((file) => file.replace(/\.json$/, ""))
    : []

/** The ids of all cases in a file, those that cannot apply among them. */
export const idsOf = (folder: "input" | "output", name: string): string[] =>
  suites(folder, name).flatMap((suite) => suite.cases.map(({ id }) => id))

/** The cases of `input/<name>.json` that apply; none when the folder is missing. */
export function inputCases(name: string): InputCase[] {
  const applies = ({ id }: RawCase): boolean => !Object.hasOwn(NOT_FOR_SERVERS, id)
  return suites("input", name).flatMap((suite) =>
    suite.cases.filter(applies).map((raw) => {
      const { model, operation } = linked(suite, raw)
      return {
        id: raw.id,
        model,
        operation,
        params: toValues(operation.input, raw.params ?? {}) as Values,
        request: wireRequest(raw.serialized ?? {}, name.includes("cbor")),
      }
    }),
  )
}

/** The cases of `output/<name>.json`; none when the folder is missing. */
export function outputCases(name: string): OutputCase[] {
  return suites("output", name).flatMap((suite) => suite.cases.map((raw) => outputCase(suite, raw)))
}

function outputCase(suite: Suite, raw: RawCase): OutputCase {
  const { model, operation } = linked(suite, raw)
  const { errorCode: code } = raw
  const shape = operation.errors[0]
  return {
    id: raw.id,
    model,
    operation,
    result: toValues(operation.output, raw.result ?? {}) as Values,
    ...(code !== undefined && {
      error: {
        code: shape?.name ?? code,
        message: raw.errorMessage ?? "",
        members: toValues(shape, raw.error ?? {}) as Values,
      },
    }),
    response: {
      status: raw.response?.status_code ?? 200,
      headers: lowerCase(raw.response?.headers ?? {}),
      body: raw.response?.body ?? "",
    },
  }
}

function suites(folder: "input" | "output", name: string): Suite[] {
  if (casesMissing !== undefined) return []
  return JSON.parse(readFileSync(resolve(FOLDER, folder, `${name}.json`), "utf8")) as Suite[]
}

function linked(suite: Suite, raw: RawCase): { model: ServiceModel; operation: OperationModel } {
  const { name } = raw.given
  const { metadata, shapes } = suite
  const model = linkBotocore({ metadata, shapes, operations: { [name]: raw.given } }, "case")
  return { model, operation: model.operations[name]! }
}

function wireRequest(serialized: NonNullable<RawCase["serialized"]>, binary: boolean): WireRequest {
  const [path = "/", query = ""] = (serialized.uri ?? "/").split(/\?(.*)/s)
  return {
    method: serialized.method ?? "POST",
    path,
    query,
    headers: lowerCase(serialized.headers ?? {}),
    body: Buffer.from(serialized.body ?? "", binary ? "base64" : "utf8"),
    secure: false,
    remoteAddress: "127.0.0.1",
  }
}

function lowerCase(headers: Headers): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}

/** The values that a handler sees for what a case writes as plain JSON. */
function toValues(shape: Shape | undefined, raw: unknown): unknown {
  if (shape === undefined || raw === null || raw === undefined) return raw
  switch (shape.type) {
    case "structure": {
      if (shape.document) return raw
      const values: Values = {}
      for (const [name, item] of Object.entries(raw as Values)) {
        if (item !== null) values[name] = toValues(shape.members[name]?.shape, item)
      }
      return values
    }
    case "list":
      return (raw as unknown[]).map((item) => toValues(shape.member.shape, item))
    case "map":
      return Object.fromEntries(
        Object.entries(raw as Values).map(([key, item]) => [
          key,
          toValues(shape.value.shape, item),
        ]),
      )
    case "timestamp":
      return Math.round((raw as number) * 1000)
    case "blob":
      return Buffer.from(raw as string)
    case "float":
    case "double":
      return Number(raw)
    default:
      return raw
  }
}
