import { op } from "./define.ts"

/* Codes are the model's; none of these words is verified. */

export const noCluster = (id: string) =>
  op.error("CloudHsmResourceNotFoundException", `Cluster ${id} does not exist.`)

export const noHsm = (id: string) =>
  op.error("CloudHsmResourceNotFoundException", `HSM ${id} does not exist.`)

export const noBackup = (id: string) =>
  op.error("CloudHsmResourceNotFoundException", `Backup ${id} does not exist.`)

export const noPolicy = (arn: string) =>
  op.error("CloudHsmResourceNotFoundException", `Resource ${arn} has no resource policy.`)

export const badRequest = (message: string) => op.error("CloudHsmInvalidRequestException", message)

export const wrongState = (id: string, state: string) =>
  badRequest(`${id} is in state ${state}, which is not valid for this operation.`)

export const limitExceeded = (message: string) =>
  op.error("CloudHsmResourceLimitExceededException", message)

export const badTag = (message: string) => op.error("CloudHsmTagException", message)
