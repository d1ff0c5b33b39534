import type { Quota } from "../../kernel/quotas.ts"

export const DAY_MS = 86_400_000

/** "You can use up to 50 tags". */
export const TAGS = 50

/** "Backup retention": 7 to 379 days, 90 by default. */
export const RETENTION_DAYS = Object.freeze({ least: 7, most: 379, default: 90 })

/** "… the backup can be restored up to 7 days after". */
export const PENDING_DELETION_MS = 7 * DAY_MS

/** "CloudHSM makes a backup … at least once every 24 hours". */
export const BACKUP_ROUND_MS = DAY_MS

/** HsmTypeRollbackExpiration: "24 hours" ("Migrating to hsm2m.medium"). */
export const ROLLBACK_MS = DAY_MS

/** ("AWS CloudHSM quotas", keys and users per cluster.) */
export const KEYS = Object.freeze({ "hsm1.medium": 3_300, "hsm2m.medium": 16_666 })
export const USERS = 1_024

/** Passwords of users: as KMS takes them of `kmsuser` (CreateCustomKeyStore, KeyStorePassword). */
export const PASSWORD = Object.freeze({ least: 7, most: 32 })

const hsm = (code: string, name: string, value: number, most: number): Quota =>
  Object.freeze({
    ...{ service: "cloudhsm", code, name, value, most },
    ...{ scope: "region" as const, unit: "None" as const },
  })

/** "AWS CloudHSM quotas"; the codes and how far AWS would raise them are not verified. */
export const QUOTAS = Object.freeze({
  clusters: hsm("L-B4ECB3A9", "Clusters", 4, 40),
  hsms: hsm("L-8D0F9C2B", "HSMs", 6, 120),
})

/** "HSMs per cluster: 28". */
export const HSMS_OF_A_CLUSTER = 28

/** More than a cluster has in 379 days, at one a day and one for each new HSM. */
export const BACKUPS_READ = 10_000
