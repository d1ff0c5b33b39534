import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { onParameter, onParameters } from "../access.ts"
import { op, type Out } from "../define.ts"
import { parameterMissing, versionMissing } from "../errors.ts"
import { isPublic, publicParameter, type PublicParameter } from "../public/public.ts"
import { shown } from "./answer.ts"
import { readSelected, type ParameterName } from "./names.ts"
import { findParameter, latest, versions, versionsOf, type Parameter } from "./parameter.ts"
import { isReference, readReference } from "./reference.ts"

/** A write: it counts the use of the KMS key. */
export const GetParameter = op.write("GetParameter", {
  authorize: onParameter,
  run: (tx, { Name, WithDecryption }, call): Out<"GetParameter"> => ({
    Parameter: read(tx, call, { text: Name, decrypts: WithDecryption }),
  }),
})

export const GetParameters = op.write("GetParameters", {
  authorize: onParameters,
  run(tx, { Names, WithDecryption: decrypts }, call): Out<"GetParameters"> {
    const Parameters: ReturnType<typeof read>[] = []
    const InvalidParameters: string[] = []
    for (const text of new Set(Names)) {
      try {
        Parameters.push(read(tx, call, { text, decrypts }))
      } catch (error) {
        if (!(error instanceof AwsError) || !MISSING.has(error.code)) throw error
        InvalidParameters.push(text)
      }
    }
    return { Parameters, InvalidParameters }
  },
})

const MISSING: ReadonlySet<string> = Object.freeze(
  new Set(["ParameterNotFound", "ParameterVersionNotFound"]),
)

interface Asked {
  readonly text: string
  readonly decrypts: boolean | undefined
}

function read(tx: WriteTx, call: Call, { text, decrypts }: Asked) {
  const name = readSelected(text, call)
  if (isReference(name.key)) return readReference(tx, call, { name, decrypts })
  if (isPublic(name.key)) {
    const found = publicParameter(call.region, name.key)
    if (!found) throw parameterMissing()
    return publicAnswer(found, call)
  }
  const parameter = findParameter(tx, name)
  const version = versionOf(tx, parameter, name)
  const { asked, selector } = name
  return shown(tx, call, { parameter, version, decrypts, name: asked, selector })
}

/** The version that a name's selector means. Throws ParameterVersionNotFound. */
function versionOf(tx: ReadTx, parameter: Parameter, { selector }: ParameterName) {
  if (selector === undefined) return latest(tx, parameter)
  const version = /^\d{1,9}$/.test(selector)
    ? tx.get(versions, [parameter.id, Number(selector)])
    : versionsOf(tx, parameter).find(({ labels }) => labels.includes(selector))
  if (!version) throw versionMissing(selector, parameter.name)
  return version
}

/** AWS's own parameters are as old as the cloud's beginning of time: they never change here. */
export const publicAnswer = ({ key, value }: PublicParameter, { partition, region }: Call) => ({
  ...{ Name: key, Type: "String", Value: value, Version: 1, LastModifiedDate: 0 },
  ...{ ARN: `arn:${partition}:ssm:${region}::parameter${key}`, DataType: "text" },
})
