import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { onVault } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { vaultMissing } from "../errors.ts"
import { newId } from "../identity.ts"
import { SINGLE_BYTES } from "../limits.ts"
import { archiveAdded, countRequest } from "../vault/storage.ts"
import { findVault, sameVault, vaultArn, type Vault } from "../vault/vault.ts"
import { archives, newKey, readDescription, type Archive, type DataKey } from "./archive.ts"
import {
  bodyClaims,
  bodyOf,
  keepPart,
  linkStaged,
  stageBody,
  type BodyClaims,
  type Received,
} from "./receive.ts"

export const UploadArchive = op.action("UploadArchive", {
  authorize: onVault,
  async run(ctx, input, call): Promise<Out<"UploadArchive">> {
    const plan = await ctx.write((tx) => planUpload(tx, input, call))
    const received = await stageBody(ctx, {
      body: bodyOf(input),
      claims: plan.claims,
      key: plan.key.plain,
      nonce: plan.nonce,
      maxBytes: SINGLE_BYTES,
    })
    return linkStaged(ctx, received, (tx) => keepUpload(tx, plan, received))
  },
})

interface Plan {
  readonly vault: Vault
  readonly serial: number
  readonly description: string
  readonly claims: BodyClaims
  readonly key: DataKey
  readonly nonce: string
}

function planUpload(tx: WriteTx, input: In<"UploadArchive">, call: Call): Plan {
  const vault = findVault(tx, input, call)
  const serial = tx.serial()
  return {
    ...{ vault, serial, description: readDescription(input.archiveDescription) },
    ...{ claims: bodyClaims(input.checksum, call), key: newKey(tx, serial) },
    nonce: tx.random("glacier/nonce").hex(16),
  }
}

function keepUpload(tx: WriteTx, plan: Plan, received: Received): Out<"UploadArchive"> {
  const { serial, description, key } = plan
  const { sizeBytes, treeHash } = received
  keepPart(tx, { serial, index: 0 }, received)
  return addArchive(tx, plan.vault, {
    ...{ serial, description, sizeBytes, treeHash, key: key.sealed, partBytes: sizeBytes },
  })
}

type NewArchive = Omit<Archive, "vault" | "id" | "createdMs" | "added" | "deleted">

/** Adds an archive whose parts are there. Throws ResourceNotFoundException where the vault has gone. */
export function addArchive(tx: WriteTx, of: Vault, made: NewArchive): Out<"UploadArchive"> {
  const vault = sameVault(tx, of)
  if (!vault) throw vaultMissing(vaultArn(of))
  const id = newId(tx, "archive", { vault: vault.id, serial: made.serial })
  const archive = { ...made, vault: vault.id, id, createdMs: tx.now, added: tx.serial() }
  tx.insert(archives, archive)
  countRequest(tx, vault)
  archiveAdded(tx, vault, archive)
  return addedArchive(vault, archive)
}

/** What the request that made an archive is answered. */
export const addedArchive = (
  { account, name }: Vault,
  { id: archiveId, treeHash: checksum }: Pick<Archive, "id" | "treeHash">,
): Out<"UploadArchive"> => ({
  ...{ archiveId, checksum, location: `/${account}/vaults/${name}/archives/${archiveId}` },
})
