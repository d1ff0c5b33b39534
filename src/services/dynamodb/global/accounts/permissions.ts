import type { ActionContext } from "../../../../kernel/action.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import { isRegionOpen } from "../../../account/port.ts"
import { isClosed } from "../../../organizations/port.ts"
import type { Encryption, TableRef } from "../../tables/table.ts"
import type { Block } from "../replica.ts"
import { asReplication } from "./define.ts"

/** "The following service principal permissions are essential for cross-account replication." */
const STEADY_STATE = ["ReadDataForReplication", "WriteDataForReplication", "ReplicateSettings"]

/** A replica as far as replication needs its owner's leave. */
export interface Guarded extends TableRef {
  readonly encryption?: Encryption | undefined
  /** Of a table that is not there yet. */
  readonly newPolicy?: string | undefined
}

/**
 * Whether replicas let replication in: "each replica must give the … permissions to all other
 * replicas and to itself". Rejects with what the engine says of the first that does not.
 */
export async function assertAuthorized(
  ctx: ActionContext,
  guarded: readonly Guarded[],
  { sources, actions = STEADY_STATE }: { sources: readonly TableRef[]; actions?: string[] },
): Promise<void> {
  for (const table of guarded)
    for (const source of sources) await askReplica(ctx, table, { source, actions })
}

const askReplica = (
  ctx: ActionContext,
  { account, region, name, newPolicy: policy }: Guarded,
  { source, actions }: { readonly source: TableRef; readonly actions: readonly string[] },
): Promise<object> => {
  const table = { account, region, name }
  const input = { table, actions, policy }
  return ctx.call({
    ...asReplication(table, source),
    ...{ service: "dynamodb", operation: "AskReplication", input },
  })
}

/** Why nobody may be asked in a replica's account; its resource policy does not matter then. */
export function closedTo(tx: ReadTx, { account, region }: TableRef): Block | undefined {
  if (!isRegionOpen(tx, account, region)) return "REGION_DISABLED"
  // What becomes of replicas of closed accounts is not documented.
  return isClosed(tx, account) ? "REPLICATION_NOT_AUTHORIZED" : undefined
}

/** Why a replica keeps replication out, on behalf of others and of its own; undefined where it does not. */
export async function blockOf(
  ctx: ActionContext,
  table: Guarded,
  sources: readonly TableRef[],
): Promise<Block | undefined> {
  const closed = await ctx.read((tx) => closedTo(tx, table))
  if (closed) return closed
  try {
    await assertAuthorized(ctx, [table], { sources })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return "REPLICATION_NOT_AUTHORIZED"
  }
  try {
    for (const source of sources) await assertKeyUsable(ctx, table, source)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return "INACCESSIBLE_ENCRYPTION_CREDENTIALS"
  }
  return undefined
}

/**
 * Uses a replica's own key as replication has to be let: `kms:DescribeKey`, `kms:GenerateDataKey*`,
 * `kms:ReEncrypt*`, `kms:Decrypt`. Rejects with what KMS says.
 */
export async function assertKeyUsable(
  ctx: ActionContext,
  { encryption, ...table }: Guarded,
  source: TableRef,
): Promise<void> {
  if (!encryption) return
  const { keyArn: KeyId } = encryption
  const ask = (operation: string, input: object): Promise<object> =>
    ctx.call({ ...asReplication(table, source), service: "kms", operation, input })
  await ask("DescribeKey", { KeyId })
  const made = (await ask("GenerateDataKey", { KeyId, KeySpec: "AES_256" })) as Ciphertext
  const again = { CiphertextBlob: made.CiphertextBlob, DestinationKeyId: KeyId }
  const { CiphertextBlob } = (await ask("ReEncrypt", again)) as Ciphertext
  await ask("Decrypt", { CiphertextBlob })
}

interface Ciphertext {
  readonly CiphertextBlob: Uint8Array
}
