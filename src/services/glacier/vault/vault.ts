import { partitionOf } from "../../../kernel/places.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { keyedByPlace, resource, tagMaps } from "../../../registry/resource.ts"
import { invalid, vaultMissing } from "../errors.ts"

/** A vault, with what is counted of it. */
export interface Vault {
  readonly account: string
  readonly region: string
  readonly name: string
  /** Of this vault and no later one of the same name. */
  readonly id: number
  readonly createdMs: number
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** JSON text. */
  readonly accessPolicy?: string | undefined
  readonly lock?: VaultLock | undefined
  readonly notifications?: Notifications | undefined
  /** Of its archives as they are now. */
  readonly archives: number
  readonly sizeBytes: number
  /** Up to when its storage is billed. */
  readonly billedMs: number
  /** Written to since the last inventory. */
  readonly changed: boolean
  /** Its daily job is waiting. */
  readonly watched: boolean
  readonly inventory?: Inventory | undefined
}

/** The archives of a vault as they were. */
export interface Inventory {
  readonly atMs: number
  /** All that was done before has a lower serial. */
  readonly serial: number
  readonly archives: number
  readonly sizeBytes: number
}

export interface VaultLock {
  readonly id: string
  /** JSON text. */
  readonly policy: string
  readonly createdMs: number
  /** Absent: locked for good. */
  readonly expiresMs?: number | undefined
}

export interface Notifications {
  readonly topic: string
  readonly events: readonly string[]
}

export const vaults = table<Vault>("glacier/vault", {
  key: ({ account, region, name }) => [account, region, name],
  cached: true,
})

type Named = Pick<Vault, "account" | "region" | "name">

export const vaultArn = ({ account, region, name }: Named): string =>
  `arn:${partitionOf(region).id}:glacier:${region}:${account}:vaults/${name}`

/** CloudFormation has no vaults: the type is named as it would. */
export const vaultResource = resource<Vault>("AWS::Glacier::Vault", {
  table: vaults,
  scope: "regional",
  title: "Vault",
  arn: vaultArn,
  tagsOf: (vault) => vault.tags ?? {},
  policyOf: (vault) => effectivePolicy(vault),
  ...keyedByPlace(vaults, "vaults/"),
  tags: tagMaps(["AddTagsToVault", "RemoveTagsFromVault"], ({ name }) => ({
    ...{ accountId: "-", vaultName: name },
  })),
  console: { columns: ["name", "createdMs"] },
})

/** Both policies of a vault as one: each may allow, and each may deny. */
export function effectivePolicy({ accessPolicy, lock }: Vault): string | undefined {
  if (accessPolicy === undefined || lock === undefined) return lock?.policy ?? accessPolicy
  const both = [accessPolicy, lock.policy].map((text) => JSON.parse(text) as Document)
  return JSON.stringify({
    // Not verified: variables count where either policy knows them.
    ...(both.some(({ Version }) => Version === LATEST) && { Version: LATEST }),
    Statement: both.flatMap(({ Statement }) => Statement),
  })
}

interface Document {
  readonly Version?: string
  readonly Statement: object | readonly object[]
}

const LATEST = "2012-10-17"

/** How every operation says where it acts. */
export interface OfAccount {
  readonly accountId: string
}

export interface OfVault extends OfAccount {
  readonly vaultName: string
}

/** The account that a path names; `-` is the caller's own. Throws InvalidParameterValueException. */
export function accountOf({ accountId }: OfAccount, { account }: Call): string {
  if (accountId === "-") return account
  if (!/^\d{12}$/.test(accountId)) throw invalid(`Invalid account ID: ${accountId}`)
  return accountId
}

export const namedVault = (input: OfVault, call: Call): Named => ({
  ...{ account: accountOf(input, call), region: call.region, name: input.vaultName },
})

export function lookUp(tx: ReadTx, input: OfVault, call: Call): Vault | undefined {
  const { account, region, name } = namedVault(input, call)
  return tx.get(vaults, [account, region, name])
}

/** Throws ResourceNotFoundException. */
export function findVault(tx: ReadTx, input: OfVault, call: Call): Vault {
  const vault = lookUp(tx, input, call)
  if (!vault) throw vaultMissing(vaultArn(namedVault(input, call)))
  return vault
}

/** What jobs keep of a vault. */
export type VaultRef = Named & Pick<Vault, "id">

export const refOf = ({ account, region, name, id }: VaultRef): VaultRef => ({
  ...{ account, region, name, id },
})

/** The same vault as it is now, as long as it is there. */
export function sameVault(tx: ReadTx, { account, region, name, id }: VaultRef): Vault | undefined {
  const vault = tx.get(vaults, [account, region, name])
  return vault?.id === id ? vault : undefined
}

/** Changes some of a vault; returns it as it is then. */
export function changeVault(tx: WriteTx, vault: Vault, change: Partial<Vault>): Vault {
  const changed = { ...vault, ...change }
  tx.replace(vaults, vault, changed)
  return changed
}
