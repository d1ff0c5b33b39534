import type { ReadTx } from "../../../kernel/transaction.ts"
import { onParameter } from "../access.ts"
import { op, type Out } from "../define.ts"
import { tooManyLabels, versionMissing } from "../errors.ts"
import { tellChange } from "../events.ts"
import { LABELS } from "../limits.ts"
import { readName } from "./names.ts"
import { findParameter, versions, versionsOf, type Parameter, type Version } from "./parameter.ts"

/** "Label requirements and restrictions". */
const isLabel = (label: string): boolean =>
  /^[A-Za-z_.-][A-Za-z0-9_.-]*$/.test(label) && !/^(?:aws|ssm)/i.test(label)

function findVersion(tx: ReadTx, parameter: Parameter, number: number): Version {
  const version = tx.get(versions, [parameter.id, number])
  if (!version) throw versionMissing(number, parameter.name)
  return version
}

/** A label is on one version: it moves from where it was. */
export const LabelParameterVersion = op.write("LabelParameterVersion", {
  authorize: onParameter,
  run(tx, input, call): Out<"LabelParameterVersion"> {
    const parameter = findParameter(tx, readName(input.Name, call))
    const version = findVersion(tx, parameter, input.ParameterVersion ?? parameter.version)
    const added = input.Labels.filter(isLabel)
    const labels = [...new Set([...version.labels, ...added])]
    if (labels.length > LABELS) throw tooManyLabels(LABELS)
    for (const other of versionsOf(tx, parameter)) {
      const left = other.labels.filter((label) => !added.includes(label))
      if (other.version !== version.version && left.length < other.labels.length)
        tx.replace(versions, other, { ...other, labels: left })
    }
    tx.replace(versions, version, { ...version, labels })
    tellChange(tx, parameter, "LabelParameterVersion")
    const InvalidLabels = input.Labels.filter((label) => !isLabel(label))
    return { InvalidLabels, ParameterVersion: version.version }
  },
})

export const UnlabelParameterVersion = op.write("UnlabelParameterVersion", {
  authorize: onParameter,
  run(tx, input, call): Out<"UnlabelParameterVersion"> {
    const parameter = findParameter(tx, readName(input.Name, call))
    const version = findVersion(tx, parameter, input.ParameterVersion)
    const RemovedLabels = input.Labels.filter((label) => version.labels.includes(label))
    const labels = version.labels.filter((label) => !RemovedLabels.includes(label))
    tx.replace(versions, version, { ...version, labels })
    const InvalidLabels = input.Labels.filter((label) => !RemovedLabels.includes(label))
    return { RemovedLabels, InvalidLabels }
  },
})
