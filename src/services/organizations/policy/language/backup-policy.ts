import { any, list, mapOf, record, text, textOrNumber, type Shape } from "./shape.ts"

const lifecycle = record({
  move_to_cold_storage_after_days: textOrNumber,
  delete_after_days: textOrNumber,
  opt_in_to_archive_for_supported_resources: any,
})

const rule = record({
  schedule_expression: text(),
  schedule_expression_timezone: text(),
  target_backup_vault_name: text(),
  target_logically_air_gapped_backup_vault_arn: text(),
  start_backup_window_minutes: textOrNumber,
  complete_backup_window_minutes: textOrNumber,
  enable_continuous_backup: any,
  lifecycle,
  copy_actions: mapOf(record({ target_backup_vault_arn: text(), lifecycle })),
  recovery_point_tags: mapOf(record({ tag_key: text(), tag_value: text() })),
  index_actions: record({ resource_types: list() }),
  scan_actions: any,
})

/** ("Backup policy syntax and examples"; what the values may be is AWS Backup's to say.) */
export const BACKUP_POLICY: Shape = record({
  plans: mapOf(
    record({
      regions: list(),
      rules: mapOf(rule),
      selections: record({
        tags: mapOf(record({ iam_role_arn: text(), tag_key: text(), tag_value: list() })),
        resources: any,
      }),
      advanced_backup_settings: any,
      backup_plan_tags: mapOf(record({ tag_key: text(), tag_value: text() })),
      scan_settings: any,
    }),
  ),
})
