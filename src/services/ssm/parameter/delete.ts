import { onParameter, onParameters } from "../access.ts"
import { op, type Out } from "../define.ts"
import { tellChange } from "../events.ts"
import { readName } from "./names.ts"
import { findParameter, lookUp, removeParameter } from "./parameter.ts"

export const DeleteParameter = op.write("DeleteParameter", {
  authorize: onParameter,
  run(tx, { Name }, call): Out<"DeleteParameter"> {
    const parameter = findParameter(tx, readName(Name, call))
    tellChange(tx, parameter, "Delete")
    removeParameter(tx, parameter)
    return {}
  },
})

export const DeleteParameters = op.write("DeleteParameters", {
  authorize: onParameters,
  run(tx, { Names }, call): Out<"DeleteParameters"> {
    const DeletedParameters: string[] = []
    const InvalidParameters: string[] = []
    for (const name of new Set(Names)) {
      const parameter = lookUp(tx, readName(name, call))
      if (parameter) {
        tellChange(tx, parameter, "Delete")
        removeParameter(tx, parameter)
      }
      ;(parameter ? DeletedParameters : InvalidParameters).push(name)
    }
    return { DeletedParameters, InvalidParameters }
  },
})
