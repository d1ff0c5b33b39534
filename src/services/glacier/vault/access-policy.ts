import { onVault } from "../access.ts"
import { shownPolicy } from "../../iam/port.ts"
import { op, type Out } from "../define.ts"
import { noAccessPolicy } from "../errors.ts"
import { readPolicy } from "./policy-text.ts"
import { changeVault, findVault, vaultArn } from "./vault.ts"

export const SetVaultAccessPolicy = op.write("SetVaultAccessPolicy", {
  authorize: onVault,
  run(tx, input, call): Out<"SetVaultAccessPolicy"> {
    const vault = findVault(tx, input, call)
    changeVault(tx, vault, { accessPolicy: readPolicy(tx, input.policy?.Policy) })
    return {}
  },
})

export const GetVaultAccessPolicy = op.read("GetVaultAccessPolicy", {
  authorize: onVault,
  run(tx, input, call): Out<"GetVaultAccessPolicy"> {
    const vault = findVault(tx, input, call)
    if (vault.accessPolicy === undefined) throw noAccessPolicy(vaultArn(vault))
    return { policy: { Policy: shownPolicy(tx, vault.accessPolicy) } }
  },
})

/** "Idempotent: also where there is no policy." */
export const DeleteVaultAccessPolicy = op.write("DeleteVaultAccessPolicy", {
  authorize: onVault,
  run(tx, input, call): Out<"DeleteVaultAccessPolicy"> {
    changeVault(tx, findVault(tx, input, call), { accessPolicy: undefined })
    return {}
  },
})
