/** Numbers of AWS's, from "Quotas in Amazon DynamoDB" where nothing else is said. */

/** Names and values of an item. */
export const ITEM_BYTES = 400 * 1024
/** All items of one partition key, with their copies in local indexes. */
export const COLLECTION_BYTES = 10 * 1024 ** 3
/** What a page of Query and Scan reads at most. */
export const PAGE_BYTES = 1024 ** 2
export const LOCAL_INDEXES = 5
export const GLOBAL_INDEXES = 20
/** Attributes that all indexes of a table together name in INCLUDE. */
export const PROJECTED_ATTRIBUTES = 100
export const BATCH_GET_KEYS = 100
export const BATCH_WRITE_ITEMS = 25
/** What one BatchGetItem answers at most. */
export const BATCH_BYTES = 16 * 1024 ** 2
export const TRANSACTION_BYTES = 4 * 1024 ** 2
/** Docs: "TransactWriteItems", ClientRequestToken. */
export const TOKEN_MS = 10 * 60_000
export const TABLES_PAGE = 100
export const BACKUPS_PAGE = 100
export const TAGS = 50
/** Switches to on-demand in 24 hours (docs: "Considerations when switching capacity modes"). */
export const ON_DEMAND_SWITCHES = 4
/** Changes of the table class in 30 days (docs: "UpdateTable"). */
export const CLASS_CHANGES = 2
/** Changes of the encryption in 24 hours, and how long another one waits for its turn (recorded). */
export const ENCRYPTION_CHANGES = 4
export const ENCRYPTION_CHANGE_MS = 21_600_000
/** Docs: "PutResourcePolicy", and the limit of KB in the developer guide. */
export const POLICY_BYTES = 20 * 1024
/**
 * How long a table takes until it can be used, and until it is gone: at once after the answer. AWS
 * takes seconds; clients that wait look again only after twenty.
 */
export const TABLE_STEP_MS = 0
export const DAY_MS = 86_400_000
/** Days of point-in-time recovery where none are said (docs: "PointInTimeRecoverySpecification"). */
export const RECOVERY_DAYS = 35
/** "LatestRestorableDateTime is typically 5 minutes before the current time". */
export const LATEST_RESTORABLE_MS = 5 * 60_000
/** How long the backup of a deleted table is kept (docs: "BackupDetails"). */
export const SYSTEM_BACKUP_MS = 35 * DAY_MS
/** Restores at once, of an account in a Region. */
export const RESTORES = 50
/** Exports at once, of an account in a Region. */
export const EXPORTS = 300
/** Docs: "ExportTableToPointInTime", ClientToken. */
export const EXPORT_TOKEN_MS = 8 * 3_600_000
/** How long exports are told of (docs: "ListExports"). */
export const EXPORT_KEPT_MS = 90 * DAY_MS
/** What an incremental export spans (docs: "DynamoDB data export to Amazon S3: how it works"). */
export const LEAST_INCREMENT_MS = 15 * 60_000
export const MOST_INCREMENT_MS = DAY_MS
export const EXPORTS_PAGE = 25
/** Docs: "Import format quotas and validation"; of an account in a Region. */
export const IMPORTS = 50
/** Docs: "ImportTable", ClientToken. */
export const IMPORT_TOKEN_MS = 8 * 3_600_000
/** How long imports are told of (docs: "ListImports"). */
export const IMPORT_KEPT_MS = 90 * DAY_MS
export const IMPORTS_PAGE = 25
/** Items that one commit of an import takes on. */
export const IMPORT_STEP = 200
/** An object of an import as it is stored, and unpacked: it is read whole. AWS takes terabytes. */
export const IMPORT_OBJECT_BYTES = 256 * 1024 ** 2
/** Longer answers are compressed for clients that take it (recorded: 4 KB). */
export const COMPRESSED_BYTES = 4096
