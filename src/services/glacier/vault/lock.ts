import { job } from "../../../kernel/later/later.ts"
import { onVault } from "../access.ts"
import { shownPolicy } from "../../iam/port.ts"
import { op, type Out } from "../define.ts"
import { invalid, denied, noLock } from "../errors.ts"
import { LOCK_MS } from "../limits.ts"
import { isoTime } from "../time.ts"
import { readPolicy } from "./policy-text.ts"
import { changeVault, findVault, refOf, sameVault, vaultArn, type VaultRef } from "./vault.ts"

const ID_LENGTH = 24
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/** The policy holds at once, for 24 hours, until the lock is complete or given up. */
export const InitiateVaultLock = op.write("InitiateVaultLock", {
  authorize: onVault,
  run(tx, input, call): Out<"InitiateVaultLock"> {
    const vault = findVault(tx, input, call)
    // "Initiate Vault Lock": in both states.
    if (vault.lock) throw denied(`A vault lock policy is set already for ${vaultArn(vault)}`)
    const policy = readPolicy(tx, input.policy?.Policy)
    const id = tx.random("glacier/lock-id").string(ID_LENGTH, ALPHABET)
    const expiresMs = tx.now + LOCK_MS
    changeVault(tx, vault, { lock: { id, policy, createdMs: tx.now, expiresMs } })
    tx.schedule(expireLock, { vault: refOf(vault), lock: id }, expiresMs)
    return { lockId: id }
  },
})

/** "After the 24 hour window ends … the vault lock policy is removed from the vault." */
export const expireLock = job<{ readonly vault: VaultRef; readonly lock: string }>(
  "glacier/expireLock",
  {
    run(tx, { vault: ref, lock }) {
      const vault = sameVault(tx, ref)
      if (vault?.lock?.id === lock && vault.lock.expiresMs !== undefined)
        changeVault(tx, vault, { lock: undefined })
    },
  },
)

export const CompleteVaultLock = op.write("CompleteVaultLock", {
  authorize: onVault,
  run(tx, input, call): Out<"CompleteVaultLock"> {
    const vault = findVault(tx, input, call)
    const { lock } = vault
    if (!lock) throw noLock(vaultArn(vault))
    const isLocked = lock.expiresMs === undefined
    // "Complete Vault Lock": what another id gets depends on the state.
    if (lock.id !== input.lockId)
      throw isLocked
        ? denied(`The vault is locked with another lock ID: ${vaultArn(vault)}`)
        : invalid(`Invalid lock ID: ${input.lockId}`)
    if (!isLocked) changeVault(tx, vault, { lock: { ...lock, expiresMs: undefined } })
    return {}
  },
})

export const AbortVaultLock = op.write("AbortVaultLock", {
  authorize: onVault,
  run(tx, input, call): Out<"AbortVaultLock"> {
    const vault = findVault(tx, input, call)
    if (vault.lock && vault.lock.expiresMs === undefined)
      throw denied(`The vault lock policy of ${vaultArn(vault)} is locked`)
    if (vault.lock) changeVault(tx, vault, { lock: undefined })
    return {}
  },
})

export const GetVaultLock = op.read("GetVaultLock", {
  authorize: onVault,
  run(tx, input, call): Out<"GetVaultLock"> {
    const vault = findVault(tx, input, call)
    const { lock } = vault
    if (!lock) throw noLock(vaultArn(vault))
    const { policy, createdMs, expiresMs } = lock
    return {
      Policy: shownPolicy(tx, policy),
      State: expiresMs === undefined ? "Locked" : "InProgress",
      CreationDate: isoTime(createdMs),
      ...(expiresMs !== undefined && { ExpirationDate: isoTime(expiresMs) }),
    }
  },
})
