import { onSecret } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { copyToReplicas } from "../replica/copy.ts"
import { arnOf, findOwn } from "../secret/secret.ts"
import { moveLabel } from "./stages.ts"
import { setStages, stagesOf, versionsOf } from "./version.ts"
import { touch } from "./write.ts"

export const UpdateSecretVersionStage = op.write("UpdateSecretVersionStage", {
  authorize: onSecret<In<"UpdateSecretVersionStage">>(({ VersionStage }) => ({ VersionStage })),
  run(tx, input, call): Out<"UpdateSecretVersionStage"> {
    const { VersionStage: label, RemoveFromVersionId: from, MoveToVersionId: to } = input
    const secret = findOwn(tx, input.SecretId, call)
    const stages = stagesOf(versionsOf(tx, secret))
    setStages(tx, secret, moveLabel(stages, { label, from, to }))
    touch(tx, secret)
    copyToReplicas(tx, secret)
    return { ARN: arnOf(secret), Name: secret.name }
  },
})
