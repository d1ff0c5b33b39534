import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { onAccount } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid } from "../errors.ts"
import { BATCH_PAGE } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { matches } from "../secret/filter.ts"
import { ownSecrets } from "../secret/list.ts"
import { arnOf } from "../secret/secret.ts"
import { readValue } from "./get.ts"

type Input = In<"BatchGetSecretValue">

export const BatchGetSecretValue = op.write("BatchGetSecretValue", {
  authorize(tx, input, call) {
    const batch = onAccount(tx, input, call)
    // "If you use filters, you must also have secretsmanager:ListSecrets".
    return input.Filters ? [batch, { ...batch, action: "secretsmanager:ListSecrets" }] : batch
  },
  run(tx, input, call): Out<"BatchGetSecretValue"> {
    const { ids, more } = wanted(tx, input, call)
    const SecretValues: object[] = []
    const Errors: object[] = []
    for (const SecretId of ids) {
      try {
        SecretValues.push(readOne(tx, call, SecretId))
      } catch (error) {
        if (!(error instanceof AwsError)) throw error
        const ErrorCode = error.code === "AccessDenied" ? "AccessDeniedException" : error.code
        Errors.push({ SecretId, ErrorCode, Message: error.message })
      }
    }
    return { SecretValues, Errors, ...more }
  },
})

/** One value, if the caller may read it. */
function readOne(tx: WriteTx, call: Call, SecretId: string): object {
  const input = { SecretId }
  const read = { service: "secretsmanager", operation: "GetSecretValue", input }
  const refusal = call.refusal(tx, read)
  if (refusal) throw refusal
  return readValue(tx, input, call)
}

function wanted(
  tx: ReadTx,
  input: Input,
  call: Call,
): { readonly ids: readonly string[]; readonly more: { readonly NextToken?: string } } {
  const { SecretIdList: list, Filters: filters } = input
  // As moto quotes it.
  if ((list === undefined) === (filters === undefined))
    throw invalid("Either 'SecretIdList' or 'Filters' must be provided, but not both.")
  if (list) {
    // Documented: only filters have pages. Not verified: the words.
    if (input.MaxResults !== undefined)
      throw invalid("You can't use MaxResults together with SecretIdList.")
    return { ids: list, more: {} }
  }
  const found = ownSecrets(tx, call)
    .filter((secret) => !secret.deleted && matches(secret, filters ?? []))
    .map(arnOf)
  const { items, more } = pageOf(found, input, BATCH_PAGE)
  return { ids: items, more }
}
