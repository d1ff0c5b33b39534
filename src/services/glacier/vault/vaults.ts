import { onAccount, onVault } from "../access.ts"
import { op, type Out } from "../define.ts"
import { invalid, limitExceeded, vaultNotEmpty } from "../errors.ts"
import { VAULT_PAGE, VAULTS } from "../limits.ts"
import { dropUploads } from "../multipart/drop.ts"
import { pageSize } from "../paging.ts"
import { isoTime } from "../time.ts"
import { accountOf, findVault, lookUp, namedVault, vaultArn, vaults, type Vault } from "./vault.ts"

const NAME = /^[A-Za-z0-9_.-]{1,255}$/

/** "Idempotent: no further effect after the first time." */
export const CreateVault = op.write("CreateVault", {
  authorize: onVault,
  run(tx, input, call): Out<"CreateVault"> {
    const named = namedVault(input, call)
    if (!NAME.test(named.name)) throw invalid(`Invalid vault name: ${named.name}`)
    const location = `/${named.account}/vaults/${named.name}`
    if (lookUp(tx, input, call)) return { location }
    const { account, region } = named
    if (tx.count(vaults, { prefix: [account, region], limit: VAULTS }) >= VAULTS)
      throw limitExceeded(`An account can have ${VAULTS} vaults in a Region.`)
    tx.insert(vaults, {
      ...named,
      ...{ id: tx.serial(), createdMs: tx.now, archives: 0, sizeBytes: 0 },
      ...{ billedMs: tx.now, changed: false, watched: false },
    })
    return { location }
  },
})

export const DescribeVault = op.read("DescribeVault", {
  authorize: onVault,
  run: (tx, input, call): Out<"DescribeVault"> => describe(findVault(tx, input, call)),
})

export const ListVaults = op.read("ListVaults", {
  authorize: onAccount,
  run(tx, input, call): Out<"ListVaults"> {
    const prefix = [accountOf(input, call), call.region]
    const limit = pageSize(input.limit, VAULT_PAGE)
    const from = input.marker === undefined ? {} : { from: [nameOf(input.marker)] }
    const { rows } = tx.scan(vaults, { prefix, ...from, limit: limit + 1 })
    const next = rows[limit]
    return {
      VaultList: rows.slice(0, limit).map(describe),
      ...(next && { Marker: vaultArn(next) }),
    }
  },
})

/** "Deletes a vault only if there are no archives in it as per the last inventory", and no later writes. */
export const DeleteVault = op.write("DeleteVault", {
  authorize: onVault,
  run(tx, input, call): Out<"DeleteVault"> {
    const vault = lookUp(tx, input, call)
    if (!vault) return {}
    const { changed, inventory } = vault
    if (changed || (inventory?.archives ?? 0) > 0) throw vaultNotEmpty(vaultArn(vault))
    tx.remove(vaults, vault)
    tx.schedule(dropUploads, { vault: vault.id }, tx.now)
    return {}
  },
})

/** A marker is the ARN of the vault to go on with. Throws InvalidParameterValueException. */
function nameOf(marker: string): string {
  const name = /^arn:[^:]+:glacier:[^:]*:[^:]*:vaults\/(.+)$/.exec(marker)?.[1]
  if (name === undefined) throw invalid(`Invalid marker: ${marker}`)
  return name
}

/** Counts are the last inventory's: before the first there are none ("Describe Vault"). */
function describe(vault: Vault): Out<"DescribeVault"> {
  const { inventory } = vault
  return {
    VaultARN: vaultArn(vault),
    VaultName: vault.name,
    CreationDate: isoTime(vault.createdMs),
    ...(inventory && {
      LastInventoryDate: isoTime(inventory.atMs),
      NumberOfArchives: inventory.archives,
      SizeInBytes: inventory.sizeBytes,
    }),
  }
}
